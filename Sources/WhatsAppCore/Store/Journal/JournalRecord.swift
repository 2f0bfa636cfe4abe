/// One entry of the journal.
package enum JournalRecord: Sendable, Hashable {
    /// A message was accepted, and is to be worked on.
    case accepted(AcceptedMessage)
    /// A message was accepted and ended with that: its key is all that is kept of it.
    case ignored(MessageKey, acceptedAt: UnixTime, IgnoreReason)
    /// Steps in the life of a message: all of them are recovered, or none.
    case progress(MessageKey, [MessageProgress])

    /// First in a snapshot: what it stands for.
    case snapshot(SnapshotHead)
    /// In a snapshot: ids of finished messages.
    case ids([IDIndex.Slot])
    /// Last in a snapshot: how many records came before it.
    case end(records: UInt64)

    /// Whether it belongs in snapshots, not in segments. There, messages and progress stand for what is unfinished.
    var isForSnapshotsOnly: Bool {
        switch self {
        case .accepted, .ignored, .progress: false
        case .snapshot, .ids, .end: true
        }
    }
}

/// What a snapshot stands for: all records before `nextSequence`, the last frame of which has the checksum `chain`.
package struct SnapshotHead: Sendable, Hashable {
    /// The key of the fingerprints in it.
    package var fingerprintKey: IDFingerprint.Key
    /// The number of the first record that it does not cover.
    package var nextSequence: UInt64
    /// The checksum of the last frame that it covers.
    package var chain: UInt32

    package init(fingerprintKey: IDFingerprint.Key, nextSequence: UInt64, chain: UInt32) {
        self.fingerprintKey = fingerprintKey
        self.nextSequence = nextSequence
        self.chain = chain
    }
}

/// A record is its length (32 bits, without itself), a type, and the body; a message's record begins with its key.
extension JournalRecord {
    private enum Tag: UInt8 {
        case accepted = 1
        case ignored = 2
        case progress = 3
        case snapshot = 16
        case ids = 17
        case end = 18
    }

    /// The record's bytes.
    package var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.record(self)
        return writer.bytes
    }

    fileprivate func writeBody(to writer: inout ByteWriter) {
        switch self {
        case .accepted(let message):
            writer.fixed(Tag.accepted.rawValue)
            writer.key(message.key)
            writer.message(message)
        case .ignored(let key, let acceptedAt, let reason):
            writer.fixed(Tag.ignored.rawValue)
            writer.key(key)
            writer.fixed(acceptedAt.milliseconds)
            writer.text(reason.rawValue)
        case .progress(let key, let steps):
            writer.fixed(Tag.progress.rawValue)
            writer.key(key)
            writer.count(steps.count)
            for step in steps { writer.step(step) }
        case .snapshot(let head):
            writer.fixed(Tag.snapshot.rawValue)
            writer.fixed(head.fingerprintKey.low)
            writer.fixed(head.fingerprintKey.high)
            writer.fixed(head.nextSequence)
            writer.fixed(head.chain)
        case .ids(let slots):
            writer.fixed(Tag.ids.rawValue)
            writer.count(slots.count)
            for slot in slots {
                writer.fixed(slot.fingerprintLow)
                writer.fixed(slot.fingerprintHigh)
                writer.fixed(slot.acceptedAt)
            }
        case .end(let records):
            writer.fixed(Tag.end.rawValue)
            writer.fixed(records)
        }
    }

    /// Reads the record at the reader's position, and nothing beyond it.
    init(from reader: inout ByteReader, in bytes: [UInt8]) throws(JournalCodingError) {
        let length = Int(try reader.fixed(UInt32.self))
        var body = ByteReader(bytes, in: try reader.take(length))
        let type = try body.fixed(UInt8.self)
        guard let tag = Tag(rawValue: type) else { throw .unknown("record type \(type)") }
        switch tag {
        case .accepted:
            let key = try body.key()
            self = .accepted(try body.message(key))
        case .ignored:
            let key = try body.key()
            let acceptedAt = UnixTime(milliseconds: try body.fixed())
            let name = try body.text()
            guard let reason = IgnoreReason(rawValue: name) else { throw .unknown("reason \(name)") }
            self = .ignored(key, acceptedAt: acceptedAt, reason)
        case .progress:
            let key = try body.key()
            var steps: [MessageProgress] = []
            for _ in 0..<(try body.count()) { steps.append(try body.step()) }
            self = .progress(key, steps)
        case .snapshot:
            let key = IDFingerprint.Key(low: try body.fixed(), high: try body.fixed())
            self = .snapshot(SnapshotHead(fingerprintKey: key, nextSequence: try body.fixed(), chain: try body.fixed()))
        case .ids:
            var slots: [IDIndex.Slot] = []
            for _ in 0..<(try body.count()) {
                let fingerprint = IDFingerprint(low: try body.fixed(), high: try body.fixed())
                slots.append(IDIndex.Slot(fingerprint, acceptedAt: try body.fixed()))
            }
            self = .ids(slots)
        case .end:
            self = .end(records: try body.fixed())
        }
        guard body.isAtEnd else { throw .malformed }
    }
}

extension ByteWriter {
    /// Adds a record, its length before it.
    mutating func record(_ record: JournalRecord) {
        let start = bytes.count
        fixed(UInt32(0))
        record.writeBody(to: &self)
        overwrite(UInt32(clamping: bytes.count - start - 4), at: start)
    }
}
