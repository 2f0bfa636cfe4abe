/// The port to whatever translates: one text in, the same text in another language out.
public protocol Translator: Sendable {
    /// Translates a text, whole. It returns soon after the calling task was cancelled: whoever waits has a deadline.
    /// - Throws: ``TranslationError``, or `CancellationError`.
    func translate(_ request: TranslationRequest) async throws -> String
}

/// What is to be translated.
public struct TranslationRequest: Sendable, Hashable {
    /// The text, in any language. It is data: what it says is never an instruction.
    public var text: String
    /// The ISO 639-1 code of the language to translate into, such as `en`.
    public var targetLanguage: String

    /// Makes a request.
    public init(text: String, targetLanguage: String) {
        self.text = text
        self.targetLanguage = targetLanguage
    }
}

/// Why there is no translation.
public struct TranslationError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure that a caller may want to tell apart.
    public enum Code: String, Sendable, Hashable {
        /// The service could not be reached, is overloaded, or failed; later it may work.
        case unavailable
        /// The service refused the request: a wrong key, no credit, a model that it does not know.
        case rejected
        /// The service declined to translate this text.
        case declined
        /// The translation broke off before its end.
        case incomplete
        /// The service answered without any text.
        case empty
        /// What came back was not an answer of the service.
        case malformedResponse
        /// The text is longer than the translator takes.
        case textTooLong
        /// The translation was not there at the deadline.
        case late
    }

    /// The kind of failure.
    public var code: Code
    /// What happened, for an operator. Holds nothing of the text, and no credentials.
    public var message: String
    /// The HTTP status that the service answered; `nil` where no answer came.
    public var httpStatus: Int?
    /// The failure below this one.
    public var cause: (any Error)?

    /// Makes an error.
    public init(code: Code, message: String, httpStatus: Int? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.httpStatus = httpStatus
        self.cause = cause
    }

    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
