internal import Synchronization

/// Leads one message from acceptance to its end: does what ``MessageLife`` says, and tells it what came of it.
struct Conversation: Sendable {
    /// What a conversation works with.
    struct Parts: Sendable {
        var store: any IdempotencyStore
        var backend: any BackendClient
        var sender: any MessageSender
        var translator: any CitationTranslator
        var formatter: any MessageFormatter
        var chunker: any MessageChunker
        var notices: any Notices
        var detector: any LanguageDetector
        var observer: (any PipelineObserver)?
        var clock: any ServiceClock
        var random: @Sendable () -> Double
        var maximumAnswerBytes: Int
        let shared: Shared

        /// Tells the observer, if there is one. What it would be told is not made without one.
        @inline(__always)
        func observe(_ event: @autoclosure () -> PipelineEvent) {
            if case nil = observer { return }  // Cheaper than to take out what is not there.
            observer?.observe(event())
        }
    }

    /// What all conversations of a pipeline have in common.
    final class Shared: Sendable {
        let pacer = Mutex(SendPacer())
        let statuses = StatusBoard()
    }

    private let parts: Parts
    private let message: AcceptedMessage
    private let language: String
    private var life: MessageLife
    /// Is told when it begins and when it ceases to wait for news only, and so needs no place among those at work.
    private let pause: @Sendable (Bool) -> Void
    /// Whether it is on record that this was tried.
    private(set) var isAttempted = false

    init(
        _ message: AcceptedMessage, progress: [MessageProgress], parts: Parts, pause: @escaping @Sendable (Bool) -> Void
    ) {
        self.pause = pause
        let language = parts.detector.language(of: message.text ?? "")
        let notices = parts.notices
        self.parts = parts
        self.message = message
        self.language = language
        life = MessageLife(message, progress: progress) { notices.text(for: $0, language: language) }
    }

    /// Works on the message until it has reached its end, which it returns.
    /// - Throws: when its progress could not be recorded, or when the task was cancelled. A durable store then resumes it
    ///   at the next start.
    mutating func run() async throws -> MessageOutcome {
        parts.observe(.started(message.key))
        var step = life.start()
        step = try await advance(from: step) { $0 == .register }
        if step.action.isWork {
            let typing = TypingIndicator(sender: parts.sender, clock: parts.clock) { [parts, message] in
                parts.observe(.typingFailed(message.key, $0))
            }
            step = try await typing.show(for: message.messageID) {
                try await advance(from: step) { $0.isWork }
            }
        }
        step = try await advance(from: step) { _ in true }
        guard case .finish(let outcome) = step.action else { preconditionFailure("Only the end has no step after it.") }
        return outcome
    }

    /// Does step after step as long as `condition` holds for its action. Returns the first for which it does not hold,
    /// neither recorded nor done; past the last step, the last.
    private mutating func advance(
        from first: MessageLife.Step, while condition: (MessageLife.Action) -> Bool
    ) async throws -> MessageLife.Step {
        var step = first
        while condition(step.action) {
            // The outcome of one part and the intent to send the next become durable together, when nothing lies between.
            if step.action == .pace, arrival == nil, case .go = reserve() {
                let next = handle(.paced)
                step = MessageLife.Step(record: step.record + next.record, action: next.action)
            }
            try await record(step.record)
            if case .finish(let outcome) = step.action {
                parts.shared.statuses.forget(life.token)  // Of the last part, also where its outcome is known.
                parts.observe(.finished(message.key, outcome))
                break
            }
            try Task.checkCancellation()
            step = handle(try await perform(step.action))
        }
        return step
    }

    /// Makes steps durable. While the store cannot, the message waits, and with it its user's lane: to leave it for the next
    /// start would let later messages be answered first.
    private mutating func record(_ progress: [MessageProgress]) async throws {
        var failures = 0
        while !progress.isEmpty {
            do {
                try await parts.store.record(progress, for: message.key)
                if progress.contains(.attempted) { isAttempted = true }
                // Not before: a status that comes meanwhile is the only witness if the process dies now.
                for case .sent(let part, _) in progress {
                    parts.shared.statuses.forget(PartToken(key: message.key, part: part).description)
                }
                return
            } catch {
                guard (error as? any StoreError)?.isTemporary ?? !(error is CancellationError) else { throw error }
                let pause = Self.recordBackoff.delay(after: failures, random: parts.random())
                failures += 1
                parts.observe(.recordRetried(message.key, error, after: pause))
                try await parts.clock.sleep(for: pause)
            }
        }
    }

    private mutating func handle(_ event: MessageLife.Event) -> MessageLife.Step {
        life.handle(event, now: parts.clock.now, random: parts.random())
    }

