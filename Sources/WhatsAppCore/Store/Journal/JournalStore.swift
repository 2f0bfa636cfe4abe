/// The store of a service that runs on one machine: an append-only log in a directory, synced before each call returns.
///
/// What was accepted survives the end of the process and a loss of power. Calls that come together share one sync. Ids
/// are remembered for ten days after acceptance, messages that are not finished until they are.
///
/// When the disk is full, `accept` throws ``JournalError/diskFull`` for what is new, while messages under way can be
/// finished; it goes on by itself once there is room. When the disk fails, every call throws, and the process is to end:
/// see ``waitForFailure()``.
public final class JournalStore: IdempotencyStore {
    private let writer: JournalWriter

    /// Opens the journal in a directory.
    /// - Parameters:
    ///   - directory: its path. It is made, for its owner only, unless it exists; what is above it must exist.
    ///   - configuration: how it is kept.
    ///   - clock: tells when ids expire and text is to be gone.
    ///   - report: hears what happens, on the journal's thread: it must not block.
    /// - Throws: ``JournalError``: when another process has it, when it is damaged or written by a newer version, when
    ///   the disk is full or fails.
    public convenience init(
        directory: String, configuration: JournalConfiguration = JournalConfiguration(),
        clock: any ServiceClock = .system, report: @escaping @Sendable (JournalEvent) -> Void = { _ in }
    ) throws(JournalError) {
        try self.init(
            files: POSIXFiles(directory: directory), configuration: configuration, clock: clock, report: report)
    }

    /// Opens the journal in any directory that can be accessed through the seam.
    /// - Throws: ``JournalError``, as above.
    public init(
        files: any JournalFiles, configuration: JournalConfiguration = JournalConfiguration(),
        clock: any ServiceClock = .system, report: @escaping @Sendable (JournalEvent) -> Void = { _ in }
    ) throws(JournalError) {
        var engine = try JournalEngine.open(files, configuration: configuration, now: clock.now)
        writer = JournalWriter(clock: clock, report: report)
        do {
            try writer.start(engine)
        } catch {
            engine.close()
            throw error
        }
    }

    deinit { writer.stop() }

    /// Why the journal takes nothing more: a failure of the disk, or that it was closed. `nil` while it works.
    public var failure: JournalError? { writer.failure }

    /// Waits until the journal takes nothing more, and tells why: run it beside the service, and end the process when the disk
    /// has failed. Returns ``JournalError/closed`` after ``close()``, and `nil` when the task is cancelled.
    public func waitForFailure() async -> JournalError? { await writer.waitForFailure() }

    /// Takes messages in. A duplicate of one that is not durable yet waits for the same commit.
    /// - Throws: ``JournalError``. After ``JournalError/diskFull`` the same call may succeed later.
    public func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        try await acceptEventually(messages).value.get()
    }

    /// Takes messages in, and tells on the journal's thread what became of them, once that is durable.
    public func acceptEventually(_ messages: [AcceptedMessage]) -> Eventual<Result<[Acceptance], any Error>> {
        guard !messages.isEmpty else { return .now(.success([])) }
        return .later { [writer] completion in
            writer.perform(.accept(messages)) { reply in
                switch reply {
                case .success(.accepted(let acceptances)): completion(.success(acceptances))
                case .success(.refused(let error)), .failure(let error): completion(.failure(error))
                case .success(.recorded): preconditionFailure("a store answers what it was asked")
                }
            }
        }
    }

    /// Adds to what is known of a message. One that is not known, or has reached its end, stays as it is.
    /// - Throws: ``JournalError``.
    public func record(_ progress: [MessageProgress], for key: MessageKey) async throws {
        guard !progress.isEmpty else { return }
        if case .refused(let error) = try await writer.perform(.record(progress, key)) { throw error }
    }

    /// The messages that have not reached their end, in the order of acceptance.
    /// - Throws: ``JournalError``.
    public func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] {
        try await writer.unfinished()
    }

    /// Makes durable what was handed over, ends the journal's thread and lets the directory go. Later calls throw
    /// ``JournalError/closed``.
    public func close() async {
        writer.stop()
        await writer.waitForEnd()
    }
}

extension IdempotencyStore where Self == JournalStore {
    /// The journal in a directory: see ``JournalStore/init(directory:configuration:clock:report:)``.
    public static func journal(
        at directory: String, configuration: JournalConfiguration = JournalConfiguration(),
        clock: any ServiceClock = .system, report: @escaping @Sendable (JournalEvent) -> Void = { _ in }
    ) throws(JournalError) -> JournalStore {
        try JournalStore(directory: directory, configuration: configuration, clock: clock, report: report)
    }
}
