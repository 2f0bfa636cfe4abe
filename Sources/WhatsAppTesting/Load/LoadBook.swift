internal import Synchronization
internal import WhatsAppCore

/// The account of a load: the figures of the round under way, and what was asked and answered in all rounds.
final class LoadBook: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct State {
        var ledger = AnswerLedger()
        var figures = LoadFigures()
        var begun = Instant.now
        /// When something came last: a 200 or a text.
        var lastSign = Instant.now
        /// When each question was due, by its number.
        var due: [Instant] = []
        var isAsking = false
        var hasGivenUp = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var silences = 0
        var calls = 0
        var unacknowledged = 0
        var refused: [String: Int] = [:]
    }
    private let state = Mutex(State())
    /// Tells messages of this run from those that a server remembers of another.
    private let run: String

    init(run: String) { self.run = run }

    /// Begins a round.
    func begin(_ plan: LoadPlan) -> Instant {
        state.withLock { state in
            state.figures = LoadFigures()
            if case .rate(let rate) = plan.pace { state.figures.wantedRate = rate }
            (state.isAsking, state.hasGivenUp) = (true, false)
            (state.begun, state.lastSign) = (.now, .now)
            return state.begun
        }
    }

    /// Ends the asking.
    func endAsking() { state.withLock { $0.isAsking = false } }

    // MARK: What is sent

    /// Puts a delivery's questions on the account.
    func ask(_ delivery: LoadPlan.Delivery, due: Instant) -> (numbers: [Int], messages: [SimulatedDelivery.Message]) {
        let written = SystemClock().now.seconds - delivery.age.components.seconds
        let questions = state.withLock { state in
            state.figures.questions += delivery.users.count
            return zip(delivery.users, delivery.sentences).map { user, sentences in
                state.due.append(due)
                return state.ledger.ask(user, sentences: sentences, wantsAnswer: delivery.age == .zero)
            }
        }
        let messages = zip(delivery.users, questions).map { user, question in
            SimulatedDelivery.Message(
                id: "wamid.\(run).\(question.number)", from: user, timestamp: written, text: question.text)
        }
        return (questions.map(\.number), messages)
    }

    /// A request begins that was due at `due`.
    func began(due: Instant) {
        let lag = Instant.now - due
        state.withLock { $0.figures.lag.record(lag) }
    }

    /// A delivery is answered with 200, or given up.
    func ended(_ numbers: [Int], due: Instant, isAcknowledged: Bool) {
        let now = Instant.now
        state.withLock { state in
            guard isAcknowledged else { return state.unacknowledged += 1 }
            for number in numbers { state.ledger.acknowledge(number) }
            state.figures.acknowledged.record(now - due)
            state.figures.asking = now - state.begun
            state.lastSign = now
        }
    }

    /// Waits until a question is answered, or nobody waits any more. Returns whether the next may be asked.
    func awaitAnswer(to number: Int) async -> Bool {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.hasGivenUp || state.ledger.isSettled(number) { return true }
                state.waiters[number] = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
        return state.withLock { !$0.hasGivenUp }
    }

    /// Lets nobody wait any more.
    func giveUp() {
        let waiters = state.withLock { state in
            state.hasGivenUp = true
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    // MARK: What comes

    func note(_ event: SimulatedMeta.Event) {
        switch event {
        case .took(let text): take(text)
        case .delivering: break
        case .answered(let delivery, let status, let time):
            state.withLock { state in
                switch delivery.content {
                case .messages: state.figures.attempts[status ?? 0, default: 0] += 1
                case .statuses:
                    state.figures.statusAttempts[status ?? 0, default: 0] += 1
                    if status == 200 { state.figures.statuses.record(time) }
                }
            }
        }
    }

    private func take(_ text: SimulatedGraph.Text) {
        let now = Instant.now
        let waiters = state.withLock { state in
            state.lastSign = now
            state.figures.texts += 1
            return state.ledger.take(text.body, for: text.recipient).compactMap { number in
                state.figures.answered.record(now - state.due[number])
                state.figures.answering = now - state.begun
                return state.waiters.removeValue(forKey: number)
            }
        }
        for waiter in waiters { waiter.resume() }
    }

    /// A text was taken without a word.
    func noteSilence() { state.withLock { $0.silences += 1 } }

    /// A request of the server's was answered. What it did wrong is on its account; limits and faults are not.
    func note(_ call: SimulatedCall) {
        guard let answer = call.answer else { return state.withLock { $0.calls += 1 } }
        guard 400..<500 ~= answer.status else { return }
        let code = (try? JSONDocument(answer.body ?? []).root)?["error"]?["code"]?.integer
        guard code != 131_056, code != 130_429 else { return }
        let told = code.map { "\(answer.status), error \($0)" } ?? "\(answer.status)"
        state.withLock { $0.refused["\(call.request.method) \(call.request.path): \(told)", default: 0] += 1 }
    }

    // MARK: What it comes to

    /// How it stands.
    struct Standing: Sendable {
        var isAsking: Bool
        /// Questions that wait for something of their answer.
        var open: Int
        /// Since when nothing has come.
        var silence: Duration
        var progress: LoadProgress
    }

    var standing: Standing {
        let now = Instant.now
        return state.withLock { state in
            Standing(
                isAsking: state.isAsking, open: state.ledger.open, silence: now - state.lastSign,
                progress: LoadProgress(
                    questions: state.figures.questions, acknowledged: state.figures.acknowledged.count,
                    answered: state.figures.answered.count, elapsed: now - state.begun))
        }
    }

    var figures: LoadFigures { state.withLock { $0.figures } }

    var truth: LoadTruth {
        let state = state.withLock { $0 }
        let ledger = state.ledger
        var truth = LoadTruth()
        truth.asked = ledger.count
        truth.incomplete = ledger.incomplete.count
        truth.lost = ledger.unanswered.count - truth.incomplete
        truth.excusedRepeats = min(state.silences, ledger.repeated.count)
        truth.twice = ledger.repeated.count - truth.excusedRepeats
        truth.partsOutOfOrder = ledger.disordered.count
        truth.answersOutOfOrder = ledger.overtaken.count
        truth.misdirected = ledger.misdirected
        truth.unwanted = ledger.unwanted
        truth.unacknowledged = state.unacknowledged
        truth.refused = state.refused
        truth.calls = state.calls
        (truth.notices, truth.firstNotice) = ledger.notices
        return truth
    }
}

/// How far a round has come.
package struct LoadProgress: Sendable, Hashable {
    /// Questions asked.
    package var questions: Int
    /// Deliveries answered with 200.
    package var acknowledged: Int
    /// Questions answered.
    package var answered: Int
    /// Since the beginning.
    package var elapsed: Duration
}