    private func perform(_ action: MessageLife.Action) async throws -> MessageLife.Event {
        do {
            switch action {
            case .register:
                try await parts.backend.register(Guest(user: message.user, preferredLanguage: language))
                return .registered
            case .openThread(let lost):
                let title = Self.title(of: message.text ?? "")
                let request = ThreadRequest(
                    user: message.user, title: title, now: parts.clock.now, lostThreadID: lost)
                return .threadOpened(try await parts.backend.openThread(for: request))
            case .ask(let threadID):
                return .answered(try await ask(threadID: threadID))
            case .compose(let answer):
                let completed = await parts.translator.completeCitations(of: answer)
                // One that was cut short is not to be the reply.
                try Task.checkCancellation()
                return .composed(parts: parts.chunker.parts(of: parts.formatter.format(completed)))
            case .wait(let duration):
                parts.observe(.backendRetried(message.key, after: duration))
                try await parts.clock.sleep(for: duration)
                return .waited
            case .hold(let hold):
                self.hold(hold)
                return .waited
            case .pace:
                while true {
                    // Patience is over, and the text may be held back for hours yet: a late status still saves it.
                    if let arrival { return resolved(by: arrival) }
                    guard case .wait(let duration) = reserve() else { return .paced }
                    try await parts.clock.sleep(for: duration)
                }
            case .send(let part, let text, let token):
                let outcome = await send(part, text, token)
                // What was sent is recorded in any case. What was cancelled stays open, to be resumed.
                if case .sent = outcome { return .sendEnded(outcome) }
                try Task.checkCancellation()
                return .sendEnded(outcome)
            case .awaitStatus(let token):
                return try await awaitStatus(token)
            case .finish:
                preconditionFailure("The end of a message is not performed.")
            }
        } catch {
            // A cancelled request may fail in its own way; what counts is that it was cancelled.
            try Task.checkCancellation()
            guard let error = error as? BackendError ?? BackendError(error, of: action) else {
                parts.observe(.unexpectedFailure(message.key, error))
                return .failed
            }
            parts.observe(.backendFailed(message.key, error))
            return .backendFailed(error)
        }
    }

    private func ask(threadID: String?) async throws -> String {
        let start = parts.clock.now
        let question = Question(user: message.user, text: message.text ?? "", threadID: threadID)
        let pieces = try await parts.backend.answer(to: question)
        var answer = ""
        for try await piece in pieces {
            answer += piece
            guard answer.utf8.count <= parts.maximumAnswerBytes else {
                throw BackendError(
                    operation: .answer, message: "The answer is longer than \(parts.maximumAnswerBytes) bytes.")
            }
        }
        try Task.checkCancellation()
        parts.observe(
            .backendAnswered(message.key, bytes: answer.utf8.count, after: parts.clock.now.duration(since: start)))
        return answer
    }

    private func reserve() -> SendPacer.Permission {
        parts.shared.pacer.withLock { $0.reserve(message.user.stableID, now: parts.clock.now) }
    }

    private func hold(_ hold: SendHold) {
        parts.observe(.held(message.key, hold))
        let now = parts.clock.now
        parts.shared.pacer.withLock { pacer in
            switch hold {
            case .everything(let duration): pacer.pauseNumber(until: now.advanced(by: duration))
            case .user(let duration): pacer.pause(message.user.stableID, until: now.advanced(by: duration))
            case .probing: pacer.probe(now: now)
            }
        }
    }

    private func send(_ part: Int, _ text: String, _ token: String) async -> SendOutcome {
        if life.isResending { parts.observe(.blindResend(message.key, part: part)) }
        parts.shared.statuses.expect(token)
        let start = parts.clock.now
        let outcome = await parts.sender.send(
            OutboundText(recipient: message.user, body: text, callbackData: token))
        if case .sent = outcome {
            parts.shared.pacer.withLock { $0.sent(begun: start) }
            parts.observe(.partSent(message.key, part: part, of: life.partCount))
        } else {
            parts.observe(.partFailed(message.key, part: part, outcome))
        }
        return outcome
    }

    private func awaitStatus(_ token: String) async throws -> MessageLife.Event {
        parts.observe(.sendUnknown(message.key, part: life.part))
        pause(true)
        defer { pause(false) }
        let id = try await parts.shared.statuses.wait(
            for: token, upTo: MessageLife.statusPatience, clock: parts.clock)
        return id.map { resolved(by: $0) } ?? .statusMissing
    }

    /// The id in a status of the part that may be under way unnoticed, once there is one.
    private var arrival: String? { life.openToken.flatMap { parts.shared.statuses.arrival(for: $0) } }

    private func resolved(by id: String) -> MessageLife.Event {
        parts.shared.statuses.forget(life.token)
        parts.observe(.resolvedByStatus(message.key, part: life.part))
        return .statusArrived(id: id)
    }

    private static let recordBackoff = Backoff(base: .seconds(1), cap: .seconds(30))

    /// The first six words; the rest is not looked at.
    private static func title(of text: String) -> String {
        text.unicodeScalars.split(maxSplits: 6, whereSeparator: \.isSpace).prefix(6).map { String($0) }
            .joined(separator: " ")
    }
}

extension MessageLife.Action {
    /// What is done between the first sign of life and the first part. A user who cannot be registered gets a notice
    /// without one.
    fileprivate var isWork: Bool {
        switch self {
        case .openThread, .ask, .compose, .wait: true
        case .register, .hold, .pace, .send, .awaitStatus, .finish: false
        }
    }
}

extension BackendError {
    /// What an HTTP client threw, and a backend passed on.
    fileprivate init?(_ error: any Error, of action: MessageLife.Action) {
        guard let error = error as? HTTPClientError else { return nil }
        let operation: Operation? =
            switch action {
            case .register: .register
            case .openThread: .makeThread
            case .ask: .answer
            default: nil
            }
        guard let operation else { return nil }
        self.init(operation: operation, message: "\(error)", cause: error)
    }
}
