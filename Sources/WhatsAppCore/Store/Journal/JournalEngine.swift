/// The journal itself: a value that turns requests into synced frames and files into state.
///
/// It has no thread, no clock and no source of chance of its own, and does all I/O through ``JournalFiles``, so that a
/// simulation can drive it. It is not to be copied while in use: one owner writes.
package struct JournalEngine: Sendable {
    let files: any JournalFiles
    let configuration: JournalConfiguration
    private let lock: any JournalLock
    var random: any RandomNumberGenerator & Sendable
    var state: JournalState
    /// The segment that is written, the frames in it, and the end of what is durable in it.
    var segment: Segment
    /// The number of the newest file.
    var highestNumber: UInt64
    /// The snapshot that is being written.
    var compaction: SnapshotWriter?
    /// The number of the newest snapshot: what is older counts for nothing.
    var snapshotNumber: UInt64 = 0
    /// The first record after the newest snapshot, and the time when that was begun.
    var checkpoint: (sequence: UInt64, time: UnixTime)
    /// When the directory was last looked through for what can be removed.
    var cleanedAt: UnixTime
    /// Not before this is a compaction tried again that found the disk full.
    var compactionPause: UnixTime?
    /// Whether the disk is full, and when that was last seen.
    var fullSince: UnixTime?
    /// Files that are set aside rather than removed, because they are damaged.
    var damagedFiles: Set<String> = []
    /// Why it takes nothing more.
    private(set) var failure: JournalError?
    private var events: [JournalEvent] = []

    /// An open segment.
    struct Segment: Sendable {
        var name: JournalName
        var file: any JournalFile
        var frames: FrameChain
        /// The end of the last durable frame, in bytes.
        var end: Int
        /// The end of the file, in bytes: from the last frame up to here it holds zeros.
        var size: Int
        /// The size at which the next segment is begun, in bytes.
        var limit: Int
    }

    init(
        _ files: any JournalFiles, configuration: JournalConfiguration, lock: any JournalLock,
        random: any RandomNumberGenerator & Sendable, start: Start
    ) {
        self.files = files
        self.configuration = configuration
        self.lock = lock
        self.random = random
        state = start.state
        segment = start.segment
        snapshotNumber = start.snapshotNumber
        highestNumber = start.snapshotNumber + 1
        checkpoint = (start.segment.frames.nextSequence, start.time)
        cleanedAt = start.time
        damagedFiles = start.damagedFiles
        events = [.opened(start.report)]
    }

    /// The messages that have not reached their end, in the order of acceptance.
    package var unfinished: [(message: AcceptedMessage, progress: [MessageProgress])] {
        state.unfinishedInOrder.map { ($0.message, $0.progress) }
    }

    /// How many records were made durable since the journal was made.
    package var recordCount: UInt64 { segment.frames.nextSequence - 1 }

    /// Where the next frame goes: the segment's name, and the end of what is durable in it, in bytes.
    package var position: (file: String, end: Int) { (segment.name.text, segment.end) }

    /// Makes requests durable, in order and as one: one write, one sync.
    /// - Parameters:
    ///   - requests: what is asked. A message is a duplicate also of one earlier in the same call.
    ///   - now: the time, for what may expire and for the full disk.
    /// - Returns: what became of each. A refused one left no trace.
    /// - Throws: when the disk failed. Then nothing is known of the requests, and all later calls throw the same.
    package mutating func commit(_ requests: [JournalRequest], now: UnixTime) throws(JournalError) -> [JournalReply] {
        if let failure { throw failure }
        try probeForRoom(now: now)
        var batch = plan(requests)
        guard !batch.records.isEmpty else { return batch.replies }
        if segment.end >= segment.limit { try rotate(now: now) }
        if try !append(batch) {
            // What is new waits for room; what is under way gets the space that was kept for it.
            try enterFull(now: now)
            batch = plan(requests)
            let isWritten = batch.records.isEmpty ? true : try append(batch)
            if !isWritten { batch.refuseRecords(.diskFull) }
        }
        for entry in batch.records { state.apply(entry.record, now: now) }
        return batch.replies
    }

    /// Lets the directory go. The engine is of no use afterwards.
    package mutating func close() {
        if failure == nil { failure = .closed }
        lock.release()
    }

    /// What happened since this was last called.
    package mutating func takeEvents() -> [JournalEvent] {
        defer { events = [] }
        return events
    }

    private func plan(_ requests: [JournalRequest]) -> JournalBatch {
        JournalBatch(
            requests, state: state, refusesNew: fullSince != nil, maximumRecord: configuration.maximumPayload)
    }

    /// Writes and syncs a batch behind what is durable.
    /// - Returns: `false` when the disk is full. Then the segment's frames are as they were.
    private mutating func append(_ batch: JournalBatch) throws(JournalError) -> Bool {
        var frames = segment.frames
        let bytes = frames.encode(batch.bytes, synced: frames.nextSequence - 1)
        guard try write(bytes, at: segment.end) else { return false }
        try grow(to: segment.end + bytes.count)
        do { try segment.file.sync() } catch { throw fail(error, in: segment.name) }
        segment.frames = frames
        segment.end += bytes.count
        return true
    }

    /// Writes into the segment, or cuts it off there and returns `false` when the disk is full.
    private mutating func write(_ bytes: [UInt8], at offset: Int) throws(JournalError) -> Bool {
        do {
            try segment.file.writeAll(bytes, at: offset)
            return true
        } catch {
            guard error.isDiskFull else { throw fail(error, in: segment.name) }
            do { try segment.file.truncate(to: offset) } catch { throw fail(error, in: segment.name) }
            segment.size = offset
            return false
        }
    }

    /// Puts zeros behind `end` once it is beyond the file's old end: a sync that changes no size has only the data to write.
    private mutating func grow(to end: Int) throws(JournalError) {
        guard end > segment.size else { return }
        segment.size = end
        guard fullSince == nil else { return }
        let zeros = [UInt8](repeating: 0, count: configuration.growthBytes)
        if try write(zeros, at: end) { segment.size += zeros.count }
    }

    /// Ends the engine: what failed once is not tried again, because the system may have dropped what it could not write.
    /// - Parameter name: the file's present name, if it had another one when it was opened.
    mutating func fail(_ error: FileError, in name: JournalName? = nil) -> JournalError {
        var error = error
        if let name { error.name = name.text }
        let failure = JournalError.failed(error)
        self.failure = failure
        events.append(.failed(failure))
        return failure
    }

    mutating func report(_ event: JournalEvent) { events.append(event) }
}
