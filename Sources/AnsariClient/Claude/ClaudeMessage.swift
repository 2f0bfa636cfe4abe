internal import WhatsAppCore

/// Reads what the Messages API answers.
enum ClaudeMessage {
    /// The translation in a response, or why there is none.
    static func translation(status: Int, fields: HTTPFields, body: [UInt8]) -> Result<String, ClaudeFailure> {
        let json = try? JSONDocument(body).root
        guard (200..<300).contains(status), json?["type"]?.string != "error" else {
            return .failure(ClaudeFailure(status: status, fields: fields, error: json?["error"]))
        }
        func failure(_ code: TranslationError.Code, _ message: String) -> Result<String, ClaudeFailure> {
            .failure(ClaudeFailure(TranslationError(code: code, message: message, httpStatus: status)))
        }
        guard let content = json?["content"], content.isArray else {
            return failure(.malformedResponse, "The response is not a message of the Messages API.")
        }
        // A reason that is not known here ends a message like `end_turn`.
        switch json?["stop_reason"]?.string {
        case "refusal": return failure(.declined, "The model declined to translate the text.")
        case "max_tokens", "model_context_window_exceeded", "pause_turn":
            return failure(.incomplete, "The model stopped before the end of the translation.")
        default: break
        }
        let text = content.elements.filter { $0["type"]?.string == "text" }.compactMap { $0["text"]?.string }.joined()
        guard text.contains(where: { !$0.isWhitespace }) else { return failure(.empty, "The message holds no text.") }
        return .success(text)
    }
}

/// A request that brought no translation, and what is known about sending it again.
struct ClaudeFailure: Error {
    var error: TranslationError
    var canBeRetried = false
    /// How long the service asks to wait.
    var retryAfter: Duration?

    /// A failure that the same request would meet again.
    init(_ error: TranslationError) { self.error = error }

    /// A request that no whole response came to. A translation changes nothing, so it can be asked for twice.
    init(transport error: any Error) {
        self.error = TranslationError(code: .unavailable, message: "\(error)", cause: error)
        canBeRetried =
            switch (error as? HTTPClientError)?.code {
            case .cannotConnect, .timedOut, .connectionLost, .malformedResponse: true
            default: false
            }
    }

    /// An error that the service reports. The statuses and header fields are those that its own clients go by.
    init(status: Int, fields: HTTPFields, error: JSONValue?) {
        canBeRetried =
            switch fields["x-should-retry"] {
            case "true": true
            case "false": false
            default: [408, 409, 429].contains(status) || status >= 500 || (200..<300).contains(status)
            }
        retryAfter = Self.retryAfter(fields)
        var message = "HTTP status \(status)"
        // The service's message may quote the request; its type may not.
        if let type = error?["type"]?.string, type.isIdentifier { message += ", \(type)" }
        if let id = fields["request-id"], id.isIdentifier { message += ", request \(id)" }
        let mayPass = canBeRetried || status >= 500
        self.error = TranslationError(code: mayPass ? .unavailable : .rejected, message: message, httpStatus: status)
    }

    private static func retryAfter(_ fields: HTTPFields) -> Duration? {
        func number(_ name: String) -> Double? {
            fields[name].flatMap { Double($0) }.flatMap { (0..<1e6).contains($0) ? $0 : nil }
        }
        return number("retry-after-ms").map { .milliseconds($0) } ?? number("retry-after").map { .seconds($0) }
    }
}

extension String {
    /// Letters, digits and `_` only, and few enough for a log.
    fileprivate var isIdentifier: Bool {
        !isEmpty && utf8.count <= 64
            && utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == UInt8(ascii: "_") }
    }
}
