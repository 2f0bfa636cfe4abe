/// The life of one accepted message, as a pure state machine.
///
/// What has happened goes in; what to make durable, and what to do after that, comes out. It knows no clock, no I/O and no
/// randomness, and its state is a fold over what was recorded: a message found unfinished after a restart goes on where
/// it stopped. The backend is not asked again once the reply is settled, and a part that was sent is not sent again.
public struct MessageLife: Sendable {
    /// What the world reports.
    public enum Event: Sendable {
        /// The backend knows the user.
        case registered
        /// The thread is known, or the backend has none.
        case threadOpened(String?)
        /// The backend answered with this text.
        case answered(String)
        /// The answer was formatted and split.
        case composed(parts: [String])
        /// What was asked of the backend failed.
        case backendFailed(BackendError)
        /// Something failed that nobody foresaw.
        case failed
        /// The attempt to send a part ended.
        case sendEnded(SendOutcome)
    }

    /// What is to be done next.
    public enum Action: Sendable, Hashable {
        /// Make sure that the backend knows the user.
        case register
        /// Find or make the thread.
        case openThread
        /// Ask the backend.
        case ask(threadID: String?)
        /// Complete the citations, format and split.
        case compose(String)
        /// Send a part, with a token that finds its statuses.
        case send(part: Int, text: String, token: String)
        /// Nothing: the message has reached its end.
        case finish(MessageOutcome)
    }

    /// One step: first make `record` durable, then do `action`.
    public struct Step: Sendable, Hashable {
        /// What must be durable before the action.
        public var record: [MessageProgress]
        /// What to do.
        public var action: Action

        /// Makes a step.
        public init(record: [MessageProgress], action: Action) {
            self.record = record
            self.action = action
        }
    }

    private let message: AcceptedMessage
    private let noticeText: @Sendable (Notice) -> String
    private var threadID: String?
    private var isThreadOpen = false
    private var reply: Reply?
    /// The part that is sent next, or whose outcome is awaited.
    private var part = 0
    private var outcome: MessageOutcome?

    /// Takes up a message.
    /// - Parameters:
    ///   - message: the message.
    ///   - progress: all that was recorded of it, in order.
    ///   - noticeText: the text of a notice, in the user's language.
    public init(
        _ message: AcceptedMessage, progress: [MessageProgress] = [],
        noticeText: @escaping @Sendable (Notice) -> String
    ) {
        self.message = message
        self.noticeText = noticeText
        progress.forEach { apply($0) }
    }

    /// The first step: from the beginning, or from where the record stops.
    public mutating func start() -> Step {
        if let outcome { return Step(record: [], action: .finish(outcome)) }
        let begun = [MessageProgress.attempted]
        if reply != nil { return part < partCount ? send(after: begun) : end(after: begun) }
        switch message.plan {
        case .answer: return step(begun, .register)
        case .notice(let notice): return settle(notice, after: begun)
        case .ignore(let reason): return step(begun + [.finished(.ignored(reason))], .finish(.ignored(reason)))
        }
    }

    /// Takes in what happened and gives the step that follows.
    public mutating func handle(_ event: Event) -> Step {
        switch event {
        case .registered:
            return isThreadOpen ? step([], .ask(threadID: threadID)) : step([], .openThread)
        case .threadOpened(let id):
            return step([.threadOpened(id)], .ask(threadID: id))
        case .answered(let text):
            return step([], .compose(text))
        case .composed(let parts):
            return parts.isEmpty ? settle(.emptyAnswer) : settle(Reply(parts: parts))
        case .backendFailed(let error):
            return settle(error.operation.notice)
        case .failed:
            return settle(.unexpected)
        case .sendEnded(.sent(let id)):
            let sent = [MessageProgress.sent(part: part, id: id)]
            sent.forEach { apply($0) }
            return part < partCount ? send(after: sent) : end(after: sent)
        case .sendEnded(.rejected(let error)):
            return fail("Part \(part + 1) was refused, \(error)")
        case .sendEnded(.notSent(let reason)), .sendEnded(.unknown(let reason)):
            return fail("Part \(part + 1) was not sent, \(reason)")
        }
    }

    /// How many parts the reply has; 0 before it is settled.
    public var partCount: Int { reply?.parts.count ?? 0 }

    private mutating func apply(_ progress: MessageProgress) {
        switch progress {
        case .attempted, .sending: break
        case .threadOpened(let id): (threadID, isThreadOpen) = (id, true)
        case .replied(let reply): self.reply = reply
        case .sent(let part, _): self.part = part + 1
        case .finished(let outcome): self.outcome = outcome
        }
    }

    private mutating func step(_ record: [MessageProgress], _ action: Action) -> Step {
        record.forEach { apply($0) }
        return Step(record: record, action: action)
    }

    private mutating func settle(_ notice: Notice, after record: [MessageProgress] = []) -> Step {
        settle(Reply(parts: [noticeText(notice)], notice: notice), after: record)
    }

    private mutating func settle(_ reply: Reply, after record: [MessageProgress] = []) -> Step {
        apply(.replied(reply))
        return send(after: record + [.replied(reply)])
    }

    private mutating func send(after record: [MessageProgress]) -> Step {
        let text = reply?.parts[part] ?? ""
        // The token is made of the key and the part, so that a resumed part carries the same one.
        return step(record + [.sending(part: part)], .send(part: part, text: text, token: "\(message.key)-\(part)"))
    }

    private mutating func end(after record: [MessageProgress]) -> Step {
        let outcome: MessageOutcome = reply?.notice.map { .noticed($0) } ?? .answered(parts: part)
        return step(record + [.finished(outcome)], .finish(outcome))
    }

    private mutating func fail(_ reason: String) -> Step {
        let outcome = MessageOutcome.failed(reason: reason)
        return step([.finished(outcome)], .finish(outcome))
    }
}

extension BackendError.Operation {
    /// What the user is told when this fails.
    fileprivate var notice: Notice {
        switch self {
        case .register: .registrationFailed
        case .findThread: .historyUnavailable
        case .makeThread: .threadFailed
        case .answer: .answerFailed
        }
    }
}
