public import WhatsAppCore

/// Sends through the WhatsApp Cloud API: `POST {graphURL}/{version}/{phoneNumberID}/messages`
/// (developers.facebook.com, "Cloud API: messages").
public struct CloudAPIClient: MessageSender {
    /// Where and as whom to send.
    public struct Configuration: Sendable {
        /// The Graph API's base URL; a trailing slash does no harm.
        public var graphURL = "https://graph.facebook.com"
        /// The Graph API's version.
        public var version = "v22.0"
        /// The business number that sends.
        public var phoneNumberID: String
        /// The access token of a system user.
        public var accessToken: Secret
        /// The time for one request.
        public var timeout = Duration.seconds(30)

        /// Makes a configuration.
        public init(phoneNumberID: String, accessToken: Secret) {
            self.phoneNumberID = phoneNumberID
            self.accessToken = accessToken
        }
    }

    private let configuration: Configuration
    private let messagesURL: String
    private let http: any HTTPClient

    /// Makes a client that sends through `http`.
    public init(configuration: Configuration, http: any HTTPClient) {
        self.configuration = configuration
        self.http = http
        messagesURL = [
            configuration.graphURL.droppingTrailingSlashes, configuration.version, configuration.phoneNumberID,
            "messages",
        ]
        .joined(separator: "/")
    }

    /// Sends a text. Only a parsed refusal says that it was not sent, and only a message id that it was.
    public func send(_ text: OutboundText) async -> SendOutcome {
        let request = request {
            $0.add("messaging_product", "whatsapp")
            $0.add("recipient_type", "individual")
            // With both given Meta takes the phone number; a user id alone goes into another key.
            if let number = text.recipient.phoneNumber {
                $0.add("to", number)
            } else {
                $0.add("recipient", text.recipient.userID)
            }
            $0.add("type", "text")
            $0.object("text") { $0.add("body", text.body) }
            $0.add("biz_opaque_callback_data", text.callbackData)
        }
        do {
            return try await outcome(of: http.send(request))
        } catch let error as HTTPClientError where !error.mayHaveBeenSent {
            return .notSent(reason: "\(error)")
        } catch {
            return .unknown(reason: "\(error)")
        }
    }

    /// Shows the typing indicator. Throws ``WhatsAppCore/CloudAPIError`` when it is refused, and what the transport throws.
    public func showTyping(for messageID: String) async throws {
        try await mark(messageID, isTyping: true)
    }

    /// Marks a message, and those before it, as read. Throws as ``showTyping(for:)`` does.
    public func markRead(_ messageID: String) async throws {
        try await mark(messageID, isTyping: false)
    }

    private func mark(_ messageID: String, isTyping: Bool) async throws {
        let response = try await http.send(
            request {
                $0.add("messaging_product", "whatsapp")
                $0.add("status", "read")
                $0.add("message_id", messageID)
                if isTyping { $0.object("typing_indicator") { $0.add("type", "text") } }
            })
        let body = try await response.body.collect(upTo: Self.longestResponse)
        guard (200..<300).contains(response.status) else { throw Self.error(in: body, status: response.status) }
    }

    private func request(_ body: (inout JSONWriter) -> Void) -> HTTPRequest {
        HTTPRequest(
            method: .post, target: messagesURL,
            fields: [
                "Authorization": "Bearer \(configuration.accessToken.expose())", "Content-Type": "application/json",
            ],
            body: JSONWriter.object(body), timeout: configuration.timeout)
    }

    /// Graph's responses have a few hundred bytes; error pages of the proxies before it a few thousand.
    private static let longestResponse = 256 << 10

    /// Only an answer that names the new message says that it was sent, and only Graph's own error, or 429, that it was
    /// not: a proxy between us may have passed the request on before it answered.
    private func outcome(of response: HTTPResponse) async throws -> SendOutcome {
        let body = try await response.body.collect(upTo: Self.longestResponse)
        switch response.status {
        case 200..<300:
            guard let id = try? JSONDocument(body).root["messages"]?.elements.first?["id"]?.string else {
                return .unknown(reason: "HTTP status \(response.status) without a message id")
            }
            return .sent(id: id)
        case 400...:
            var error = Self.error(in: body, status: response.status)
            error.retryAfter = response.retryAfter
            return error.code != nil || response.status == 429 ? .rejected(error) : .unknown(reason: "\(error)")
        default:
            return .unknown(reason: "HTTP status \(response.status)")
        }
    }

    private static func error(in body: [UInt8], status: Int) -> CloudAPIError {
        guard let error = try? JSONDocument(body).root["error"], error.isObject else {
            return CloudAPIError(code: nil, httpStatus: status)
        }
        return CloudAPIError(error, httpStatus: status)
    }
}
