internal import Synchronization

/// Answers messages: one user's one after the other, many users at once.
///
/// Compose it from the ports, give it to a ``WebhookEndpoint`` as its intake, and call ``run()``.
public final class MessagePipeline: MessageIntake {
    /// How much is done at once, and how long it may take to stop.
    public struct Configuration: Sendable {
        /// How many users are answered at once; at least one.
        public var maximumActiveUsers = 64
        /// How many messages of one user may wait. Further ones are remembered, and ignored as
        /// ``IgnoreReason/tooManyWaiting``, so that one user cannot shut out all others.
        public var maximumWaitingMessagesPerUser = 50
        /// How many messages may wait in all; past that new ones are not taken in.
        public var maximumWaitingMessages = 10_000
        /// How long work in progress may go on when the service stops.
        public var gracePeriod = Duration.seconds(30)
        /// The longest answer that is taken from a backend, in UTF-8 bytes.
        public var maximumAnswerBytes = 1 << 20

        /// The defaults.
        public init() {}
    }

    private struct Work: Sendable {
        var message: AcceptedMessage
        var progress: [MessageProgress] = []
        var isSuspect = false
        var lane: String { message.lane }
    }
    private struct State {
        var lanes: Lanes<Work>
        /// Who waits for the end of the work on a message.
        var waiters: [MessageKey: CheckedContinuation<MessageOutcome, any Error>] = [:]
        /// Calls of `accept` that wait for the store. What they bring is still to be worked on.
        var intakesUnderWay = 0
        var hasRun = false
        var isStopping = false
        var isDone: Bool { isStopping && intakesUnderWay == 0 && lanes.isIdle }
    }

    private let configuration: Configuration
    private let parts: Conversation.Parts
    private let state: Mutex<State>
    private let started: AsyncStream<Work>
    private let starter: AsyncStream<Work>.Continuation

    /// Composes a pipeline, and takes up the messages that the store holds unfinished.
    /// - Parameters:
    ///   - configuration: how much is done at once.
    ///   - store: what remembers. ``IdempotencyStore/journal(at:configuration:clock:report:)`` survives a crash, and so does what
    ///     was acknowledged; ``IdempotencyStore/inMemory`` forgets, and is for tests and demonstrations.
    ///   - backend: who answers.
    ///   - sender: through whom answers reach the user.
    ///   - translator: completes citations; by default nobody.
    ///   - formatter: makes the answer's markdown what the user's app shows.
    ///   - chunker: splits it.
    ///   - notices: what is said in place of an answer.
    ///   - detector: tells the language of a message, for the notices.
    ///   - observer: is told of all that happens.
    ///   - clock: tells the time, and waits.
    ///   - random: spreads retries: a number from 0 to 1.
    /// - Throws: what the store throws when it cannot tell which those are.
    public init(
        configuration: Configuration = Configuration(),
        store: any IdempotencyStore,
        backend: any BackendClient,
        sender: any MessageSender,
        translator: any CitationTranslator = .none,
        formatter: any MessageFormatter,
        chunker: any MessageChunker,
        notices: any Notices = .ansari,
        detector: any LanguageDetector = .byScript,
        observer: (any PipelineObserver)? = nil,
        clock: any ServiceClock = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) async throws {
        self.configuration = configuration
        parts = Conversation.Parts(
            store: store, backend: backend, sender: sender, translator: translator, formatter: formatter,
            chunker: chunker, notices: notices, detector: detector, observer: observer, clock: clock,
            random: random, maximumAnswerBytes: configuration.maximumAnswerBytes, shared: Conversation.Shared())
        state = Mutex(
            State(lanes: Lanes(maximumActive: max(1, configuration.maximumActiveUsers), isSuspect: \.isSuspect)))
        (started, starter) = AsyncStream.makeStream()
        for (message, progress) in try await store.unfinished() { takeUp(message, progress) }
    }

