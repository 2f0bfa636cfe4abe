public import WhatsAppCore

/// What goes wrong with one request at a simulated Messages API.
public enum ClaudeFault: Sendable {
    /// It is refused with this status and this type of error. `retryAfter` becomes `retry-after`, in whole seconds, and
    /// `shouldRetry` `x-should-retry`.
    case error(status: Int, type: String, retryAfter: Duration? = nil, shouldRetry: Bool? = nil)
    /// A gateway before the API fails: status 502 and a page of HTML.
    case badGateway
    /// It is answered after this time.
    case slow(Duration)
    /// The message has no content.
    case empty
    /// The message stops in the middle, at `max_tokens`.
    case truncated
    /// The model declines.
    case refusal
    /// The message has blocks that are not text before, between and after two that are.
    case otherBlocks
    /// The body of the response breaks off.
    case cutOff
    /// It is answered with exactly this.
    case response(HTTPResponse)

    /// 529: the service has too much to do.
    public static let overloaded = ClaudeFault.error(status: 529, type: "overloaded_error")
    /// 429: the caller asks too much, and is told to come back after this time.
    public static func rateLimited(retryAfter: Duration) -> ClaudeFault {
        .error(status: 429, type: "rate_limit_error", retryAfter: retryAfter)
    }
    /// 500: the service failed.
    public static let internalError = ClaudeFault.error(status: 500, type: "api_error")
}
