extension JournalEngine {
    /// What an engine begins with.
    struct Start {
        var state: JournalState
        var segment: Segment
        var snapshotNumber: UInt64
        var damagedFiles: Set<String>
        var report: JournalReport
        var time: UnixTime
    }

    /// Opens the journal in a directory, which is made if need be, and takes the directory for this process.
    ///
    /// It reads what is there and writes it anew, as a snapshot: what was read may be in the system's memory only. A tail
    /// that was never acknowledged is set aside and cut off.
    /// - Parameters:
    ///   - files: the directory.
    ///   - configuration: how it is kept.
    ///   - now: the time.
    ///   - random: for salts and for the key of the fingerprints.
    /// - Throws: when another process has it, when it is damaged, and when the disk is full or fails.
    package static func open(
        _ files: any JournalFiles, configuration: JournalConfiguration = JournalConfiguration(), now: UnixTime,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) throws(JournalError) -> JournalEngine {
        do { try files.makeDirectory() } catch {
            let above = files.path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(files.path[..<$0]) }
            throw error.errno == SystemErrno.missing ? .noDirectory(above ?? ".") : .failed(error)
        }
        let lock = try takeLock(files)
        do {
            return try open(files, configuration: configuration, lock: lock, now: now, random: random)
        } catch {
            lock.release()
            throw error
        }
    }

    private static func takeLock(_ files: any JournalFiles) throws(JournalError) -> any JournalLock {
        do {
            return try files.lock()
        } catch {
            throw error.errno == SystemErrno.wouldBlock ? .alreadyRunning(directory: files.path) : .failed(error)
        }
    }

    private static func open(
        _ files: any JournalFiles, configuration: JournalConfiguration, lock: any JournalLock, now: UnixTime,
        random: any RandomNumberGenerator & Sendable
    ) throws(JournalError) -> JournalEngine {
        var random = random
        let key = IDFingerprint.Key(low: random.next(), high: random.next())
        let reader = try JournalReader(
            files, retention: configuration.retention, now: now, freshKey: key,
            salvages: configuration.salvagesDamage)
        var start: Start
        do {
            start = try checkpoint(reader, files: files, configuration: configuration, now: now, random: &random)
        } catch {
            guard error.isHarmlesslyFull else { throw .failed(error) }
            // The space that is kept for a full disk is enough to start, unless there are very many ids.
            try? files.remove(JournalName.ballast.text)
            do {
                start = try checkpoint(reader, files: files, configuration: configuration, now: now, random: &random)
            } catch {
                throw error.isHarmlesslyFull ? .diskFull : .failed(error)
            }
        }
        start.damagedFiles = Set(reader.damages.map(\.file))
        var engine = JournalEngine(files, configuration: configuration, lock: lock, random: random, start: start)
        _ = engine.removeSuperseded(now: now, keepsAside: true)
        do {
            try files.makeBallast(bytes: configuration.ballastBytes)
        } catch {
            guard error.isHarmlesslyFull else { throw .failed(error) }
            try engine.enterFull(now: now)
        }
        return engine
    }

    /// Writes what was read as a snapshot, and begins a segment after it.
    private static func checkpoint(
        _ reader: JournalReader, files: any JournalFiles, configuration: JournalConfiguration, now: UnixTime,
        random: inout any RandomNumberGenerator & Sendable
    ) throws(FileError) -> Start {
        if let torn = reader.torn { try files.keep(torn.bytes, of: torn.file, time: now) }
        let state = reader.state ?? JournalState(fingerprintKey: reader.freshKey, retention: configuration.retention)
        let number = reader.highestNumber + 1
        let head = SnapshotHead(
            fingerprintKey: state.fingerprintKey, nextSequence: reader.nextSequence, chain: reader.chain)
        var snapshot = try SnapshotWriter(
            number, of: state, at: now, head: head, files: files, salt: random.next(),
            pieceBytes: configuration.snapshotPieceBytes, maximumPayload: configuration.maximumPayload)
        try snapshot.finish(now: now)
        try files.publish(.snapshot(number))
        let before = FrameChain(
            nextSequence: reader.nextSequence, previous: reader.chain, salt: 0,
            maximumPayload: configuration.maximumPayload)
        let segment = try files.makeSegment(
            number + 1, after: before, salt: random.next(), configuration: configuration)
        return Start(
            state: state, segment: segment, snapshotNumber: number, damagedFiles: [], report: reader.report, time: now)
    }
}

extension JournalFiles {
    /// Keeps a torn tail for whoever wants to look into it. A full disk is no reason to stop.
    fileprivate func keep(_ bytes: [UInt8], of name: String, time: UnixTime) throws(FileError) {
        do {
            let isKept = try list().contains {
                if case .aside(name, _) = JournalName($0) { true } else { false }
            }
            guard !isKept else { return }
            let file = try create(JournalName.aside(name, time: time.seconds).text)
            try file.writeAll(bytes, at: 0)
            try file.sync()
        } catch {
            guard error.isHarmlesslyFull else { throw error }
        }
    }
}