    /// Works on a message that was accepted elsewhere, and returns when it has reached its end. ``run()`` has to be under way.
    ///
    /// The caller sees to it that nobody else works on the message, and that a user's next one comes when this has returned.
    /// - Parameter progress: all that is on record of the message; what follows goes to the store.
    /// - Returns: the end that it reached.
    /// - Throws: what kept it from its end: ``IntakeError/stopping`` or `CancellationError` when the pipeline stops, and what
    ///   the store threw when it refused for good.
    public func work(on message: AcceptedMessage, progress: [MessageProgress]) async throws -> MessageOutcome {
        try await withCheckedThrowingContinuation { continuation in
            let isIn = state.withLock { state in
                guard !state.isStopping, state.waiters[message.key] == nil else { return false }
                state.waiters[message.key] = continuation
                return true
            }
            guard isIn else { return continuation.resume(throwing: IntakeError.stopping) }
            takeUp(message, progress)
        }
    }

    /// Takes in that a status, which is on record already, showed a part as sent. One that nobody waits for is passed over.
    public func resolve(part: Int, of key: MessageKey, id: String) {
        parts.shared.statuses.report(PartToken(key: key, part: part).description, id: id)
    }

    /// Puts to work what was accepted before.
    private func takeUp(_ message: AcceptedMessage, _ progress: [MessageProgress]) {
        let life = MessageLife(message, progress: progress, noticeText: { _ in "" })
        // From the first moment on, and not only when its turn has come.
        if let token = life.openToken { parts.shared.statuses.expect(token) }
        enqueue(Work(message: message, progress: progress, isSuspect: life.isSuspect))
    }

