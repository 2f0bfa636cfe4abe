internal import Synchronization
public import WhatsAppCore

/// Plays Anthropic's Messages API for a translator: it checks what it gets, refuses what the API refuses, answers with a
/// translation, and fails as it is told.
public final class SimulatedClaude: HTTPHandler {
    private struct State {
        var faults: [ClaudeFault] = []
        var count = 0
    }

    /// The requests so far, in order.
    public let requests: Recorder<HTTPRequest>
    private let apiKey: Secret
    private let clock: any ServiceClock
    private let translate: @Sendable (String) async -> String
    private let state = Mutex(State())

    /// Plays the API.
    /// - Parameters:
    ///   - apiKey: the key that callers must give, as `x-api-key` or as a bearer token.
    ///   - remembering: how many requests are kept at least; by default all.
    ///   - clock: the time for faults that take time.
    ///   - translate: the message that answers a text; by default ``ScriptedAnswers/translation(of:)``.
    public init(
        apiKey: Secret, remembering limit: Int = .max, clock: any ServiceClock = .system,
        translate: @escaping @Sendable (String) async -> String = ScriptedAnswers.translation(of:)
    ) {
        requests = Recorder(limit: limit)
        self.apiKey = apiKey
        self.clock = clock
        self.translate = translate
    }

    /// Lets the next requests fail, one with each fault, in order; those that were to fail already come first. A request
    /// that is wrong is refused for that, and uses up no fault.
    public func fail(with faults: [ClaudeFault]) { state.withLock { $0.faults += faults } }

    /// Lets no request fail any more.
    public func mend() { state.withLock { $0.faults = [] } }

    /// Answers as the API does.
    public func handle(_ request: HTTPRequest) async -> HTTPResponse {
        requests.append(request)
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        var response = await answer(request, number)
        if response.fields["request-id"] == nil { response.fields.add("request-id", "req_simulated_\(number)") }
        return response
    }

    private func answer(_ request: HTTPRequest, _ number: Int) async -> HTTPResponse {
        let call: ClaudeRequest
        do { call = try ClaudeRequest(request, apiKey: apiKey) } catch {
            return Self.error(error.status, error.type, error.message, number)
        }
        let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
        switch fault {
        case .error(let status, let type, let delay, let shouldRetry):
            var response = Self.error(status, type, "As told", number)
            if let delay { response.fields["retry-after"] = String(delay.components.seconds) }
            if let shouldRetry { response.fields["x-should-retry"] = String(shouldRetry) }
            return response
        case .badGateway:
            return HTTPResponse(
                status: 502, fields: ["Content-Type": "text/html"],
                body: .text("<html><body><h1>502 Bad Gateway</h1></body></html>"))
        case .response(let response): return response
        case .slow(let delay): try? await clock.sleep(for: delay)
        default: break
        }
        let message = ClaudeMessageWriter(model: call.model, number: number, text: await translate(call.text))
        let response = message.response(fault)
        guard case .cutOff = fault, let bytes = response.body.knownBytes else { return response }
        var broken = response
        broken.body = .stream(HalfBody(half: Array(bytes[..<(bytes.count / 2)]), stalls: false))
        return broken
    }

    private static func error(_ status: Int, _ type: String, _ message: String, _ number: Int) -> HTTPResponse {
        .json(status) {
            $0.add("type", "error")
            $0.object("error") {
                $0.add("type", type)
                $0.add("message", message)
            }
            $0.add("request_id", "req_simulated_\(number)")
        }
    }
}

/// Writes a message of the API.
private struct ClaudeMessageWriter {
    var model: String
    var number: Int
    var text: String

    func response(_ fault: ClaudeFault?) -> HTTPResponse {
        let (head, tail) = (text.prefix(text.count / 2), text.suffix(text.count - text.count / 2))
        switch fault {
        case .empty: return message { _ in }
        case .truncated: return message(stopReason: "max_tokens") { Self.add(head, to: &$0) }
        case .refusal: return message(stopReason: "refusal") { Self.add("I cannot help with that.", to: &$0) }
        case .otherBlocks:
            return message { content in
                Self.addStranger("thinking", to: &content)
                Self.add(head, to: &content)
                Self.addStranger("hologram", to: &content)
                Self.add(tail, to: &content)
                Self.addStranger("hologram", to: &content)
            }
        default: return message { Self.add(text[...], to: &$0) }
        }
    }

    private func message(stopReason: String = "end_turn", _ content: (inout JSONWriter) -> Void) -> HTTPResponse {
        .json(200) {
            $0.add("id", "msg_simulated_\(number)")
            $0.add("type", "message")
            $0.add("role", "assistant")
            $0.add("model", model)
            $0.array("content", content)
            $0.add("stop_reason", stopReason)
            $0.addNull("stop_sequence")
            $0.object("usage") {
                $0.add("input_tokens", 1)
                $0.add("output_tokens", 1)
            }
        }
    }

    private static func add(_ text: Substring, to content: inout JSONWriter) {
        content.object {
            $0.add("type", "text")
            $0.add("text", String(text))
        }
    }

    private static func addStranger(_ type: String, to content: inout JSONWriter) {
        content.object {
            $0.add("type", type)
            $0.add(type, "…")
        }
    }
}
