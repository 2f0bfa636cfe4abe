import Synchronization
import WhatsAppCore
import WhatsAppTesting

/// Users who ask one thing after the other, and an account of what they are answered.
final class Crowd: Sendable {
    /// What a server does when it is worth dying.
    enum Moment: Int, CaseIterable {
        case any, sending, thinking, acknowledging
    }

    private struct State {
        var ledger = AnswerLedger()
        var isAsking = true
        /// The questions that wait for their 200, by message id.
        var waiting: [String: (number: Int, user: String)] = [:]
    }
    private let state = Mutex(State())
    private let free = AsyncStream<String>.makeStream()
    private let signs = AsyncStream<Moment>.makeStream(bufferingPolicy: .bufferingNewest(1))
    private let pause: Duration
    private let lengths: [Int]
    /// How many they are.
    let users: Int

    /// - Parameters:
    ///   - users: how many ask.
    ///   - pause: the time between two questions of theirs.
    ///   - lengths: how many sentences an answer may have.
    init(users: Int, pause: Duration, lengths: [Int] = [3, 60, 110]) {
        self.users = users
        self.pause = pause
        self.lengths = lengths
        for user in 0..<users { free.continuation.yield("1555\(1_000_000 + user)") }
    }

    var ledger: AnswerLedger { state.withLock { $0.ledger } }
    /// The moments that were seen.
    var moments: AsyncStream<Moment> { signs.stream }

    /// Each user asks one thing after the other: the next once the last was acknowledged.
    func ask(_ meta: SimulatedMeta) async {
        for await user in free.stream {
            let message = state.withLock { state -> SimulatedDelivery.Message in
                let question = state.ledger.ask(user, sentences: lengths.randomElement() ?? 3)
                let id = "wamid.kill.\(question.number)"
                state.waiting[id] = (question.number, user)
                return SimulatedDelivery.Message(
                    id: id, from: user, timestamp: SystemClock().now.seconds, text: question.text)
            }
            meta.deliver([message])
            try? await Task.sleep(for: pause)
        }
    }

    /// Nobody asks any more.
    func stopAsking() { state.withLock { $0.isAsking = false } }

    /// Takes in what happens at Meta.
    func note(_ event: SimulatedMeta.Event) {
        switch event {
        case .took(let text):
            _ = state.withLock { $0.ledger.take(text.body, for: text.recipient) }
            signs.continuation.yield(.sending)
        case .answered(let delivery, status: 200, _):
            guard case .messages(let messages) = delivery.content else { return }
            signs.continuation.yield(.acknowledging)
            for message in messages {
                let user = state.withLock { state -> String? in
                    guard let (number, user) = state.waiting.removeValue(forKey: message.id) else { return nil }
                    state.ledger.acknowledge(number)
                    return state.isAsking ? user : nil
                }
                if let user { free.continuation.yield(user) }
            }
        case .delivering, .answered: break
        }
    }

    /// The backend's answer to one of their questions.
    func answer(to question: String) -> String {
        signs.continuation.yield(.thinking)
        return AnswerLedger.answer(to: question)
    }

    /// Waits until everybody is answered, or nothing has come for longer than an unknown send is waited for.
    func settle() async {
        var missing = Int.max
        var quiet = 0
        while missing > 0, quiet < 40 {
            try? await Task.sleep(for: .seconds(1))
            let now = state.withLock { $0.ledger.unanswered.count + $0.waiting.count }
            quiet = now == missing ? quiet + 1 : 0
            missing = now
        }
    }
}
