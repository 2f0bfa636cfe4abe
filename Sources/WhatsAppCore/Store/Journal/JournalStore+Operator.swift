// What an operator does with a journal beside the service that writes it, or in its place.
extension JournalStore {
    /// Reads a journal without changing it and tells what it holds and whether it is damaged.
    ///
    /// A running service need not be stopped. A commit that it is just writing may then be reported as a torn tail.
    /// - Parameters:
    ///   - directory: its path.
    ///   - now: the time, for what has expired.
    /// - Throws: ``JournalError``: when it cannot be read, or was written by a newer version. Damage is not thrown.
    public static func inspect(
        directory: String, now: UnixTime = SystemClock().now
    ) throws(JournalError) -> JournalReport {
        try inspect(POSIXFiles(directory: directory), now: now)
    }

    /// The same for any directory that can be accessed through the seam.
    /// - Throws: ``JournalError``, as above.
    public static func inspect(_ files: any JournalFiles, now: UnixTime) throws(JournalError) -> JournalReport {
        try read(files, now: now).report
    }

    /// The unfinished messages of a journal, in the order of acceptance, read without changing it.
    /// - Throws: ``JournalError``, as ``inspect(directory:now:)`` does.
    public static func unfinished(
        directory: String, now: UnixTime = SystemClock().now
    ) throws(JournalError) -> [(message: AcceptedMessage, progress: [MessageProgress])] {
        let reader = try read(POSIXFiles(directory: directory), now: now)
        return (reader.state?.unfinishedInOrder ?? []).map { ($0.message, $0.progress) }
    }

    /// Removes all that a journal holds of a user, while no service uses it.
    ///
    /// Messages of that user that are not finished, and dead letters, end with it. The journal is written anew and all older files are
    /// removed, also those that were set aside, so that no byte of the user's data is left in any of its files. Ids stay:
    /// they are keyed hashes that say nothing of the user.
    /// - Parameters:
    ///   - user: a phone number in international form, or a business-scoped user id.
    ///   - directory: the journal's path.
    ///   - now: the time.
    /// - Returns: how many unfinished messages were dropped.
    /// - Throws: ``JournalError``: then some of the data may still be there. A journal that does not exist is an error.
    @discardableResult
    public static func forget(
        user: String, directory: String, now: UnixTime = SystemClock().now
    ) throws(JournalError) -> Int {
        try forget(user: user, POSIXFiles(directory: directory), now: now)
    }

    /// The same for any directory that can be accessed through the seam.
    /// - Throws: ``JournalError``, as above.
    @discardableResult
    public static func forget(
        user: String, _ files: any JournalFiles, configuration: JournalConfiguration = JournalConfiguration(),
        now: UnixTime
    ) throws(JournalError) -> Int {
        _ = try files.journalNames()
        var engine = try JournalEngine.open(files, configuration: configuration, now: now)
        defer { engine.close() }
        return try engine.forget(user: user, now: now)
    }

    /// A service may remove files while they are read: then it is read again, a few times.
    static func read(_ files: any JournalFiles, now: UnixTime) throws(JournalError) -> JournalReader {
        for _ in 0..<9 {
            do {
                return try readOnce(files, now: now)
            } catch .failed(let error) where error.errno == SystemErrno.missing && error.operation == .open {
                continue
            }
        }
        return try readOnce(files, now: now)
    }

    private static func readOnce(_ files: any JournalFiles, now: UnixTime) throws(JournalError) -> JournalReader {
        let retention = JournalConfiguration().retention
        let key = IDFingerprint.Key(low: 0, high: 0)
        return try JournalReader(files, retention: retention, now: now, freshKey: key, salvages: true)
    }
}

extension JournalEngine {
    /// Drops a user's messages, and writes everything anew.
    /// - Returns: how many messages were dropped.
    package mutating func forget(user: String, now: UnixTime) throws(JournalError) -> Int {
        let dropped = state.keptInOrder.map(\.message).filter { $0.user.isNamed(user) }
        for message in dropped { state.finish(message.key, now: now) }
        compactionPause = nil
        compaction = nil
        try rotate(now: now)
        guard compaction != nil else { throw .diskFull }
        while compaction != nil { _ = try maintain(now: now) }
        guard compactionPause == nil else { throw .diskFull }
        if let error = removeSuperseded(now: now, keepsAside: false) { throw .failed(error) }
        try attempt { () throws(FileError) in try files.syncDirectory() }
        return dropped.count
    }
}
