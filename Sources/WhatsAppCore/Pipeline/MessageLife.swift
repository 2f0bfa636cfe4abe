/// The life of one accepted message, as a pure state machine.
///
/// What has happened goes in; what to make durable, and what to do after that, comes out. It knows no clock, no I/O and no
/// randomness: the time and a random number come with each event. Its state is a fold over what was recorded, so a message
/// found unfinished after a restart goes on where it stopped: the backend is not asked again once the reply is settled,
/// and a part that was sent is not sent again.
///
/// One window stays open: a part whose request left the machine, and whose outcome nobody learned. It waits for a status
/// that names it (``statusPatience``), and is then sent once more, never twice.
package struct MessageLife: Sendable {
    /// What the world reports.
    package enum Event: Sendable {
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
        /// The wait is over.
        case waited
        /// The part may be sent now.
        case paced
        /// The attempt to send a part ended.
        case sendEnded(SendOutcome)
        /// A status showed that Meta had accepted the part.
        case statusArrived(id: String)
        /// No status came in time.
        case statusMissing
    }

    /// What is to be done next.
    package enum Action: Sendable, Hashable {
        /// Make sure that the backend knows the user.
        case register
        /// Find or make the thread; not the one that was lost.
        case openThread(lost: String?)
        /// Ask the backend.
        case ask(threadID: String?)
        /// Complete the citations, format and split.
        case compose(String)
        /// Wait, before the backend is tried again.
        case wait(Duration)
        /// Hold texts back, then go on.
        case hold(SendHold)
        /// Wait until a text may be sent to the user.
        case pace
        /// Send a part, with a token that finds its statuses.
        case send(part: Int, text: String, token: String)
        /// Wait for a status that carries the token, for ``MessageLife/statusPatience`` at most.
        case awaitStatus(token: String)
        /// Nothing: the message has reached its end.
        case finish(MessageOutcome)
    }

    /// One step: first make `record` durable, then do `action`.
    package struct Step: Sendable, Hashable {
        /// What must be durable before the action.
        package var record: [MessageProgress]
        /// What to do.
        package var action: Action

        /// Makes a step.
        package init(record: [MessageProgress], action: Action) {
            self.record = record
            self.action = action
        }
    }

    /// How long a status is waited for before a part whose outcome is unknown is sent once more.
    package static let statusPatience = Duration.seconds(30)
    /// A message during whose work the process died this many times is not tried again: it may be what kills it.
    package static let mostDeaths = 3

    let noticeText: @Sendable (Notice) -> String
    private let message: AcceptedMessage

    // What was recorded.
    /// How often work began and did not stop in good order.
    private var deaths = 0
    private(set) var threadID: String?
    private var isThreadOpen = false
    private(set) var reply: Reply?
    /// The part that is sent next, or whose outcome is awaited.
    private(set) var part = 0
    /// How many attempts to send that part may have reached the user.
    private(set) var openAttempts = 0
    private var outcome: MessageOutcome?

    // What only this run knows: retries begin anew after a restart.
    private var isAttempted = false
    var backendTrouble = Trouble()
    /// By the kind of refusal, because each has a limit of its own.
    var sendTroubles: [SendDisposition: Trouble] = [:]
    /// The end that comes after a hold: what holds others back is to be known, although this message waits no more.
    var ending: MessageOutcome?
    var repeated: Action?
    private var hasLostThread = false
    private var hasAnsweredEmptily = false

    /// Takes up a message.
    /// - Parameters:
    ///   - message: the message.
    ///   - progress: all that was recorded of it, in order.
    ///   - noticeText: the text of a notice, in the user's language.
    package init(
        _ message: AcceptedMessage, progress: [MessageProgress] = [],
        noticeText: @escaping @Sendable (Notice) -> String
    ) {
        self.message = message
        self.noticeText = noticeText
        progress.forEach { apply($0) }
    }

    /// Whether it is given up when the process dies during its work once more. One that waits for a status first does no
    /// harm by that, and is not to keep others waiting.
    var isSuspect: Bool { deaths == Self.mostDeaths - 1 && openAttempts == 0 }
    /// How many parts the reply has; 0 before it is settled.
    package var partCount: Int { reply?.parts.count ?? 0 }

    /// The token of the part that may be under way unnoticed; `nil` when there is none.
    package var openToken: String? { openAttempts > 0 ? token : nil }

    /// Whether the part that is being sent may have reached the user already.
    package var isResending: Bool { openAttempts > 1 }

    /// The token of the current part: made of the key and the part, so that a resumed part carries the same one.
    var token: String { PartToken(key: message.key, part: part).description }

    /// The first step: from the beginning, or from where the record stops.
    package mutating func start() -> Step {
        if let outcome { return Step(record: [], action: .finish(outcome)) }
        guard deaths < Self.mostDeaths else {
            return end(.deadLettered(reason: "The process died \(deaths) times while this message was worked on"))
        }
        if reply != nil { return openAttempts > 0 ? step([], .awaitStatus(token: token)) : sendNext() }
        switch message.plan {
        case .answer: return step([], .register)
        case .notice(let notice): return settle(notice, as: .noticed(notice))
        case .ignore(let reason): return end(.ignored(reason))
        }
    }

    /// Takes in what happened and gives the step that follows.
    /// - Parameters:
    ///   - event: what happened.
    ///   - now: the time.
    ///   - random: a random number from 0 to 1, for the delays of retries.
    package mutating func handle(_ event: Event, now: UnixTime, random: Double) -> Step {
        switch event {
        case .registered:
            return step([], isThreadOpen ? .ask(threadID: threadID) : .openThread(lost: nil))
        case .threadOpened(let id):
            return step([.threadOpened(id)], .ask(threadID: id))
        case .answered(let text):
            backendTrouble = Trouble()
            return step([], .compose(text))
        case .composed(let parts):
            return composed(parts)
        case .backendFailed(let error):
            if error.operation == .answer, error.httpStatus == 404, threadID != nil, !hasLostThread {
                hasLostThread = true
                return step([], .openThread(lost: threadID))
            }
            return backendFailed(error, now: now, random: random)
        case .failed:
            // Once parts may have gone out, the reply stays what it is.
            guard reply == nil else { return end(.deadLettered(reason: "Something failed that nobody foresaw")) }
            return settle(.unexpected, as: .deadLettered(reason: "Something failed that nobody foresaw"))
        case .waited:
            if let ending { return end(ending) }
            return step([], repeated ?? .pace)
        case .paced:
            return step([.sending(part: part)], .send(part: part, text: reply?.parts[part] ?? "", token: token))
        case .sendEnded(let outcome):
            return sendEnded(outcome, now: now, random: random)
        case .statusArrived(let id):
            return sent(id)
        case .statusMissing:
            // The first attempt may have reached the user, and the one blind resend too: not a third time.
            if openAttempts > 1 {
                return end(.deadLettered(reason: "Nobody learned whether part \(part + 1) was sent, twice"))
            }
            return step([], .pace)
        }
    }

    private mutating func composed(_ parts: [String]) -> Step {
        if parts.isEmpty {
            if !hasAnsweredEmptily {
                hasAnsweredEmptily = true
                return step([], .ask(threadID: threadID))
            }
            return settle(.emptyAnswer, as: .failed(reason: "The backend's answer was empty, twice"))
        }
        return settle(Reply(parts: parts, outcome: .answered(parts: parts.count)))
    }

    /// Takes in what is recorded.
    mutating func apply(_ progress: MessageProgress) {
        switch progress {
        case .attempted: deaths += 1
        case .suspended: deaths = max(0, deaths - 1)
        case .threadOpened(let id): (threadID, isThreadOpen) = (id, true)
        case .replied(let reply): self.reply = reply
        // A status may tell of a part before the request that sent it has failed, and once more after the next one has begun:
        // what comes after it says nothing of the next part.
        case .sending(let part): if part == self.part { openAttempts += 1 }
        case .notSent(let part): if part == self.part { openAttempts -= 1 }
        case .sent(let part, _): if part >= self.part { (self.part, openAttempts) = (part + 1, 0) }
        case .finished(let outcome): self.outcome = outcome
        case .replayed: replay()
        }
    }

    /// What was answered goes on after the last part that was sent; what got a notice, or nothing, is asked again.
    private mutating func replay() {
        (outcome, deaths, openAttempts) = (nil, 0, 0)
        if case .answered = reply?.outcome { return }
        (reply, part) = (nil, 0)
    }

    /// Records `record`, and before the first action that may kill the process, that it was attempted.
    mutating func step(_ record: [MessageProgress], _ action: Action) -> Step {
        let begins = !isAttempted && action.isAttempt
        if begins { isAttempted = true }
        let record = begins ? [.attempted] + record : record
        record.forEach { apply($0) }
        return Step(record: record, action: action)
    }

    mutating func settle(_ notice: Notice, as outcome: MessageOutcome) -> Step {
        settle(Reply(parts: [noticeText(notice)], outcome: outcome))
    }

    private mutating func settle(_ reply: Reply) -> Step { step([.replied(reply)], .pace) }

    /// Goes on with the part that is next, or to the end.
    mutating func sendNext(after record: [MessageProgress] = []) -> Step {
        guard let reply, part >= reply.parts.count else { return step(record, .pace) }
        return end(reply.outcome, after: record)
    }

    mutating func end(_ outcome: MessageOutcome, after record: [MessageProgress] = []) -> Step {
        step(record + [.finished(outcome)], .finish(outcome))
    }
}

extension MessageLife.Action {
    /// To wait for a status kills nothing, and so is no attempt.
    fileprivate var isAttempt: Bool {
        switch self {
        case .awaitStatus, .finish: false
        case .register, .openThread, .ask, .compose, .wait, .hold, .pace, .send: true
        }
    }
}
