import Testing
import WhatsAppCore
import WhatsAppTesting

/// The Messages API as it is played: what passes here passes there.
@Suite struct SimulatedClaudeTests {
    private let claude = SimulatedClaude(apiKey: Secret("key")) { "[\($0)]" }

    private func ask(
        _ body: String = #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"}]}"#,
        path: String = "/v1/messages", fields: HTTPFields = [:], version: String = "2023-06-01"
    ) async throws -> (status: Int, body: JSONValue, fields: HTTPFields) {
        var request = HTTPRequest(
            method: .post, target: path,
            fields: ["x-api-key": "key", "anthropic-version": version, "Content-Type": "application/json"],
            body: Array(body.utf8))
        for field in fields.fields { request.fields[field.name] = field.value.isEmpty ? nil : field.value }
        let response = await claude.handle(request)
        return (response.status, try JSONDocument(try await response.body.collect()).root, response.fields)
    }

    @Test func answersWithAMessage() async throws {
        let answer = try await ask()
        #expect(answer.status == 200)
        #expect(answer.body["content"]?.elements.map { $0["text"]?.string } == ["[q]"])
        #expect(answer.body["stop_reason"]?.string == "end_turn")
        #expect(answer.fields["request-id"] == "req_simulated_1")
        let bearer = try await ask(fields: ["x-api-key": "", "Authorization": "Bearer key"])
        #expect(bearer.status == 200)
    }

    private static let messages = #""messages":[{"role":"user","content":"q"}]"#

    @Test(arguments: [
        (#"{"max_tokens":9,\#(messages)}"#, "model: Field required"),
        (#"{"model":"m",\#(messages)}"#, "max_tokens: a number of 1 or more is required"),
        (#"{"model":"m","max_tokens":0,\#(messages)}"#, "max_tokens: a number of 1 or more is required"),
        (#"{"model":"m","max_tokens":9}"#, "messages: at least one message is required"),
        (#"{"model":"m","max_tokens":9,"messages":[]}"#, "messages: at least one message is required"),
        (
            #"{"model":"m","max_tokens":9,"messages":[{"role":"system","content":"q"}]}"#,
            "messages.0.role: must be user or assistant"
        ),
        (
            #"{"model":"m","max_tokens":9,"messages":[{"role":"assistant","content":"q"}]}"#,
            "messages: first message must use the user role"
        ),
        (
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":" "}]}"#,
            "messages.0: content must not be empty"
        ),
        (#"{"model":"m","max_tokens":9,"system":7,\#(messages)}"#, "system: Input should be a valid string or array"),
        (#"{"model":"m","max_tokens":9,"stream":true,\#(messages)}"#, "stream: this simulator does not stream"),
        ("[]", "The request body is not valid JSON"), ("{", "The request body is not valid JSON"),
    ])
    func refusesWhatIsWrong(body: String, message: String) async throws {
        let answer = try await ask(body)
        #expect(answer.status == 400)
        #expect(answer.body["type"]?.string == "error")
        #expect(answer.body["error"]?["type"]?.string == "invalid_request_error")
        #expect(answer.body["error"]?["message"]?.string == message)
    }

    @Test(
        arguments: [
            ("/v1/messages", ["x-api-key": "other"], 401), ("/v1/messages", ["x-api-key": ""], 401),
            ("/v1/messages", ["anthropic-version": ""], 400),
            ("/v1/messages", ["anthropic-version": "2020-01-01"], 400),
            ("/v1/messages", ["Content-Type": "text/plain"], 400), ("/v1/complete", [:], 404),
        ] as [(String, HTTPFields, Int)])
    func refusesStrangers(path: String, fields: HTTPFields, status: Int) async throws {
        #expect(try await ask(path: path, fields: fields).status == status)
    }

    @Test(arguments: [
        #"{"model":"m","max_tokens":9,"temperature":1.0,\#(messages)}"#,
        #"{"model":"m","max_tokens":9,"top_p":1,\#(messages)}"#,
        #"{"model":"m","max_tokens":9,"top_k":0,\#(messages)}"#,
        #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"document"}]}]}"#,
        #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"q","citations":[1]}]}]}"#,
    ])
    func theNewerVersionRefusesMore(body: String) async throws {
        #expect(try await ask(body).status == 200)
        #expect(try await ask(body, version: "2026-10-21").status == 400)
    }

    @Test func failsAsToldInOrder() async throws {
        claude.fail(with: [
            .rateLimited(retryAfter: .seconds(7)), .overloaded, .internalError, .empty, .truncated, .refusal,
        ])
        let limited = try await ask()
        #expect(limited.status == 429 && limited.fields["retry-after"] == "7")
        #expect(limited.body["error"]?["type"]?.string == "rate_limit_error")
        #expect(try await ask().status == 529)
        #expect(try await ask().status == 500)
        #expect(try await ask().body["content"]?.elements.count == 0)
        #expect(try await ask().body["stop_reason"]?.string == "max_tokens")
        #expect(try await ask().body["stop_reason"]?.string == "refusal")
        #expect(try await ask().status == 200)
        claude.fail(with: [.overloaded])
        claude.mend()
        #expect(try await ask().status == 200)
    }
}
