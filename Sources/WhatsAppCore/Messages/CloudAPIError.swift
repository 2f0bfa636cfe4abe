/// An error as the Cloud API reports it: in a Graph response, and in `errors` of values, messages and statuses.
///
/// Meta asks to branch on `code`, not on the HTTP status or the title (developers.facebook.com, "Error codes").
public struct CloudAPIError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The code, such as 131056; `nil` where the report holds none.
    public var code: Int64?
    /// The text for developers.
    public var message: String?
    /// `error_data.details`, which says more than the message.
    public var details: String?
    /// The HTTP status of the Graph response; `nil` for an error that came by webhook.
    public var httpStatus: Int?

    /// Whether Graph calls the error transient (`is_transient`).
    public var isTransient = false
    /// How long Graph asks to wait before another try (`Retry-After`).
    public var retryAfter: Duration?

    /// Makes an error.
    public init(code: Int64?, message: String? = nil, details: String? = nil, httpStatus: Int? = nil) {
        self.code = code
        self.message = message
        self.details = details
        self.httpStatus = httpStatus
    }

    /// That this user cannot be reached, for senders of one's own: Meta's code 131026. It ends the message, and nothing else.
    public static func undeliverable(_ message: String) -> CloudAPIError {
        CloudAPIError(code: 131_026, message: message)
    }

    /// Reads one element of an `errors` array, or the `error` of a Graph response. `error_data` may be an object, a
    /// string, or missing.
    package init(_ json: JSONValue, httpStatus: Int? = nil) {
        code = json["code"]?.integer ?? json["code"]?.string.flatMap { Int64($0) }
        message = json["message"]?.string ?? json["title"]?.string
        details = json["error_data"]?["details"]?.string ?? json["error_data"]?.string
        isTransient = json["is_transient"]?.bool ?? false
        self.httpStatus = httpStatus
    }

    /// The code, the message and the details.
    public var description: String {
        let number = code.map { "code \($0)" } ?? httpStatus.map { "HTTP status \($0)" } ?? "no code"
        let text = [message, details].compactMap { $0 }.joined(separator: ": ")
        return text.isEmpty ? number : "\(number): \(text)"
    }
}
