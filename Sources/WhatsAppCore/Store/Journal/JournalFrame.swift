/// The head of a frame, which is what is written and recovered as one: 52 bytes, then the payload of records.
///
/// Little-endian: magic, version, record count, payload length (32 bits each); first sequence number, highest sequence
/// number known to be synced, the file's salt (64 bits each); the previous frame's checksum, the payload's CRC-32C, and
/// the CRC-32C of the head up to here, which is also the frame's checksum (32 bits each).
///
/// A file begins with a frame without records: it fixes the salt, and its previous checksum ties the file to the one before.
package struct JournalFrame: Sendable, Hashable {
    /// How many records the payload holds.
    package var recordCount: UInt32 = 0
    /// The payload's length in bytes, ``maximumPayload`` at most.
    package var payloadLength = 0
    /// The number of the first record; for a frame without records, of the next one.
    package var firstSequence: UInt64
    /// All records up to this number were durable before the frame was written.
    package var synced: UInt64
    /// A random number that all frames of a file share: what users write cannot pass for a frame.
    package var salt: UInt64
    /// The checksum of the frame before this one.
    package var previous: UInt32
    private var payloadChecksum: UInt32 = 0
    /// The head's checksum. It covers the payload through its checksum, and the frames before through `previous`.
    package private(set) var checksum: UInt32 = 0

    /// The length of a head in bytes.
    package static let headLength = 52
    /// The longest payload in bytes: 8 MiB.
    package static let maximumPayload = 8 << 20
    /// The version of the format that is written, and the only one that is read.
    static let version: UInt32 = 1
    private static let magic: UInt32 = 0x314a_5741  // "AWJ1"

    /// Makes the head of a frame that is still empty.
    package init(firstSequence: UInt64, synced: UInt64, salt: UInt64, previous: UInt32) {
        self.firstSequence = firstSequence
        self.synced = synced
        self.salt = salt
        self.previous = previous
    }

    /// The number of the record after the last of this frame.
    package var nextSequence: UInt64 { firstSequence &+ UInt64(recordCount) }

    /// Puts records into the frame, and its bytes behind those of `bytes`.
    package mutating func encode(_ records: RecordBytes, into bytes: inout [UInt8]) {
        recordCount = UInt32(records.count)
        payloadLength = records.bytes.count
        payloadChecksum = CRC32C.checksum(records.bytes, in: records.bytes.indices)
        var head = ByteWriter()
        head.reserve(Self.headLength)
        head.fixed(Self.magic)
        head.fixed(Self.version)
        head.fixed(recordCount)
        head.fixed(UInt32(payloadLength))
        head.fixed(firstSequence)
        head.fixed(synced)
        head.fixed(salt)
        head.fixed(previous)
        head.fixed(payloadChecksum)
        checksum = CRC32C.checksum(head.bytes, in: head.bytes.indices)
        head.fixed(checksum)
        bytes.reserveCapacity(bytes.count + Self.headLength + payloadLength)
        bytes += head.bytes
        bytes += records.bytes
    }

    /// Puts records into the frame and gives its bytes.
    package mutating func encode(_ records: RecordBytes = []) -> [UInt8] {
        var bytes: [UInt8] = []
        encode(records, into: &bytes)
        return bytes
    }

    /// Why there is no frame where one is looked for.
    enum Flaw: Error, Sendable, Hashable {
        /// No head with a right checksum.
        case head
        /// The payload ends with the file, or its checksum is wrong.
        case payload
        /// A right head of a version that is not known.
        case version(UInt32)
    }

    /// Reads the head at `offset`. It may be followed by anything.
    static func head(in bytes: [UInt8], at offset: Int) throws(Flaw) -> JournalFrame {
        guard bytes.count - offset >= headLength else { throw .head }
        guard bytes[offset] == UInt8(truncatingIfNeeded: magic) else { throw .head }
        do {
            var reader = ByteReader(bytes, in: offset..<offset + headLength)
            guard try reader.fixed(UInt32.self) == magic else { throw Flaw.head }
            let version = try reader.fixed(UInt32.self)
            let recordCount = try reader.fixed(UInt32.self)
            let payloadLength = Int(try reader.fixed(UInt32.self))
            var frame = JournalFrame(
                firstSequence: try reader.fixed(), synced: try reader.fixed(), salt: try reader.fixed(),
                previous: try reader.fixed())
            frame.recordCount = recordCount
            frame.payloadLength = payloadLength
            frame.payloadChecksum = try reader.fixed()
            frame.checksum = try reader.fixed()
            let checked = offset..<offset + headLength - 4
            guard CRC32C.checksum(bytes, in: checked) == frame.checksum else { throw Flaw.head }
            guard version == Self.version else { throw Flaw.version(version) }
            guard payloadLength <= maximumPayload else { throw Flaw.head }
            return frame
        } catch let flaw as Flaw {
            throw flaw
        } catch {
            throw .head
        }
    }

    /// Reads the frame at `offset`: its head, and where its payload lies.
    static func frame(in bytes: [UInt8], at offset: Int) throws(Flaw) -> (head: JournalFrame, payload: Range<Int>) {
        let head = try head(in: bytes, at: offset)
        let start = offset + headLength
        guard bytes.count - start >= head.payloadLength else { throw .payload }
        let payload = start..<start + head.payloadLength
        guard CRC32C.checksum(bytes, in: payload) == head.payloadChecksum else { throw .payload }
        return (head, payload)
    }

    /// The records of a payload.
    func records(in bytes: [UInt8], payload: Range<Int>) throws(JournalCodingError) -> [JournalRecord] {
        var reader = ByteReader(bytes, in: payload)
        var records: [JournalRecord] = []
        for _ in 0..<recordCount { records.append(try JournalRecord(from: &reader, in: bytes)) }
        guard reader.isAtEnd else { throw .malformed }
        return records
    }
}

/// Splits records into frames that follow one another.
struct FrameChain {
    var nextSequence: UInt64
    /// The checksum of the last frame.
    var previous: UInt32
    let salt: UInt64
    let maximumPayload: Int

    /// The bytes of the frames for `records`, the first of which has the number `nextSequence`.
    mutating func encode(_ records: RecordBytes, synced: UInt64) -> [UInt8] {
        if records.bytes.count <= maximumPayload { return records.count > 0 ? frame(records, synced: synced) : [] }
        var bytes: [UInt8] = []
        for part in records.split(maximum: maximumPayload) { bytes += frame(part, synced: synced) }
        return bytes
    }

    /// The bytes of one frame.
    mutating func frame(_ records: RecordBytes, synced: UInt64) -> [UInt8] {
        var frame = JournalFrame(firstSequence: nextSequence, synced: synced, salt: salt, previous: previous)
        let bytes = frame.encode(records)
        nextSequence = frame.nextSequence
        previous = frame.checksum
        return bytes
    }
}
