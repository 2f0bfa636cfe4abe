// Segments and snapshots. A new file is written and synced under a temporary name, renamed, and the directory synced,
// before anything relies on it; only then is removed what it replaces.
extension JournalEngine {
    /// Does the housekeeping that is due, a little at a time. Call it after each commit, and now and then when idle.
    /// - Returns: whether there is more to do at once.
    /// - Throws: when the disk failed. Then all later calls throw the same.
    package mutating func maintain(now: UnixTime) throws(JournalError) -> Bool {
        if let failure { throw failure }
        try probeForRoom(now: now)
        if compaction != nil { return try stepCompaction(now: now) }
        let idle = now.duration(since: cleanedAt)
        if idle >= .seconds(3600) || idle < .zero { _ = removeSuperseded(now: now, keepsAside: true) }
        let age = now.duration(since: checkpoint.time)
        if age < .zero { checkpoint.time = now }  // The clock was set back.
        let isDue = age >= configuration.compactionInterval && segment.frames.nextSequence > checkpoint.sequence
        guard isDue, mayCompact(at: now) else { return false }
        try rotate(now: now)
        return compaction != nil
    }

    /// Begins a new segment, and with it a snapshot of all before it, unless one is being written.
    ///
    /// When the disk is full the present segment goes on.
    mutating func rotate(now: UnixTime) throws(JournalError) {
        // A full disk may have cut it off since the last sync; once another file follows, what stood there would be damage.
        do { try segment.file.sync() } catch { throw fail(error, in: segment.name) }
        let compacts = compaction == nil && mayCompact(at: now)
        let number = highestNumber + (compacts ? 2 : 1)
        let head = SnapshotHead(
            fingerprintKey: state.fingerprintKey, nextSequence: segment.frames.nextSequence,
            chain: segment.frames.previous)
        do {
            let next = try files.makeSegment(
                number, after: segment.frames, salt: random.next(), configuration: configuration)
            segment = next
            highestNumber = number
            guard compacts else { return }
            compaction = try SnapshotWriter(
                number - 1, of: state, at: now, head: head, files: files, salt: random.next(),
                pieceBytes: configuration.snapshotPieceBytes, maximumPayload: configuration.maximumPayload)
        } catch {
            guard error.isHarmlesslyFull else { throw fail(error) }
            segment.limit = segment.end + configuration.segmentBytes / 4
            abandonCompaction(now: now)
        }
    }

    private mutating func stepCompaction(now: UnixTime) throws(JournalError) -> Bool {
        guard var writer = compaction else { return false }
        compaction = nil  // One owner.
        do {
            try writer.step(now: now)
            guard writer.isDone else {
                compaction = writer
                return true
            }
            try files.publish(.snapshot(writer.number))
            snapshotNumber = writer.number
            checkpoint = (writer.head.nextSequence, writer.time)
            report(.compacted(bytes: writer.offset))
        } catch {
            guard error.isHarmlesslyFull else { throw fail(error) }
            abandonCompaction(now: now)
        }
        // What cannot be removed now counts for nothing, and is tried again next time.
        _ = removeSuperseded(now: now, keepsAside: true)
        return false
    }

    private func mayCompact(at now: UnixTime) -> Bool { fullSince == nil && now >= compactionPause ?? now }

    /// Tries again later. The snapshot's file is in the way of nothing, and goes with the next one.
    private mutating func abandonCompaction(now: UnixTime) {
        compaction = nil
        compactionPause = now.advanced(by: .seconds(600))
        _ = removeSuperseded(now: now, keepsAside: true)
    }

    /// Removes what the newest snapshot replaces, and what was set aside long ago.
    /// - Parameter keepsAside: whether what was set aside of late stays.
    /// - Returns: the first error. It goes on past errors.
    mutating func removeSuperseded(now: UnixTime, keepsAside: Bool) -> FileError? {
        let oldest = now.seconds - configuration.asideRetention.components.seconds
        let latest = now.seconds + configuration.asideRetention.components.seconds
        var failed: FileError?
        cleanedAt = now
        do {
            for text in try files.list().sorted() {
                let isSuperseded =
                    switch JournalName(text) {
                    case .snapshot(let number), .segment(let number): number < snapshotNumber
                    case .aside(_, let time): !keepsAside || time < oldest || time > latest
                    case .temporary: compaction == nil
                    case .ballast, .lock, nil: false
                    }
                guard isSuperseded else { continue }
                do {
                    if keepsAside, damagedFiles.contains(text) {
                        try files.rename(text, to: JournalName.aside(text, time: now.seconds).text)
                    } else {
                        try files.remove(text)
                    }
                    damagedFiles.remove(text)
                } catch {
                    failed = failed ?? error
                }
            }
        } catch {
            failed = error
        }
        return failed
    }
}

extension JournalFiles {
    /// Makes a segment whose first frame, which holds no records, ties it to the frames before; durable when it returns.
    func makeSegment(
        _ number: UInt64, after frames: FrameChain, salt: UInt64, configuration: JournalConfiguration
    ) throws(FileError) -> JournalEngine.Segment {
        var frames = FrameChain(
            nextSequence: frames.nextSequence, previous: frames.previous, salt: salt,
            maximumPayload: configuration.maximumPayload)
        let file = try createTemporary(.segment(number))
        let first = frames.frame([], synced: frames.nextSequence - 1)
        try file.writeAll(first, at: 0)
        try file.sync()
        try publish(.segment(number))
        return JournalEngine.Segment(
            name: .segment(number), file: file, frames: frames, end: first.count, size: first.count,
            limit: configuration.segmentBytes)
    }
}
