/// The port to whatever answers questions. Only ``answer(to:)`` is required; a backend without accounts or threads leaves
/// the rest as it is.
public protocol BackendClient: Sendable {
    /// Makes sure that the backend knows the user. Called before each question; by default it does nothing.
    /// - Throws: ``BackendError``, or `CancellationError`.
    func register(_ guest: Guest) async throws

    /// Finds the thread in which the question belongs, or makes one. By default there is none.
    /// - Throws: ``BackendError``, or `CancellationError`.
    func openThread(for request: ThreadRequest) async throws -> String?

    /// Asks, and returns the answer's text in pieces as they arrive, cut anywhere between Unicode scalars.
    ///
    /// A sequence that ends without throwing gave the whole answer.
    /// - Throws: ``BackendError``, or `CancellationError`; the sequence throws the same. What an ``HTTPClient`` throws may be
    ///   passed on as it is. Any other error is taken for a defect: the message becomes a dead letter at once.
    func answer(to question: Question) async throws -> any AsyncSequence<String, any Error> & Sendable
}

extension BackendClient {
    /// Does nothing: this backend has no accounts.
    public func register(_ guest: Guest) async throws {}
    /// `nil`: this backend has no threads.
    public func openThread(for request: ThreadRequest) async throws -> String? { nil }
}

/// Whom a backend is to know.
public struct Guest: Sendable, Hashable {
    /// The user.
    public var user: WhatsAppUser
    /// The ISO 639-1 code of the language that the user seems to write, such as `en` or `ar`.
    public var preferredLanguage: String

    /// Makes a guest.
    public init(user: WhatsAppUser, preferredLanguage: String) {
        self.user = user
        self.preferredLanguage = preferredLanguage
    }
}

/// For what a thread is needed.
public struct ThreadRequest: Sendable, Hashable {
    /// The user.
    public var user: WhatsAppUser
    /// The title of a new thread: the first six words of the question.
    public var title: String
    /// The time, against which the age of the last thread is measured.
    public var now: UnixTime
    /// A thread that the backend does not know any more, although it may still name it.
    public var lostThreadID: String?

    /// Makes a request.
    public init(user: WhatsAppUser, title: String, now: UnixTime, lostThreadID: String? = nil) {
        self.user = user
        self.title = title
        self.now = now
        self.lostThreadID = lostThreadID
    }
}

/// What is asked.
public struct Question: Sendable, Hashable {
    /// Who asks.
    public var user: WhatsAppUser
    /// The words, as they were written.
    public var text: String
    /// The thread that ``BackendClient/openThread(for:)`` gave.
    public var threadID: String?

    /// Makes a question.
    public init(user: WhatsAppUser, text: String, threadID: String? = nil) {
        self.user = user
        self.text = text
        self.threadID = threadID
    }
}

/// Why a backend did not do what it was asked.
public struct BackendError: Error, Sendable, CustomStringConvertible {
    /// What it was asked; it decides which notice the user gets.
    public enum Operation: String, Sendable, Hashable {
        /// Know, or register, the user.
        case register
        /// Tell the user's last thread.
        case findThread
        /// Make a thread.
        case makeThread
        /// Answer.
        case answer
    }

    /// What it was asked.
    public var operation: Operation
    /// What happened, for an operator. Holds nothing that the user wrote.
    public var message: String
    /// The HTTP status that it answered; `nil` where no answer came.
    public var httpStatus: Int?
    /// Whether the same may succeed soon. Statuses 408, 429 and 5xx are transient, and so is the loss of a connection.
    public var isTransient: Bool
    /// How long the backend asks to wait before another try (`Retry-After`).
    public var retryAfter: Duration?
    /// The failure below this one.
    public var cause: (any Error)?

    /// Makes an error.
    /// - Parameter isTransient: whether the same may succeed soon; by default it follows from the status and the cause.
    public init(
        operation: Operation, message: String, httpStatus: Int? = nil, isTransient: Bool? = nil,
        retryAfter: Duration? = nil, cause: (any Error)? = nil
    ) {
        self.operation = operation
        self.message = message
        self.httpStatus = httpStatus
        self.isTransient = isTransient ?? Self.isTransient(status: httpStatus, cause: cause)
        self.retryAfter = retryAfter
        self.cause = cause
    }

    private static func isTransient(status: Int?, cause: (any Error)?) -> Bool {
        if let status { return status == 408 || status == 429 || status >= 500 }
        switch (cause as? HTTPClientError)?.code {
        case .cannotConnect, .timedOut, .connectionLost, .malformedResponse: return true
        case .invalidRequest, .redirectRefused, .bodyTooLarge, .other, nil: return false
        }
    }

    /// What was asked, and what happened.
    public var description: String { "\(operation.rawValue): \(message)" }
}

/// A backend made of a closure that maps a question to its answer, or to the pieces of it.
public struct ClosureBackend<Pieces: AsyncSequence & Sendable>: BackendClient
where Pieces.Element == String, Pieces.Failure == any Error {
    private let body: @Sendable (Question) async throws -> Pieces

    /// Makes a backend that answers with what `body` returns.
    public init(_ body: @escaping @Sendable (Question) async throws -> Pieces) { self.body = body }

    /// Makes a backend whose answer is there in one piece.
    public init(_ body: @escaping @Sendable (Question) async throws -> String)
    where Pieces == AsyncThrowingStream<String, any Error> {
        self.init { question in
            let answer = try await body(question)
            return AsyncThrowingStream { pieces in
                pieces.yield(answer)
                pieces.finish()
            }
        }
    }

    /// Asks the closure.
    public func answer(to question: Question) async throws -> any AsyncSequence<String, any Error> & Sendable {
        try await body(question)
    }
}
