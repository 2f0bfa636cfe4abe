internal import Synchronization
package import WhatsAppCore

/// A backend that is slow and fails. Each answer names the question, counts how often it was asked, and numbers its parts:
/// `7.2.1/3` is the first part of three of the second answer to question 7.
package final class FakeBackend: Sendable {
    private struct State {
        var random: SeededRandom
        var asks: [Int: Int] = [:]
    }
    private let state: Mutex<State>
    private let plan: SimulationPlan
    private let time: VirtualTime
    private let log: SimulationLog

    package init(plan: SimulationPlan, time: VirtualTime, log: SimulationLog, random: SeededRandom) {
        self.plan = plan
        self.time = time
        self.log = log
        state = Mutex(State(random: random))
    }

    /// How an answer goes.
    struct Course: Sendable {
        var delay: Duration
        var pieces: [String] = []
        var pause = Duration.zero
        var failure: (any Error)?
    }

    /// Something that is no ``BackendError``.
    struct Surprise: Error {}

    /// How long a call takes, and whether it fails.
    func course(of operation: BackendError.Operation) -> Course {
        let (now, plan) = (time.now, plan)
        return state.withLock { state in
            let isSlow = state.random.isIn(20)
            var course = Course(
                delay: .milliseconds(Int.random(in: 5..<(isSlow ? 60_000 : 800), using: &state.random)))
            if plan.backendOutages.cover(now) {
                course.failure = BackendError(operation: operation, message: "down", httpStatus: 503)
            } else if state.random.isPercent(plan.backendTrouble) {
                switch Int.random(in: 0..<8, using: &state.random) {
                case 0: course.failure = BackendError(operation: operation, message: "no", httpStatus: 403)
                case 1: course.failure = BackendError(operation: operation, message: "gone", httpStatus: 404)
                case 2: course.failure = Surprise()
                default:
                    course.failure = BackendError(
                        operation: operation, message: "later", httpStatus: 500,
                        retryAfter: state.random.isIn(3) ? .seconds(7) : nil)
                }
            }
            return course
        }
    }

    /// How the answer to a question goes.
    func answer(to question: Question, in process: Int) -> Course {
        var course = course(of: .answer)
        let message = Int(question.text.split(separator: " ").last ?? "") ?? -1
        let ask = state.withLock { state in
            state.asks[message, default: 0] += 1
            return state.asks[message, default: 0]
        }
        log.add(.asked(message: message, ask: ask), in: process)
        state.withLock { state in
            let trouble = plan.backendTrouble
            if state.random.isPercent(trouble / 4) { return course.pieces = [" \n"] }
            let isLong = state.random.isIn(12)
            let parts = Int.random(in: 1...(isLong ? 60 : 4), using: &state.random)
            var text = (1...parts).map { "\(message).\(ask).\($0)/\(parts)" }.joined(separator: "\n")
            if course.failure != nil {
                // Some answers break off before, some within.
                text = String(
                    text.prefix(state.random.isIn(2) ? 0 : Int.random(in: 0..<text.count, using: &state.random)))
            }
            course.pause = .milliseconds(Int.random(in: 0...300, using: &state.random))
            while !text.isEmpty {
                let piece = text.prefix(Int.random(in: 1...(isLong ? 400 : 12), using: &state.random))
                course.pieces.append(String(piece))
                text.removeFirst(piece.count)
            }
        }
        return course
    }
}

/// The backend as one process reaches it.
package struct BackendLine: BackendClient {
    let backend: FakeBackend
    let clock: ProcessClock

    package func register(_ guest: Guest) async throws { try await go(backend.course(of: .register)) }

    package func openThread(for request: ThreadRequest) async throws -> String? {
        try await go(backend.course(of: .findThread))
        return "thread"
    }

    package func answer(to question: Question) async throws -> any AsyncSequence<String, any Error> & Sendable {
        guard clock.life.isAlive else { throw CancellationError() }
        let course = backend.answer(to: question, in: clock.life.number)
        try await clock.sleep(for: course.delay)
        if course.pieces.isEmpty, let failure = course.failure { throw failure }
        return Pieces(course: course, clock: clock)
    }

    private func go(_ course: @autoclosure () -> FakeBackend.Course) async throws {
        guard clock.life.isAlive else { throw CancellationError() }
        let course = course()
        try await clock.sleep(for: course.delay)
        if let failure = course.failure { throw failure }
    }
}

/// An answer that comes piece by piece.
private struct Pieces: AsyncSequence, Sendable {
    typealias Failure = any Error
    var course: FakeBackend.Course
    var clock: ProcessClock

    func makeAsyncIterator() -> Iterator { Iterator(pieces: self) }

    struct Iterator: AsyncIteratorProtocol {
        var pieces: Pieces
        var next = 0

        mutating func next() async throws -> String? {
            try await pieces.clock.sleep(for: pieces.course.pause)
            guard next < pieces.course.pieces.count else {
                if let failure = pieces.course.failure { throw failure }
                return nil
            }
            defer { next += 1 }
            return pieces.course.pieces[next]
        }
    }
}
