internal import Synchronization

/// The thread that owns the engine, and the queue before it.
///
/// While a commit is being synced the next one gathers; there is no timer. Whoever waits is told when the commit that
/// holds its request is durable.
final class JournalWriter: Sendable {
    fileprivate enum Work {
        case request(JournalRequest, @Sendable (Result<JournalReply, JournalError>) -> Void)
        case unfinished(CheckedContinuation<[(message: AcceptedMessage, progress: [MessageProgress])], any Error>)
    }
    private struct State {
        /// What waits, with its size: the thread takes from `next` on.
        var queue: [(work: Work, bytes: Int, records: Int)] = []
        var next = 0
        /// Set when it is to end; what is queued by then is still done.
        var isStopping = false
        var hasEnded = false
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
        var failure: JournalError?
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
    func perform(
        _ request: JournalRequest, completion: @escaping @Sendable (Result<JournalReply, JournalError>) -> Void
    ) {
        add(.request(request, completion), bytes: request.approximateBytes, records: request.recordCount)
    }

    /// Hands over a request, and returns when it is durable.
    func perform(_ request: JournalRequest) async throws -> JournalReply {
        try await withCheckedContinuation { continuation in
            perform(request) { continuation.resume(returning: $0) }
        }.get()
    }

    /// Asks for what is unfinished after all that was handed over before.
    func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] {
        try await withCheckedThrowingContinuation { add(.unfinished($0), bytes: 0, records: 0) }
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

    private func add(_ work: Work, bytes: Int, records: Int) {
        let refusal = state.withLock { state -> JournalError? in
            if let failure = state.failure { return failure }
            if state.isStopping { return .closed }
            state.queue.append((work, bytes, records))
            return nil
        }
        if let refusal { work.fail(refusal) } else { bell.ring() }
    }

    private func run(_ engine: inout JournalEngine) {
        do {
            publishEvents(of: &engine)
            while true {
                let (batch, isStopping) = take()
                if batch.isEmpty {
                    if isStopping { return }
                    let hasMore = try engine.maintain(now: clock.now)
                    publishEvents(of: &engine)
                    if !hasMore { bell.wait(seconds: Self.idleSeconds) }
                } else {
                    try commit(batch, to: &engine)
                    _ = try engine.maintain(now: clock.now)
                    publishEvents(of: &engine)
                }
            }
        } catch {
            publishEvents(of: &engine)
        }
    }

    private func commit(_ batch: [Work], to engine: inout JournalEngine) throws(JournalError) {
        let requests = batch.compactMap { if case .request(let request, _) = $0 { request } else { nil } }
        let replies: [JournalReply]
        do {
            replies = try engine.commit(requests, now: clock.now)
        } catch {
            fail(with: error, batch)
            throw error
        }
        var reply = replies.makeIterator()
        for work in batch {
            switch work {
            case .request(_, let completion):
                if let reply = reply.next() { completion(.success(reply)) }
            case .unfinished(let continuation):
                continuation.resume(returning: engine.unfinished)
            }
        }
    }

    /// Takes what makes one commit.
    private func take() -> (batch: [Work], isStopping: Bool) {
        state.withLock { state in
            var batch: [Work] = []
            var (bytes, records) = (0, 0)
            while state.next < state.queue.count, bytes < Self.maximumBytes, records < Self.maximumRecords {
                let entry = state.queue[state.next]
                batch.append(entry.work)
                bytes += entry.bytes
                records += entry.records
                state.next += 1
            }
            if state.next == state.queue.count {
                state.queue.removeAll(keepingCapacity: state.next <= 4096)
                state.next = 0
            }
            return (batch, state.isStopping)
        }
    }

    private func fail(with error: JournalError, _ batch: [Work]) {
        let waiting = state.withLock { state in
            state.failure = state.failure ?? error
            defer { (state.queue, state.next) = ([], 0) }
            return state.queue[state.next...].map(\.work)
        }
        for work in batch + waiting { work.fail(error) }
    }

    private func end() {
        // After a failure of the housekeeping something may be queued still.
        fail(with: .closed, [])
        let waiting = state.withLock { state in
            state.hasEnded = true
            defer { state.waitingForEnd = [] }
            return state.waitingForEnd
        }
        for continuation in waiting { continuation.resume() }
    }

    private func publishEvents(of engine: inout JournalEngine) {
        for event in engine.takeEvents() {
            if case .failed(let error) = event { fail(with: error, []) }
            report(event)
        }
    }
}

extension JournalWriter.Work {
    fileprivate func fail(_ error: JournalError) {
        switch self {
        case .request(_, let completion): completion(.failure(error))
        case .unfinished(let continuation): continuation.resume(throwing: error)
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
