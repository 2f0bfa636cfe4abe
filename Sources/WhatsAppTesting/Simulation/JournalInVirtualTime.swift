internal import Synchronization
package import WhatsAppCore

/// A shell around the real ``JournalEngine`` that commits in groups, as the product's does, in virtual time and without a
/// thread.
package final class JournalInVirtualTime: IdempotencyStore {
    private enum Work {
        case request(JournalRequest, OneShot<Result<JournalReply, JournalError>>)
        case unfinished(OneShot<Result<JournalState, JournalError>>)
    }
    /// What a store tells of its unfinished messages.
    typealias JournalState = [(message: AcceptedMessage, progress: [MessageProgress])]

    private struct State {
        var engine: JournalEngine
        var queue: [Work] = []
        var isCommitting = false
        var failure: JournalError?
        var random: SeededRandom
    }
    private let state: Mutex<State>
    private let time: VirtualTime
    private let life: ProcessLife
    /// Is told after each commit: whether the journal has failed.
    private let committed: @Sendable (JournalError?) -> Void

    package init(
        _ engine: JournalEngine, time: VirtualTime, life: ProcessLife, random: SeededRandom,
        committed: @escaping @Sendable (JournalError?) -> Void
    ) {
        state = Mutex(State(engine: engine, random: random))
        self.time = time
        self.life = life
        self.committed = committed
        keepHouse()
    }

    package func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        switch try await perform(.accept(messages)) {
        case .accepted(let acceptances): return acceptances
        case .refused(let error): throw error
        case .recorded: preconditionFailure("a journal answers what it was asked")
        }
    }

    package func record(_ progress: [MessageProgress], for key: MessageKey) async throws {
        if case .refused(let error) = try await perform(.record(progress, key)) { throw error }
    }

    package func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] {
        let result = OneShot<Result<JournalState, JournalError>>()
        add(.unfinished(result))
        return try await life.wait(for: result, otherwise: .failure(.closed), mindsCancellation: false).get()
    }

    /// Lets the directory go.
    package func close() { state.withLock { $0.engine.close() } }

    private func perform(_ request: JournalRequest) async throws -> JournalReply {
        let result = OneShot<Result<JournalReply, JournalError>>()
        add(.request(request, result))
        return try await life.wait(for: result, otherwise: .failure(.closed), mindsCancellation: false).get()
    }

    private func add(_ work: Work) {
        state.withLock { $0.queue.append(work) }
        beginCommit()
    }

    /// What is added while a commit is under way forms the next one. Between the sync and the news of it lies time, in
    /// which the process may die.
    private func beginCommit() {
        let delay = state.withLock { state -> (Int64, Int64)? in
            guard !state.isCommitting, !state.queue.isEmpty else { return nil }
            state.isCommitting = true
            let slow: Int64 = state.random.isIn(50) ? 500_000 : 2000
            return (Int64.random(in: 50...slow, using: &state.random), Int64.random(in: 1...500, using: &state.random))
        }
        guard let delay else { return }
        time.after(delay.0) { [self] in
            guard life.isAlive else { return }
            let news = commit()
            committed(failure)
            time.after(delay.1) { [self] in
                news()
                state.withLock { $0.isCommitting = false }
                beginCommit()
            }
        }
    }

    private var failure: JournalError? { state.withLock { $0.failure } }

    /// Commits what is queued. Returns how those who wait are told.
    private func commit() -> @Sendable () -> Void {
        let now = time.wall
        return state.withLock { state in
            let batch = state.queue
            state.queue = []
            let requests = batch.compactMap { if case .request(let request, _) = $0 { request } else { nil } }
            var replies: Result<[JournalReply], JournalError>
            do throws(JournalError) {
                replies = .success(try state.engine.commit(requests, now: now))
                _ = try state.engine.maintain(now: now)
            } catch {
                state.failure = error
                replies = .failure(error)
            }
            let unfinished = state.engine.unfinished
            return { [replies] in
                var next = 0
                for work in batch {
                    switch work {
                    case .request(_, let result):
                        result.resolve(replies.map { $0[next] })
                        next += 1
                    case .unfinished(let result):
                        result.resolve(replies.map { _ in unfinished })
                    }
                }
            }
        }
    }

    private func keepHouse() {
        time.after(2 * SimulationPlan.hour, isBackground: true) { [weak self] in
            guard let self, life.isAlive else { return }
            let now = time.wall
            state.withLock { state in
                do throws(JournalError) {
                    while try state.engine.maintain(now: now) {}
                } catch {
                    state.failure = error
                }
            }
            committed(failure)
            keepHouse()
        }
    }
}
