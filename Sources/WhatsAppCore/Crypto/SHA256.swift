/// SHA-256 (FIPS 180-4, section 6.2), incremental. The package depends on no crypto library, so it brings this one hash.
package struct SHA256: Sendable {
    /// The length of a digest in bytes.
    package static let digestLength = 32
    /// The length of a block in bytes.
    package static let blockLength = 64

    private var state: SIMD8<UInt32> = Self.initialState
    private var partialBlock: [UInt8] = []
    private var length: UInt64 = 0

    package init() {}

    /// The digest of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(bytes)
        return hasher.finalize()
    }

    /// Takes in more of the message.
    package mutating func update(_ bytes: [UInt8]) {
        length &+= UInt64(bytes.count)
        guard partialBlock.isEmpty else {
            partialBlock.append(contentsOf: bytes)
            let joined = partialBlock
            partialBlock = []
            return compressWholeBlocks(of: joined)
        }
        compressWholeBlocks(of: bytes)
    }

    /// The digest of all that was taken in. The hasher itself stays as it was, so one state can serve many messages.
    package func finalize() -> [UInt8] {
        var last = self
        var padding: [UInt8] = [0x80]
        let used = (partialBlock.count + 1) % Self.blockLength
        padding.append(contentsOf: repeatElement(0, count: (Self.blockLength + 56 - used) % Self.blockLength))
        for shift in stride(from: 56, through: 0, by: -8) {
            padding.append(UInt8(truncatingIfNeeded: (length &* 8) >> shift))
        }
        last.update(padding)
        var digest: [UInt8] = []
        digest.reserveCapacity(Self.digestLength)
        for word in 0..<8 {
            for shift in stride(from: 24, through: 0, by: -8) {
                digest.append(UInt8(truncatingIfNeeded: last.state[word] >> shift))
            }
        }
        return digest
    }

    private mutating func compressWholeBlocks(of bytes: [UInt8]) {
        let whole = bytes.count - bytes.count % Self.blockLength
        if whole > 0 {
            var schedule = [UInt32](repeating: 0, count: 64)
            var words = schedule.mutableSpan
            let span = bytes.span
            for start in stride(from: 0, to: whole, by: Self.blockLength) {
                Self.compress(span, at: start, into: &state, schedule: &words)
            }
        }
        if whole < bytes.count { partialBlock = Array(bytes[whole...]) }
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
