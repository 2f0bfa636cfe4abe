internal import CSystem
internal import Synchronization

/// The thread that owns the engine, and the queue before it.
///
/// While a commit is being synced the next one gathers; there is no timer. Whoever waits is told when the commit that
/// holds its request is durable.
final class JournalWriter: Sendable {
    private struct State {
        /// What the next commit is to take.
        var waiting = JournalQueue()
        /// Set when it is to end; what waits by then is still done.
        var isStopping = false
        var hasEnded = false
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
        /// Who waits for the failure, which these finish for.
        var waitingForFailure: [AsyncStream<Never>.Continuation] = []
        var failure: JournalError?
    }
    private let state = Mutex(State())
    private let bell = ThreadBell()
    private let clock: any ServiceClock
    private let report: @Sendable (JournalEvent) -> Void

    /// One commit takes at most this much.
    private static let maximum = JournalQueue.Size(bytes: 1 << 20, records: 512)
    /// How long the thread sleeps, in seconds, before it looks whether housekeeping is due.
    private static let idleSeconds = 60

    init(clock: any ServiceClock, report: @escaping @Sendable (JournalEvent) -> Void) {
        self.clock = clock
        self.report = report
    }

    /// Starts the thread.
    func start(_ engine: JournalEngine) throws(JournalError) {
        let error = OSThread.start {
            csystem_take_short_turns()  // All wait for it, and it waits for the disk, most of the time.
            var engine = engine
            self.run(&engine)
            engine.close()
            self.end()
        }
        guard error == 0 else { throw .failed(FileError(.create, "the journal's thread", errno: error)) }
    }

    /// Why the journal takes nothing more; `nil` while it does.
    var failure: JournalError? { state.withLock { $0.failure } }

    /// Waits for that, or until the task is cancelled.
    func waitForFailure() async -> JournalError? {
        let (failed, waiter) = AsyncStream<Never>.makeStream()
        let isOver = state.withLock { state in
            if state.failure == nil { state.waitingForFailure.append(waiter) }
            return state.failure != nil
        }
        if isOver { waiter.finish() }
        for await _ in failed {}
        return failure
    }

    /// Hands over a request, and calls `completion` when it is durable, on the journal's thread: it must not block.
    func perform(_ request: JournalRequest, completion: @escaping JournalQueue.Completion) {
        let size = JournalQueue.Size(of: request)
        if let refusal = add({ $0.append(request, size: size, completion) }) { completion(.failure(refusal)) }
    }

    /// Hands over a request, and returns when it is durable.
    func perform(_ request: JournalRequest) async throws -> JournalReply {
        try await withCheckedContinuation { continuation in
            perform(request) { continuation.resume(returning: $0) }
        }.get()
    }

    /// Asks for what is unfinished after all that was handed over before.
    func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] {
        try await withCheckedThrowingContinuation { inquiry in
            if let refusal = add({ $0.inquiries.append(inquiry) }) { inquiry.resume(throwing: refusal) }
        }
    }

    /// Lets the thread end once it has done what is queued.
    func stop() {
        state.withLock { $0.isStopping = true }
        bell.ring()
    }

    /// Waits until the thread has ended and the directory is free.
    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.waitingForEnd.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// Adds to what waits. Returns why that cannot be.
    private func add(_ change: (inout JournalQueue) -> Void) -> JournalError? {
        let (refusal, isFirst) = state.withLock { state -> (JournalError?, Bool) in
            if let failure = state.failure { return (failure, false) }
            if state.isStopping { return (.closed, false) }
            let isFirst = state.waiting.isEmpty
            change(&state.waiting)
            return (nil, isFirst)
        }
        // For what joins others that wait, the bell has rung, and the thread has not been here since.
        if isFirst { bell.ring() }
        return refusal
    }

    private func run(_ engine: inout JournalEngine) {
        var batch = JournalQueue()
        do {
            publishEvents(of: &engine)
            while true {
                let isStopping = take(&batch)
                if batch.isEmpty {
                    if isStopping { return }
                    let hasMore = try engine.maintain(now: clock.now)
                    publishEvents(of: &engine)
                    if !hasMore { bell.wait(seconds: Self.idleSeconds) }
                } else {
                    try commit(batch, to: &engine)
                    batch.removeAll()
                    _ = try engine.maintain(now: clock.now)
                    publishEvents(of: &engine)
                }
            }
        } catch {
            publishEvents(of: &engine)
        }
    }

    private func commit(_ batch: JournalQueue, to engine: inout JournalEngine) throws(JournalError) {
        do {
            let replies = try engine.commit(batch.requests, now: clock.now)
            for index in replies.indices { batch.waiters[index].complete(.success(replies[index])) }
            for inquiry in batch.inquiries { inquiry.resume(returning: engine.unfinished) }
        } catch {
            fail(with: error)
            batch.fail(error)
            throw error
        }
    }

    /// Exchanges what makes one commit for `batch`, which is empty. Returns whether the thread is to end.
    private func take(_ batch: inout JournalQueue) -> Bool {
        state.withLock { state in
            state.waiting.move(to: &batch, upTo: Self.maximum)
            return state.isStopping
        }
    }

    /// Lets nothing more in, and tells what waits why.
    private func fail(with error: JournalError) {
        let (waiting, waiters) = state.withLock { state in
            state.failure = state.failure ?? error
            defer { (state.waiting, state.waitingForFailure) = (JournalQueue(), []) }
            return (state.waiting, state.waitingForFailure)
        }
        waiting.fail(error)
        waiters.forEach { $0.finish() }
    }

    private func end() {
        // After a failure of the housekeeping something may be queued still.
        fail(with: .closed)
        let waiting = state.withLock { state in
            state.hasEnded = true
            defer { state.waitingForEnd = [] }
            return state.waitingForEnd
        }
        for continuation in waiting { continuation.resume() }
    }

    private func publishEvents(of engine: inout JournalEngine) {
        for event in engine.takeEvents() {
            if case .failed(let error) = event { fail(with: error) }
            report(event)
        }
    }
}