    /// Takes messages in and puts the new ones to work; see ``MessageIntake/accept(_:)``.
    public func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        try await acceptEventually(messages).value.get()
    }

    /// Takes messages in as the store does: at once, later, or in a task.
    public func acceptEventually(_ messages: [AcceptedMessage]) -> Eventual<Result<[Acceptance], any Error>> {
        do throws(IntakeError) {
            let messages = try admit(messages)
            switch parts.store.acceptEventually(messages) {
            case .now(let result): return .now(takeIn(messages, result))
            case let later: return later.map { self.takeIn(messages, $0) }
            }
        } catch {
            return .now(.failure(error))
        }
    }

    private func takeIn(
        _ messages: [AcceptedMessage], _ result: Result<[Acceptance], any Error>
    ) -> Result<[Acceptance], any Error> {
        if case .success(let acceptances) = result { start(messages, acceptances) }
        state.withLock { state in
            state.intakesUnderWay -= 1
            if state.isDone { starter.finish() }
        }
        return result
    }

    /// Refuses what is too much in all, and ignores what is too much for one user.
    private func admit(_ messages: [AcceptedMessage]) throws(IntakeError) -> [AcceptedMessage] {
        try state.withLock { state throws(IntakeError) in
            if state.isStopping { throw .stopping }
            let messages = bounded(messages, by: state.lanes)
            let more = messages.count { !$0.isIgnored }
            if more > 0, state.lanes.waitingCount + more > configuration.maximumWaitingMessages {
                throw .overloaded
            }
            state.intakesUnderWay += 1
            return messages
        }
    }

    /// Puts to work what is new of the messages that the store has taken in.
    private func start(_ messages: [AcceptedMessage], _ acceptances: [Acceptance]) {
        for index in messages.indices {
            let key = messages[index].key
            guard acceptances[index] == .new else {
                parts.observe(.duplicate(key))
                continue
            }
            parts.observe(.accepted(messages[index]))
            if case .ignore(let reason) = messages[index].plan {
                parts.observe(.finished(key, .ignored(reason)))
            } else {
                enqueue(Work(message: messages[index]))
            }
        }
    }

    /// Whether the status tells of a part whose outcome nobody has learned yet.
    public func awaits(_ status: MessageStatus) -> Bool {
        status.callbackData.map(parts.shared.statuses.expects) ?? false
    }

    /// Resolves the outcome of a part that nobody had learned: returns when that is durable, because the status does not
    /// come again.
    public func receive(_ status: MessageStatus) async throws {
        guard let text = status.callbackData, parts.shared.statuses.expects(text), let token = PartToken(text) else {
            return
        }
        let id = status.id ?? ""
        try await parts.store.record([.sent(part: token.part, id: id)], for: token.key)
        parts.shared.statuses.report(text, id: id)
    }

    /// Works on messages until the calling task is cancelled. Then it takes in no more, finishes what it has within the
    /// grace period, cancels the rest, and returns. Call it once.
    public func run() async { await run(on: nil) }

    /// Runs as ``run()`` does, with all its tasks on one executor: a simulation has its own.
    package func run(on executor: (any TaskExecutor)?) async {
        state.withLock { state in
            precondition(!state.hasRun, "A pipeline can be run once.")
            state.hasRun = true
        }
        await runGracefully(grace: configuration.gracePeriod, clock: parts.clock, executor: executor) {
            await withDiscardingTaskGroup { group in
                for await work in self.started {
                    group.addTask { await self.perform(work) }
                }
            }
        } stop: {
            self.state.withLock { state in
                state.isStopping = true
                if state.isDone { self.starter.finish() }
            }
        }
        let (waiting, waiters) = state.withLock { state in
            defer { state.waiters = [:] }
            return (state.lanes.removeWaiting(), state.waiters.values)
        }
        for work in waiting { parts.observe(.interrupted(work.message.key, CancellationError())) }
        for waiter in waiters { waiter.resume(throwing: CancellationError()) }
    }

    /// Ignores what is too much for one user's lane.
    private func bounded(_ messages: [AcceptedMessage], by lanes: Lanes<Work>) -> [AcceptedMessage] {
        guard messages.contains(where: { !$0.isIgnored }) else { return messages }
        var added: [String: Int] = [:]
        return messages.map { message in
            guard !message.isIgnored else { return message }
            let waiting = lanes.waitingCount(in: message.lane) + added[message.lane, default: 0]
            added[message.lane, default: 0] += 1
            guard waiting >= configuration.maximumWaitingMessagesPerUser else { return message }
            var message = message
            message.plan = .ignore(.tooManyWaiting)
            return message
        }
    }

    private func enqueue(_ work: Work) {
        state.withLock { state in
            if let work = state.lanes.add(work, to: work.lane) { start(work) }
        }
    }

    /// Hands work to `run()`. After the grace period nobody takes it any more.
    private func start(_ work: Work) {
        guard case .terminated = starter.yield(work) else { return }
        parts.observe(.interrupted(work.message.key, CancellationError()))
    }

    private func perform(_ work: Work) async {
        var conversation = Conversation(work.message, progress: work.progress, parts: parts) { [self] isPaused in
            state.withLock { state in
                guard isPaused else { return state.lanes.resume(work.lane) }
                state.lanes.pause(work.lane).forEach(start)
            }
        }
        let result: Result<MessageOutcome, any Error>
        do {
            result = .success(try await conversation.run())
        } catch {
            parts.observe(.interrupted(work.message.key, error))
            // Only work that was stopped in good order says so: a message whose work fails time and again is not healthy.
            if error is CancellationError, conversation.isAttempted {
                try? await parts.store.record([.suspended], for: work.message.key)
            }
            result = .failure(error)
        }
        let waiter = state.withLock { state in
            state.lanes.finish(work.lane).forEach(start)
            if state.isDone { starter.finish() }
            return state.waiters.removeValue(forKey: work.message.key)
        }
        waiter?.resume(with: result)
    }
}

extension AcceptedMessage {
    /// One lane per user and business number.
    package var lane: String { phoneNumberID + "/" + user.stableID }
}
