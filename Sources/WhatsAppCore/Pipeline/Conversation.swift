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
        var observer: any PipelineObserver
        var clock: any ServiceClock
        var maximumAnswerBytes: Int
    }

    private let parts: Parts
    private let message: AcceptedMessage
    private let language: String
    private var life: MessageLife

    init(_ message: AcceptedMessage, progress: [MessageProgress], parts: Parts) {
        let language = parts.detector.language(of: message.text ?? "")
        let notices = parts.notices
        self.parts = parts
        self.message = message
        self.language = language
        life = MessageLife(message, progress: progress) { notices.text(for: $0, language: language) }
    }

    /// Works on the message until it has reached its end.
    /// - Throws: when its progress could not be recorded, or when the task was cancelled. A durable store then resumes it
    ///   at the next start.
    mutating func run() async throws {
        parts.observer.observe(.started(message.key))
        var step = life.start()
        step = try await advance(from: step) { $0.precedesTyping }
        if step.action.isWork {
            let typing = TypingIndicator(sender: parts.sender, clock: parts.clock) { [parts, message] in
                parts.observer.observe(.typingFailed(message.key, $0))
            }
            step = try await typing.show(for: message.messageID) {
                try await advance(from: step) { $0.isWork }
            }
        }
        step = try await advance(from: step) { _ in true }
    }

    /// Does step after step as long as `condition` holds for its action. Returns the first for which it does not hold,
    /// recorded but not done; past the last step, the last.
    private mutating func advance(
        from first: MessageLife.Step, while condition: (MessageLife.Action) -> Bool
    ) async throws -> MessageLife.Step {
        var step = first
        while condition(step.action) {
            if !step.record.isEmpty { try await parts.store.record(step.record, for: message.key) }
            if case .finish(let outcome) = step.action {
                parts.observer.observe(.finished(message.key, outcome))
                break
            }
            try Task.checkCancellation()
            step = life.handle(try await perform(step.action))
        }
        return step
    }

    private func perform(_ action: MessageLife.Action) async throws -> MessageLife.Event {
        do {
            switch action {
            case .register:
                try await parts.backend.register(Guest(user: message.user, preferredLanguage: language))
                return .registered
            case .openThread:
                let title = Self.title(of: message.text ?? "")
                let request = ThreadRequest(user: message.user, title: title, now: parts.clock.now)
                return .threadOpened(try await parts.backend.openThread(for: request))
            case .ask(let threadID):
                return .answered(try await ask(threadID: threadID))
            case .compose(let answer):
                let completed = await parts.translator.completeCitations(of: answer)
                return .composed(parts: parts.chunker.parts(of: parts.formatter.format(completed)))
            case .send(let part, let text, let token):
                return .sendEnded(await send(part, text, token))
            case .finish:
                preconditionFailure("The end of a message is not performed.")
            }
        } catch {
            // A cancelled request may fail in its own way; what counts is that it was cancelled.
            try Task.checkCancellation()
            guard let error = error as? BackendError else {
                parts.observer.observe(.unexpectedFailure(message.key, error))
                return .failed
            }
            parts.observer.observe(.backendFailed(message.key, error))
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
        parts.observer.observe(
            .backendAnswered(message.key, bytes: answer.utf8.count, after: parts.clock.now.duration(since: start)))
        return answer
    }

    private func send(_ part: Int, _ text: String, _ token: String) async -> SendOutcome {
        let outcome = await parts.sender.send(
            OutboundText(recipient: message.user, body: text, callbackData: token))
        if case .sent = outcome {
            parts.observer.observe(.partSent(message.key, part: part, of: life.partCount))
        } else {
            parts.observer.observe(.partFailed(message.key, part: part, outcome))
        }
        return outcome
    }

    /// The first six words.
    private static func title(of text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).prefix(6).joined(separator: " ")
    }
}

extension MessageLife.Action {
    /// What comes before the user sees that somebody is typing: a user who cannot be registered gets a notice at once.
    fileprivate var precedesTyping: Bool { self == .register }

    /// What is done between the first sign of life and the first part.
    fileprivate var isWork: Bool {
        switch self {
        case .openThread, .ask, .compose: true
        case .register, .send, .finish: false
        }
    }
}
