internal import Synchronization

/// The thread that owns the engine, and the queue before it.
///
/// While a commit is being synced the next one gathers; there is no timer. Whoever waits is told when the commit that
/// holds its request is durable.
final class JournalWriter: Sendable {
    typealias Completion = @Sendable (Result<JournalReply, JournalError>) -> Void
    private typealias Unfinished = [(message: AcceptedMessage, progress: [MessageProgress])]

    /// Requests, and whom to tell what became of each.
    private struct Batch {
        var requests: [JournalRequest] = []
        var completions: [Completion] = []
        /// Who asks for what is unfinished after all the requests.
        var inquiries: [CheckedContinuation<Unfinished, any Error>] = []
        /// About how much it takes to write them.
        var bytes = 0
        var records = 0

        var isEmpty: Bool { completions.isEmpty && inquiries.isEmpty }

        /// Empties it, and keeps its memory if that is what a commit needs.
        mutating func removeAll() {
            let keeps = completions.count <= 4096
            requests.removeAll(keepingCapacity: keeps)
            completions.removeAll(keepingCapacity: keeps)
            inquiries = []
            (bytes, records) = (0, 0)
        }

        /// Tells all that it failed.
        func fail(_ error: JournalError) {
            for completion in completions { completion(.failure(error)) }
            for inquiry in inquiries { inquiry.resume(throwing: error) }
        }
    }
    private struct State {
        /// What the next commit is to take.
        var waiting = Batch()
        /// Set when it is to end; what waits by then is still done.
        var isStopping = false
        var hasEnded = false
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
        var failure: JournalError?

        /// Takes as many of the first requests as make one commit. Who asks what is unfinished waits for the rest.
        mutating func takeFirst(bytes: Int, records: Int) -> Batch {
            var first = Batch()
            for request in waiting.requests {
                guard first.bytes < bytes, first.records < records else { break }
                first.requests.append(request)
                first.bytes += request.approximateBytes
                first.records += request.recordCount
            }
            let count = first.requests.count
            first.completions = Array(waiting.completions.prefix(count))
            waiting.requests.removeFirst(count)
            waiting.completions.removeFirst(count)
            waiting.bytes -= first.bytes
            waiting.records -= first.records
            return first
        }
    }
    private let state = Mutex(State())
    private let bell = ThreadBell()
    private let clock: any ServiceClock
    private let report: @Sendable (JournalEvent) -> Void

    /// One commit takes at most this many records, and bytes.
    private static let maximumRecords = 512
    private static let maximumBytes = 1 << 20
    /// How long the thread sleeps, in seconds, before it looks whether housekeeping is due.
    private static let idleSeconds = 60

    init(clock: any ServiceClock, report: @escaping @Sendable (JournalEvent) -> Void) {
        self.clock = clock
        self.report = report
    }

    /// Starts the thread.
    func start(_ engine: JournalEngine) throws(JournalError) {
        let error = OSThread.start {
            var engine = engine
            self.run(&engine)
            engine.close()
            self.end()
        }
        guard error == 0 else { throw .failed(FileError(.create, "the journal's thread", errno: error)) }
    }

    /// Why the journal takes nothing more; `nil` while it does.
    var failure: JournalError? { state.withLock { $0.failure } }

    /// Hands over a request, and calls `completion` when it is durable, on the journal's thread: it must not block.
    func perform(_ request: JournalRequest, completion: @escaping Completion) {
        let (bytes, records) = (request.approximateBytes, request.recordCount)
        let refusal = add { waiting in
            waiting.requests.append(request)
            waiting.completions.append(completion)
            waiting.bytes += bytes
            waiting.records += records
        }
        if let refusal { completion(.failure(refusal)) }
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
    private func add(_ change: (inout Batch) -> Void) -> JournalError? {
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
        var batch = Batch()
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

    private func commit(_ batch: Batch, to engine: inout JournalEngine) throws(JournalError) {
        do {
            let replies = try engine.commit(batch.requests, now: clock.now)
            for index in replies.indices { batch.completions[index](.success(replies[index])) }
            for inquiry in batch.inquiries { inquiry.resume(returning: engine.unfinished) }
        } catch {
            fail(with: error)
            batch.fail(error)
            throw error
        }
    }

    /// Exchanges what makes one commit for `batch`, which is empty. Returns whether the thread is to end.
    private func take(_ batch: inout Batch) -> Bool {
        state.withLock { state in
            if state.waiting.bytes <= Self.maximumBytes, state.waiting.records <= Self.maximumRecords {
                swap(&state.waiting, &batch)
            } else {
                batch = state.takeFirst(bytes: Self.maximumBytes, records: Self.maximumRecords)
            }
            return state.isStopping
        }
    }

    /// Lets nothing more in, and tells what waits why.
    private func fail(with error: JournalError) {
        let waiting = state.withLock { state in
            state.failure = state.failure ?? error
            defer { state.waiting = Batch() }
            return state.waiting
        }
        waiting.fail(error)
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

extension JournalRequest {
    fileprivate var recordCount: Int {
        switch self {
        case .accept(let messages): messages.count
        case .record: 1
        }
    }

    /// About how long its records will be: the texts and something for the rest.
    fileprivate var approximateBytes: Int {
        switch self {
        case .accept(let messages):
            messages.reduce(0) { $0 + 128 + ($1.text?.utf8.count ?? 0) + ($1.messageID?.utf8.count ?? 0) }
        case .record(let steps, _):
            steps.reduce(64) { sum, step in
                guard case .replied(let reply) = step else { return sum + 64 }
                return reply.parts.reduce(sum) { $0 + 8 + $1.utf8.count }
            }
        }
    }
}
