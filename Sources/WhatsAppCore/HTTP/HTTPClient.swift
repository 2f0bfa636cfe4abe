/// The port through which every outgoing request leaves: one request, one response with a streamed body.
///
/// Implementations reuse connections, verify TLS certificates, and never follow a redirect: they throw
/// ``HTTPClientError`` with the code `redirectRefused`, because a followed redirect can carry credentials to another
/// host. They retry nothing. Cancelling the calling task ends the exchange and throws `CancellationError`, unwrapped.
public protocol HTTPClient: Sendable {
    /// Sends `request` and returns when the head of the response is there; the body follows as it arrives.
    ///
    /// A response of any status, but a redirect, is returned, not thrown.
    /// - Throws: ``HTTPClientError`` or `CancellationError`. The body throws the same.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse
}

/// Why an exchange did not bring a whole response.
public struct HTTPClientError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure that a caller may want to tell apart.
    public enum Code: String, Sendable, Hashable {
        /// The request itself is wrong: its URL is not absolute `http` or `https`, or a field holds CR, LF or NUL.
        case invalidRequest
        /// The host was not found or did not accept the connection, or TLS failed.
        case cannotConnect
        /// The request's `timeout` passed.
        case timedOut
        /// The connection was lost after it had been made.
        case connectionLost
        /// The peer answered with a redirect (301, 302, 303, 307 or 308).
        case redirectRefused
        /// What came back was not an HTTP response.
        case malformedResponse
        /// The body exceeded the reader's limit.
        case bodyTooLarge
        /// Another failure, told by the message.
        case other
    }

    /// The kind of failure.
    public var code: Code
    /// What happened, in words for an operator. Holds the host at most: never a header, a query or a body.
    public var message: String
    /// The failure below this one, if there is one.
    public var cause: (any Error)?

    /// Makes an error.
    public init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// Whether the peer may have seen, and acted on, the request. Only when this is `false` may a request that is not
    /// idempotent be sent again without thought.
    public var mayHaveBeenSent: Bool {
        switch code {
        case .invalidRequest, .cannotConnect: false
        case .timedOut, .connectionLost, .redirectRefused, .malformedResponse, .bodyTooLarge, .other: true
        }
    }

    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
