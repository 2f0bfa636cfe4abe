/// A message that could not be answered, and is kept until an operator has it replayed or dropped.
public struct DeadLetter: Sendable, Hashable {
    /// The message, text included.
    public var message: AcceptedMessage
    /// All that is known of it.
    public var progress: [MessageProgress]
    /// Why it could not be answered.
    public var reason: String

    /// Makes a dead letter.
    public init(message: AcceptedMessage, progress: [MessageProgress], reason: String) {
        self.message = message
        self.progress = progress
        self.reason = reason
    }
}

// What an operator does with dead letters. The keys are those in the log.
extension JournalStore {
    /// The dead letters of a journal in the order of acceptance, read without changing it, also beside a running service.
    /// - Throws: ``JournalError``, as ``inspect(directory:now:)`` does.
    public static func deadLetters(
        directory: String, now: UnixTime = SystemClock().now
    ) throws(JournalError) -> [DeadLetter] {
        try deadLetters(POSIXFiles(directory: directory), now: now)
    }

    /// The same for any directory that can be accessed through the seam.
    /// - Throws: ``JournalError``, as above.
    public static func deadLetters(_ files: any JournalFiles, now: UnixTime) throws(JournalError) -> [DeadLetter] {
        (try read(files, now: now).state?.deadLettersInOrder ?? []).map {
            DeadLetter(message: $0.message, progress: $0.progress, reason: $0.deathReason ?? "")
        }
    }

    /// Puts dead letters back to work, while no service uses the journal: the next start takes them up. What was answered
    /// goes on after the last part that was sent; what was not is asked again.
    /// - Returns: how many of the keys were dead letters.
    /// - Throws: ``JournalError``. A journal that does not exist is an error.
    @discardableResult
    public static func replay(
        _ keys: [MessageKey], directory: String, now: UnixTime = SystemClock().now
    ) throws(JournalError) -> Int {
        try change(keys, to: .replayed, POSIXFiles(directory: directory), now: now)
    }

    /// Drops dead letters, while no service uses the journal. Their text is gone from disk within a day.
    /// - Returns: how many of the keys were dead letters.
    /// - Throws: ``JournalError``. A journal that does not exist is an error.
    @discardableResult
    public static func drop(
        _ keys: [MessageKey], directory: String, now: UnixTime = SystemClock().now
    ) throws(JournalError) -> Int {
        let end = MessageProgress.finished(.failed(reason: "Dropped by an operator"))
        return try change(keys, to: end, POSIXFiles(directory: directory), now: now)
    }

    /// Records a step of dead letters, and of nothing else.
    package static func change(
        _ keys: [MessageKey], to step: MessageProgress, _ files: any JournalFiles, now: UnixTime
    ) throws(JournalError) -> Int {
        _ = try files.journalNames()
        var engine = try JournalEngine.open(files, now: now)
        defer { engine.close() }
        let letters = engine.state.deadLettersInOrder.map(\.message.key).filter(keys.contains)
        for reply in try engine.commit(letters.map { .record([step], $0) }, now: now) {
            if case .refused(let error) = reply { throw error }
        }
        return letters.count
    }
}
