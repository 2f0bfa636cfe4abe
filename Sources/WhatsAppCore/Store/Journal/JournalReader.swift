/// Reads a journal's files into the state they amount to, and says whether anything is wrong with them.
///
/// It changes nothing on disk. The newest snapshot counts, and then the segments after it, each of which must follow from
/// what comes before it: by sequence number, and by the checksum of the last frame.
struct JournalReader {
    private let files: any JournalFiles
    private let retention: Duration
    private let now: UnixTime
    /// The key of the fingerprints, unless there is a snapshot that says it.
    let freshKey: IDFingerprint.Key
    /// Whether to go on after damage, with what can still be read.
    private let salvages: Bool

    /// What was read: the state once there is one, and where the log goes on.
    private(set) var state: JournalState?
    private(set) var nextSequence: UInt64 = 1
    private(set) var chain: UInt32 = 0
    /// The highest number of a file, whether or not it counts.
    private(set) var highestNumber: UInt64 = 0
    private(set) var report = JournalReport()
    /// The tail to cut off, and the name of its file.
    private(set) var torn: (file: String, bytes: [UInt8])?
    private(set) var damages: [JournalReport.Damage] = []

    /// Reads all that counts.
    /// - Throws: ``JournalError/damaged(file:offset:reason:)`` at the first damage unless `salvages`.
    init(
        _ files: any JournalFiles, retention: Duration, now: UnixTime, freshKey: IDFingerprint.Key, salvages: Bool
    ) throws(JournalError) {
        self.files = files
        self.retention = retention
        self.now = now
        self.freshKey = freshKey
        self.salvages = salvages
        let names = try files.journalNames()
        let snapshots = names.compactMap { if case .snapshot(let number) = $0 { number } else { nil } }.sorted()
        let segments = names.compactMap { if case .segment(let number) = $0 { number } else { nil } }.sorted()
        highestNumber = max(snapshots.last ?? 0, segments.last ?? 0)
        let base = try readSnapshots(snapshots, segments: segments)
        let log = segments.filter { $0 > base }
        for number in log { try readSegment(number, isLast: number == log.last) }
        summarize(segments: log.count)
    }

    /// Reads the newest snapshot that is whole, and gives its number: 0 when there is none.
    private mutating func readSnapshots(_ snapshots: [UInt64], segments: [UInt64]) throws(JournalError) -> UInt64 {
        guard let newest = snapshots.last else {
            // Segments are written only after a snapshot is durable.
            if let first = segments.first { try note(.segment(first), 0, "there is no snapshot") }
            return 0
        }
        for number in snapshots.reversed() {
            var snapshot = SnapshotReader(
                try read(.snapshot(number)), name: .snapshot(number), retention: retention, now: now)
            try snapshot.read()
            if let damage = snapshot.damage {
                // An older snapshot serves if the log goes on from it to beyond this one; the chain will tell.
                let isBridged = number != snapshots.first && (segments.last ?? 0) > newest
                if isBridged, !salvages { continue }
                try note(.snapshot(number), damage.offset, damage.reason)
                guard snapshot.head != nil else { continue }
            }
            guard let head = snapshot.head, let state = snapshot.state else { continue }
            // What is older is removed only once there is a segment after the snapshot. First starts that failed leave
            // snapshots alone, but of a log that never held anything.
            let isAlone = (segments.last ?? 0) < number && snapshots.count + segments.count == 1
            if isAlone, head.nextSequence > 1, snapshot.damage == nil {
                try note(.snapshot(number), 0, "the segment that followed it is missing")
            }
            (self.state, nextSequence, chain) = (state, head.nextSequence, head.chain)
            report.bytes += snapshot.byteCount
            return number
        }
        return 0
    }

    private mutating func readSegment(_ number: UInt64, isLast: Bool) throws(JournalError) {
        let name = JournalName.segment(number)
        let bytes = try read(name)
        report.bytes += bytes.count
        var cursor = FrameCursor(bytes, nextSequence: nextSequence, chain: chain)
        while true {
            var found: FrameCursor.Found?
            do {
                found = try cursor.next()
                if found == nil { break }
            } catch {
                guard case .flaw(let reason) = error else { throw newer(error, name, cursor.offset) }
                // A segment gets its name once its first frame is durable, so that is never an unsynced tail.
                if isLast, cursor.offset > 0, !cursor.provesNextWasSynced() {
                    let tail = Array(cursor.rest)
                    torn = (name.text, tail)
                    report.verdict = .tornTail(file: name.text, offset: cursor.offset, bytes: tail.count)
                    break
                }
                try note(name, cursor.offset, reason)
                found = cursor.skipToWholeFrame()
                if found == nil { break }
            }
            if let found { try apply(found, of: bytes, in: name) }
        }
        (nextSequence, chain) = (cursor.nextSequence, cursor.chain)
    }

    private mutating func apply(
        _ found: FrameCursor.Found, of bytes: [UInt8], in name: JournalName
    ) throws(JournalError) {
        var records: [JournalRecord] = []
        do {
            records = try found.head.records(in: bytes, payload: found.payload)
        } catch {
            guard case .malformed = error else { throw newer(error, name, found.offset) }
            try note(name, found.offset, "a record cannot be read")
        }
        var state = state ?? JournalState(fingerprintKey: freshKey, retention: retention)
        self.state = nil  // One owner, or each frame would copy it all.
        for record in records where !record.isForSnapshotsOnly { state.apply(record, now: now) }
        self.state = state
    }

    private mutating func note(_ name: JournalName, _ offset: Int, _ reason: String) throws(JournalError) {
        guard salvages else { throw .damaged(file: name.text, offset: offset, reason: reason) }
        damages.append(JournalReport.Damage(file: name.text, offset: offset, reason: reason))
    }

    private func read(_ name: JournalName) throws(JournalError) -> [UInt8] {
        try attempt { () throws(FileError) in try files.open(name.text).readAll() }
    }

    private mutating func summarize(segments: Int) {
        if !damages.isEmpty { report.verdict = .damaged(damages) }
        report.records = nextSequence - 1
        report.segments = segments
        report.finishedIDs = state?.index.count ?? 0
        let unfinished = state?.unfinishedInOrder ?? []
        report.unfinished = unfinished.count
        report.deadLetters = state?.deadLettersInOrder.count ?? 0
        report.oldestUnfinished = unfinished.map(\.message.acceptedAt).min()
    }
}

/// The error for what a newer version wrote, and this one cannot read.
func newer(_ error: any Error, _ name: JournalName, _ offset: Int) -> JournalError {
    let what =
        switch error {
        case JournalCodingError.unknown(let what): what
        case FrameCursor.Stop.version(let version): "format version \(version)"
        default: "\(error)"
        }
    return .newerFormat(file: name.text, offset: offset, what: what)
}

/// Does something with files, and throws what fails as the journal's own error.
func attempt<Result>(_ body: () throws(FileError) -> Result) throws(JournalError) -> Result {
    do {
        return try body()
    } catch {
        throw .failed(error)
    }
}

extension JournalFiles {
    /// The names of the journal's files.
    func journalNames() throws(JournalError) -> [JournalName] {
        do {
            return try list().compactMap { JournalName($0) }
        } catch {
            throw error.errno == SystemErrno.missing ? .noDirectory(path) : .failed(error)
        }
    }
}
