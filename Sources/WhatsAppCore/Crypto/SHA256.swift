internal import CSystem

/// The 32 bytes of a digest, or of a code that is made of one.
package typealias SHA256Digest = SIMD32<UInt8>

/// SHA-256 (FIPS 180-4, section 6.2), incremental. The package depends on no crypto library, so it brings this one hash: by
/// the processor's own instructions where it has them, in plain Swift elsewhere.
package struct SHA256: Sendable {
    /// The length of a digest in bytes.
    package static let digestLength = 32
    /// The length of a block in bytes.
    package static let blockLength = 64
    /// Whether this processor has instructions for it.
    package static let isAccelerated = csystem_has_sha256() != 0

    private let isAccelerated: Bool
    private var state: SIMD8<UInt32> = Self.initialState
    /// The bytes of a block that is not full yet, and how many they are.
    private var rest = SIMD64<UInt8>()
    private var restCount = 0
    private var length: UInt64 = 0

    /// - Parameter accelerated: whether to use the processor's instructions; only where ``isAccelerated``.
    package init(accelerated: Bool = Self.isAccelerated) { isAccelerated = accelerated }

    /// What stands for whole blocks that were taken in: less than the hasher, which has room for one that is not full.
    package struct Midstate: Sendable {
        fileprivate var state: SIMD8<UInt32>
        fileprivate var length: UInt64
    }

    /// Goes on from whole blocks.
    package init(_ midstate: Midstate) {
        self.init()
        (state, length) = (midstate.state, midstate.length)
    }

    /// What was taken in, which must be whole blocks.
    package var midstate: Midstate {
        precondition(restCount == 0, "A block is not full yet.")
        return Midstate(state: state, length: length)
    }

    /// The digest of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> SHA256Digest {
        var hasher = SHA256()
        hasher.update(bytes.span)
        return hasher.finalize()
    }

    /// Takes in more of the message.
    package mutating func update(_ bytes: Span<UInt8>) {
        length &+= UInt64(bytes.count)
        var start = 0
        if restCount > 0 {
            start = min(Self.blockLength - restCount, bytes.count)
            keep(bytes, 0..<start)
            guard restCount == Self.blockLength else { return }
            compressRest()
        }
        let end = bytes.count - (bytes.count - start) % Self.blockLength
        if start < end { compress(bytes.extracting(start..<end)) }
        keep(bytes, end..<bytes.count)
    }

    /// Takes in a digest, as 32 bytes of the message.
    package mutating func update(_ digest: SHA256Digest) {
        withUnsafeBytes(of: digest) { update($0.bindMemory(to: UInt8.self).span) }
    }

    /// Takes in a text as UTF-8.
    package mutating func update(_ text: String) {
        text.withUTF8InPlace { update($0.span) }
    }

    /// The digest of all that was taken in. The hasher itself stays as it was, so one state can serve many messages.
    package func finalize() -> SHA256Digest {
        var last = self
        last.pad()
        for word in 0..<8 { last.state[word] = last.state[word].bigEndian }
        return unsafeBitCast(last.state, to: SHA256Digest.self)
    }

    /// A one bit, zeros, and the message's length in bits fill the last block, or the last two.
    private mutating func pad() {
        withUnsafeMutableBytes(of: &rest) { $0[restCount] = 0x80 }
        if restCount >= Self.blockLength - 8 { compressRest() }
        let bits = (length &* 8).bigEndian
        withUnsafeMutableBytes(of: &rest) {
            $0.storeBytes(of: bits, toByteOffset: Self.blockLength - 8, as: UInt64.self)
        }
        compressRest()
    }

    // Unsafe in these and above: the block is a value of 64 bytes, of which no pointer outlives the call, and a digest is
    // the eight words of a state as bytes.

    private mutating func keep(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        withUnsafeMutableBytes(of: &rest) { rest in
            bytes.extracting(range).withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: rest[restCount...]).copyMemory(from: $0)
            }
        }
        restCount += range.count
    }

    private mutating func compressRest() {
        let block = rest
        withUnsafeBytes(of: block) { compress($0.bindMemory(to: UInt8.self).span) }
        rest = SIMD64()
        restCount = 0
    }

    /// Takes in whole blocks.
    private mutating func compress(_ blocks: Span<UInt8>) {
        guard isAccelerated else { return compressInSwift(blocks) }
        // Unsafe: the instructions read and write through pointers, which are valid for the call and hold what is asked for.
        withUnsafeMutableBytes(of: &state) { state in
            blocks.withUnsafeBufferPointer { bytes in
                Self.roundConstants.withUnsafeBufferPointer { k in
                    guard let state = state.bindMemory(to: UInt32.self).baseAddress, let start = bytes.baseAddress,
                        let k = k.baseAddress
                    else { return }
                    csystem_sha256(state, start, bytes.count / Self.blockLength, k)
                }
            }
        }
    }

    private mutating func compressInSwift(_ blocks: Span<UInt8>) {
        var schedule = [UInt32](repeating: 0, count: 64)
        var words = schedule.mutableSpan
        for start in stride(from: 0, to: blocks.count, by: Self.blockLength) {
            Self.compress(blocks, at: start, into: &state, schedule: &words)
        }
    }

    private static func compress(
        _ bytes: Span<UInt8>, at start: Int, into state: inout SIMD8<UInt32>, schedule w: inout MutableSpan<UInt32>
    ) {
        for i in 0..<16 {
            let at = start + i * 4
            w[i] =
                UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16 | UInt32(bytes[at + 2]) << 8
                | UInt32(bytes[at + 3])
        }
        for i in 16..<64 {
            let s0 = rotated(w[i - 15], 7) ^ rotated(w[i - 15], 18) ^ (w[i - 15] >> 3)
            let s1 = rotated(w[i - 2], 17) ^ rotated(w[i - 2], 19) ^ (w[i - 2] >> 10)
            w[i] = w[i - 16] &+ s0 &+ w[i - 7] &+ s1
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        let k = roundConstants.span
        for i in 0..<64 {
            let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            let t1 = h &+ s1 &+ ((e & f) ^ (~e & g)) &+ k[i] &+ w[i]
            let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
            let t2 = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
        }
        state = state &+ SIMD8(a, b, c, d, e, f, g, h)
    }

    private static func rotated(_ word: UInt32, _ by: UInt32) -> UInt32 { word &>> by | word &<< (32 &- by) }

    // FIPS 180-4, section 5.3.3.
    private static let initialState = SIMD8<UInt32>(
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)

    // FIPS 180-4, section 4.2.2.
    private static let roundConstants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}

extension SHA256Digest {
    /// The bytes as an array.
    package var bytes: [UInt8] { indices.map { self[$0] } }
}
