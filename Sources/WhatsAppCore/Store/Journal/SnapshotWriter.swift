/// Writes a snapshot piece by piece, so that commits can go on in between.
///
/// It holds the state as it was when it began. That is a value: what changes meanwhile is copied table by table.
struct SnapshotWriter: Sendable {
    /// The file's number.
    let number: UInt64
    /// What it stands for, and since when.
    let head: SnapshotHead
    let time: UnixTime
    private let file: any JournalFile
    private let state: JournalState
    private let unfinished: [JournalState.Unfinished]
    private let pieceBytes: Int
    private var frames: FrameChain
    private var nextTable = 0
    private var nextUnfinished = 0
    private var recordCount: UInt64 = 0
    /// How much has been written, in bytes.
    private(set) var offset = 0
    /// Whether the snapshot is whole and durable under its temporary name.
    private(set) var isDone = false

    /// Begins the snapshot with the number `number` under its temporary name.
    init(
        _ number: UInt64, of state: JournalState, at time: UnixTime, head: SnapshotHead, files: any JournalFiles,
        salt: UInt64, pieceBytes: Int, maximumPayload: Int
    ) throws(FileError) {
        self.number = number
        self.head = head
        self.time = time
        self.state = state
        self.pieceBytes = pieceBytes
        unfinished = state.keptInOrder
        frames = FrameChain(nextSequence: 0, previous: 0, salt: salt, maximumPayload: maximumPayload)
        file = try files.createTemporary(.snapshot(number))
        let first = frames.frame([], synced: 0)
        try write(first + frames.frame([JournalRecord.snapshot(head).encoded], synced: 0))
        recordCount = 1
    }

    /// Writes the next piece and makes it durable.
    /// - Parameter now: ids that have expired by then are left out.
    mutating func step(now: UnixTime) throws(FileError) {
        guard !isDone else { return }
        let isLast = try writePiece(now: now)
        try file.sync()
        isDone = isLast
    }

    /// Writes all that is left, and makes it durable at once: for when nothing has to go on in between.
    mutating func finish(now: UnixTime) throws(FileError) {
        guard !isDone else { return }
        while !(try writePiece(now: now)) {}
        try file.sync()
        isDone = true
    }

    /// Returns whether that was the last piece.
    private mutating func writePiece(now: UnixTime) throws(FileError) -> Bool {
        var records = RecordBytes()
        func add(_ record: JournalRecord) { _ = records.append(record) }
        while records.bytes.count < pieceBytes, nextTable < state.index.tableCount {
            let slots = state.index.slots(ofTable: nextTable, at: state.expiry(at: now))
            // Kept far below the bound of a frame, whatever the number of ids.
            for start in stride(from: 0, to: slots.count, by: 4096) {
                add(.ids(Array(slots[start..<min(start + 4096, slots.count)])))
            }
            nextTable += 1
        }
        while records.bytes.count < pieceBytes, nextUnfinished < unfinished.count {
            let entry = unfinished[nextUnfinished]
            add(.accepted(entry.message))
            // A snapshot counts as a whole, so the steps need not be in one record, which might become too long.
            for step in entry.progress { add(.progress(entry.message.key, [step])) }
            nextUnfinished += 1
        }
        recordCount += UInt64(records.count)
        let isLast = nextTable == state.index.tableCount && nextUnfinished == unfinished.count
        if isLast { add(.end(records: recordCount)) }
        try write(frames.encode(records, synced: 0))
        return isLast
    }

    private mutating func write(_ bytes: [UInt8]) throws(FileError) {
        try file.writeAll(bytes, at: offset)
        offset += bytes.count
    }
}

extension JournalFiles {
    /// Creates a file under the temporary name of `name`, in place of what an earlier try left there.
    func createTemporary(_ name: JournalName) throws(FileError) -> any JournalFile {
        let temporary = JournalName.temporary(name.text).text
        do {
            return try create(temporary)
        } catch {
            guard error.errno == SystemErrno.exists else { throw error }
            try remove(temporary)
            return try create(temporary)
        }
    }

    /// Gives a file that is durable under its temporary name its own name, and makes that durable.
    func publish(_ name: JournalName) throws(FileError) {
        try rename(JournalName.temporary(name.text).text, to: name.text)
        try syncDirectory()
    }
}
