internal import WhatsAppCore

/// A request to the Messages API, as far as a simulation looks at it (platform.claude.com/docs, "Messages").
struct ClaudeRequest {
    /// Why a request is refused: a type of error and a message, as the API words them.
    struct Refusal: Error {
        var status = 400
        var type = "invalid_request_error"
        var message: String
    }

    static let versions = ["2023-01-01", "2023-06-01", "2026-10-21"]
    private static let longestBody = 32 << 20

    let model: String
    /// The text of the last message.
    let text: String

    init(_ request: HTTPRequest, apiKey: Secret) throws(Refusal) {
        guard request.method == .post, request.path == "/v1/messages" else {
            throw Refusal(status: 404, type: "not_found_error", message: "Not Found")
        }
        let bearer = request.fields["Authorization"].flatMap { $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil }
        guard let key = request.fields["x-api-key"] ?? bearer, Secret(key) == apiKey else {
            throw Refusal(status: 401, type: "authentication_error", message: "invalid x-api-key")
        }
        guard let version = request.fields["anthropic-version"], Self.versions.contains(version) else {
            throw Refusal(message: "anthropic-version: a version is required: \(Self.versions.joined(separator: ", "))")
        }
        guard request.fields["Content-Type"]?.hasPrefix("application/json") == true else {
            throw Refusal(message: "content-type: application/json is required")
        }
        guard request.body.count <= Self.longestBody else {
            throw Refusal(status: 413, type: "request_too_large", message: "Request exceeds the maximum size")
        }
        guard let json = try? JSONDocument(request.body).root, json.isObject else {
            throw Refusal(message: "The request body is not valid JSON")
        }
        (model, text) = (try Self.model(json), try Self.text(json))
        if version >= "2026-10-21" { try Self.checkNewer(json) }
    }

    private static func model(_ json: JSONValue) throws(Refusal) -> String {
        guard let model = json["model"]?.string, !model.isEmpty else { throw Refusal(message: "model: Field required") }
        guard let tokens = json["max_tokens"]?.integer, tokens >= 1 else {
            throw Refusal(message: "max_tokens: a number of 1 or more is required")
        }
        guard json["stream"]?.bool != true else { throw Refusal(message: "stream: this simulator does not stream") }
        if let system = json["system"], system.string == nil, !system.isArray {
            throw Refusal(message: "system: Input should be a valid string or array")
        }
        return model
    }

    private static func text(_ json: JSONValue) throws(Refusal) -> String {
        guard let messages = json["messages"]?.elements, !messages.isEmpty else {
            throw Refusal(message: "messages: at least one message is required")
        }
        var text = ""
        for (index, message) in messages.enumerated() {
            guard ["user", "assistant"].contains(message["role"]?.string) else {
                throw Refusal(message: "messages.\(index).role: must be user or assistant")
            }
            let blocks = message["content"]?.elements ?? []
            let words = message["content"]?.string ?? blocks.compactMap { $0["text"]?.string }.joined()
            guard !words.allSatisfy(\.isWhitespace) || blocks.contains(where: { $0["type"]?.string != "text" }) else {
                throw Refusal(message: "messages.\(index): content must not be empty")
            }
            text = words
        }
        guard messages[0]["role"]?.string == "user" else {
            throw Refusal(message: "messages: first message must use the user role")
        }
        return text
    }

    /// What the version of October 2026 refuses.
    private static func checkNewer(_ json: JSONValue) throws(Refusal) {
        for name in ["temperature", "top_p", "top_k"] where json[name] != nil {
            throw Refusal(message: "\(name): sampling parameters are not supported by this version")
        }
        for (index, message) in (json["messages"]?.elements ?? []).enumerated() {
            for block in message["content"]?.elements ?? [] {
                if message["role"]?.string == "assistant", block["type"]?.string == "document" {
                    throw Refusal(message: "messages.\(index): documents are not allowed in assistant turns")
                }
                if message["role"]?.string == "user", block["citations"]?.elements.isEmpty == false {
                    throw Refusal(message: "messages.\(index): citations are not allowed on user text")
                }
            }
        }
    }
}
