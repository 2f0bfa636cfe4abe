/// Reads one snapshot. It was durable before it got its name, so it must be whole to the last byte.
struct SnapshotReader {
    private let bytes: [UInt8]
    private let name: JournalName
    private let retention: Duration
    private let now: UnixTime
    /// What the snapshot stands for, once that was read.
    private(set) var head: SnapshotHead?
    /// What it holds, as far as it was read.
    private(set) var state: JournalState?
    /// The first thing that is wrong with it.
    private(set) var damage: JournalReport.Damage?

    init(_ bytes: [UInt8], name: JournalName, retention: Duration, now: UnixTime) {
        self.bytes = bytes
        self.name = name
        self.retention = retention
        self.now = now
    }

    /// The file's size in bytes.
    var byteCount: Int { bytes.count }

    /// Reads it, up to the first damage.
    /// - Throws: ``JournalError/newerFormat(file:offset:what:)`` only.
    mutating func read() throws(JournalError) {
        var cursor = FrameCursor(bytes, nextSequence: 0, chain: 0)
        var count: UInt64 = 0
        var hasEnded = false
        while damage == nil {
            let offset = cursor.offset
            do {
                guard let found = try cursor.next() else { break }
                for record in try found.head.records(in: bytes, payload: found.payload) {
                    if hasEnded { note(offset, "there are records after the end") }
                    if case .end(count) = record { hasEnded = true } else { take(record, at: offset) }
                    count += 1
                }
            } catch JournalCodingError.malformed {
                note(offset, "a record cannot be read")
            } catch FrameCursor.Stop.flaw(let reason) {
                note(offset, reason)
            } catch {
                throw newer(error, name, offset)
            }
        }
        if !hasEnded { note(bytes.count, "its end is missing") }
    }

    private mutating func take(_ record: JournalRecord, at offset: Int) {
        if case .snapshot(let head) = record {
            self.head = head
            state = JournalState(fingerprintKey: head.fingerprintKey, retention: retention)
        } else if state == nil {
            note(offset, "its first record is missing")
        } else {
            state?.apply(record, now: now)
        }
    }

    private mutating func note(_ offset: Int, _ reason: String) {
        if damage == nil { damage = JournalReport.Damage(file: name.text, offset: offset, reason: reason) }
    }
}
