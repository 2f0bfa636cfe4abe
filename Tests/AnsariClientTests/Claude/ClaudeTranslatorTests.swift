import AnsariClient
import Testing
import WhatsAppCore
import WhatsAppTesting

@Suite struct ClaudeTranslatorTests {
    private let claude = SimulatedClaude(apiKey: Secret("key-value")) { _ in "words" }
    private var requests: Recorder<HTTPRequest> { claude.requests }
    private let waits = Recorder<Duration>()

    /// Keeps how long it was to wait, and does not wait.
    private struct ImpatientClock: ServiceClock {
        let waits: Recorder<Duration>
        var now: UnixTime { UnixTime(seconds: 0) }

        func sleep(for duration: Duration) async throws {
            try Task.checkCancellation()
            waits.append(duration)
        }
    }

    /// A translator before an API that checks each request, and fails with one fault after the other.
    private func translator(
        _ faults: [ClaudeFault] = [], _ change: (inout ClaudeTranslator.Configuration) -> Void = { _ in }
    ) -> ClaudeTranslator {
        claude.fail(with: faults)
        return translator(InMemoryHTTPClient(["http://claude.test": claude]), change)
    }

    private func translator(
        _ http: any HTTPClient, _ change: (inout ClaudeTranslator.Configuration) -> Void = { _ in }
    ) -> ClaudeTranslator {
        var configuration = ClaudeTranslator.Configuration(apiKey: Secret("key-value"))
        configuration.url = "http://claude.test/"
        change(&configuration)
        return ClaudeTranslator(
            configuration: configuration, http: http, clock: ImpatientClock(waits: waits), random: { 0.5 })
    }

    private static let request = TranslationRequest(text: "نص", targetLanguage: "en")

    private static func message(_ content: String, stopReason: String = "\"end_turn\"") -> String {
        #"{"id":"m","type":"message","role":"assistant","content":[\#(content)],"stop_reason":\#(stopReason)}"#
    }

    /// As often as anybody asks.
    private static func always(_ status: Int = 200, _ fields: HTTPFields = [:], _ body: String) -> [ClaudeFault] {
        Array(repeating: .response(HTTPResponse(status: status, fields: fields, body: .text(body))), count: 9)
    }

    private static let error = #"{"type":"error","error":{"type":"some_error","message":"key-value نص"}}"#

    // MARK: Request

    @Test func asksTheMessagesAPI() async throws {
        let request = TranslationRequest(text: "قال: \"نص\"\n", targetLanguage: "fr")
        _ = try await translator() { $0.model = "some-model" }.translate(request)
        let sent = try #require(requests.elements.first)
        #expect(sent.method == .post)
        #expect(sent.target == "/v1/messages")
        #expect(sent.fields["x-api-key"] == "key-value")
        #expect(sent.fields["anthropic-version"] == "2023-06-01")
        #expect(sent.fields["content-type"] == "application/json")
        #expect(sent.timeout == .seconds(15))
        let body = try JSONDocument(sent.body).root
        #expect(body["model"]?.string == "some-model")
        let messages = try #require(body["messages"]).elements
        #expect(messages.count == 1)
        #expect(messages.first?["role"]?.string == "user")
        #expect(messages.first?["content"]?.string == request.text)
        let system = try #require(body["system"]?.string)
        #expect(system.contains("into French"))
        #expect(!system.contains("نص"))
        for name in ["temperature", "top_p", "top_k", "stream"] { #expect(body[name] == nil) }
    }

    @Test(arguments: [("en", "English"), ("ur", "Urdu"), ("xx", "the language whose ISO 639-1 code is xx")])
    func namesTheLanguage(code: String, name: String) async throws {
        _ = try await translator().translate(.init(text: "نص", targetLanguage: code))
        let system = try JSONDocument(try #require(requests.elements.first).body).root["system"]?.string
        #expect(system?.contains("into \(name).") == true)
    }

    @Test(arguments: [(1, 258), (1000, 2256), (8000, 4096)])
    func aLongerTextMayHaveMoreTokens(letters: Int, tokens: Int64) async throws {
        let text = String(repeating: "ن", count: letters)
        _ = try await translator().translate(.init(text: text, targetLanguage: "en"))
        let body = try JSONDocument(try #require(requests.elements.first).body).root
        #expect(body["max_tokens"]?.integer == tokens)
    }

    @Test func aTextThatIsTooLongIsNotSent() async {
        let request = TranslationRequest(text: String(repeating: "ن", count: 8193), targetLanguage: "en")
        let error = await #expect(throws: TranslationError.self) {
            try await translator().translate(request)
        }
        #expect(error?.code == .textTooLong)
        #expect(requests.elements.isEmpty)
    }

    // MARK: Response

    @Test(arguments: [
        (#"{"type":"text","text":"words"}"#, #""end_turn""#, "words"),
        (#"{"type":"text","text":"wo"},{"type":"text","text":"rds","citations":[]}"#, #""stop_sequence""#, "words"),
        (
            #"{"type":"thinking","thinking":"hm"},{"type":"text","text":"words"},{"type":"new"},7"#, #""brand_new""#,
            "words"
        ),
        (#"{"type":"text","text":"\u00e9"}"#, "null", "é"),
    ])
    func theTextBlocksAreTheTranslation(content: String, stopReason: String, text: String) async throws {
        let body = Self.message(content, stopReason: stopReason)
        #expect(try await translator(Self.always(200, [:], body)).translate(Self.request) == text)
    }

    @Test(arguments: [
        (message(#"{"type":"text","text":"wo"}"#, stopReason: #""max_tokens""#), TranslationError.Code.incomplete),
        (message(#"{"type":"text","text":"wo"}"#, stopReason: #""model_context_window_exceeded""#), .incomplete),
        (message(#"{"type":"text","text":"I cannot"}"#, stopReason: #""refusal""#), .declined),
        (message(""), .empty),
        (message(#"{"type":"text","text":" \n"}"#), .empty),
        (message(#"{"type":"thinking","thinking":"hm"}"#), .empty),
        ("", .malformedResponse), ("<html>", .malformedResponse), ("[]", .malformedResponse),
        (#"{"content":"words"}"#, .malformedResponse),
    ])
    func otherMessagesAreFailures(body: String, code: TranslationError.Code) async {
        let error = await #expect(throws: TranslationError.self) {
            try await translator(Self.always(200, [:], body)).translate(Self.request)
        }
        #expect(error?.code == code)
        #expect(error?.httpStatus == 200)
        #expect(requests.elements.count == 1)
    }

    // MARK: Errors

    @Test(arguments: [
        (400, TranslationError.Code.rejected), (401, .rejected), (402, .rejected), (403, .rejected), (404, .rejected),
        (413, .rejected), (418, .rejected), (408, .unavailable), (409, .unavailable), (429, .unavailable),
        (500, .unavailable), (503, .unavailable), (504, .unavailable), (529, .unavailable),
    ])
    func errorsAreRetriedIfTheyMayPass(status: Int, code: TranslationError.Code) async {
        let error = await #expect(throws: TranslationError.self) {
            try await translator(Self.always(status, ["request-id": "req_1"], Self.error))
                .translate(Self.request)
        }
        #expect(error?.code == code)
        #expect(error?.httpStatus == status)
        #expect(error?.message == "HTTP status \(status), some_error, request req_1")
        #expect(requests.elements.count == (code == .unavailable ? 3 : 1))
        #expect(waits.elements == (code == .unavailable ? [.milliseconds(250), .milliseconds(500)] : []))
    }

    @Test func aRetryMaySucceed() async throws {
        #expect(try await translator([.overloaded, .badGateway]).translate(Self.request) == "words")
        #expect(try await translator([.internalError, .cutOff]).translate(Self.request) == "words")
        #expect(try await translator([.otherBlocks]).translate(Self.request) == "words")
        #expect(requests.elements.count == 7)
    }

    @Test func anErrorWithoutABodyOrWithAnOddOneIsOneToo() async {
        for body in ["", "<html>", #"{"error":{"type":"نص key-value"}}"#] {
            let error = await #expect(throws: TranslationError.self) {
                try await translator(Self.always(400, ["request-id": "?"], body)).translate(Self.request)
            }
            #expect(error?.message == "HTTP status 400")
        }
    }

    @Test(arguments: [
        (429, ["retry-after": "13"], [13.0, 13]), (429, ["retry-after": "0"], [0.25, 0.5]),
        (429, ["retry-after": "0.4"], [0.4, 0.5]), (529, ["retry-after-ms": "1500"], [1.5, 1.5]),
        (429, ["retry-after-ms": "700", "retry-after": "9"], [0.7, 0.7]),
        // Nobody waits that long.
        (429, ["retry-after": "21"], []), (429, ["retry-after": "soon"], [0.25, 0.5]),
        (429, ["retry-after": "-1"], [0.25, 0.5]), (429, ["retry-after": "nan"], [0.25, 0.5]),
        (429, ["x-should-retry": "false"], []), (529, ["x-should-retry": "false", "retry-after": "1"], []),
        (400, ["x-should-retry": "true"], [0.25, 0.5]), (500, ["x-should-retry": "perhaps"], [0.25, 0.5]),
    ])
    func theServiceSaysWhen(status: Int, fields: [String: String], seconds: [Double]) async {
        let fields = HTTPFields(fields.map { HTTPFields.Field(name: $0.key, value: $0.value) })
        await #expect(throws: TranslationError.self) {
            try await translator(Self.always(status, fields, Self.error)).translate(Self.request)
        }
        #expect(waits.elements == seconds.map { .seconds($0) })
    }

    @Test func theDelayDoublesUpToItsBound() async {
        await #expect(throws: TranslationError.self) {
            try await translator(Self.always(500, [:], "")) { $0.retry.maximumRetries = 7 }.translate(
                Self.request)
        }
        #expect(waits.elements == [0.25, 0.5, 1, 2, 4, 4, 4].map { .seconds($0) })
    }

    // MARK: Transport

    private struct Failing: HTTPClient {
        let requests: Recorder<HTTPRequest>
        let error: any Error

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            requests.append(request)
            throw error
        }
    }

    @Test(arguments: [
        (HTTPClientError.Code.cannotConnect, 3), (.timedOut, 3), (.connectionLost, 3), (.malformedResponse, 3),
        (.invalidRequest, 1), (.redirectRefused, 1), (.bodyTooLarge, 1), (.other, 1),
    ])
    func aConnectionMayFail(code: HTTPClientError.Code, count: Int) async {
        let http = Failing(requests: requests, error: HTTPClientError(code: code, message: "gone"))
        let error = await #expect(throws: TranslationError.self) { try await translator(http).translate(Self.request) }
        #expect(error?.code == .unavailable)
        #expect(error?.httpStatus == nil)
        #expect((error?.cause as? HTTPClientError)?.code == code)
        #expect(requests.elements.count == count)
    }

    @Test func aCancellationStaysOne() async {
        let http = Failing(requests: requests, error: CancellationError())
        await #expect(throws: CancellationError.self) { try await translator(http).translate(Self.request) }
        // A transport may fail in its own way when it is cancelled.
        let other = Failing(requests: requests, error: HTTPClientError(code: .connectionLost, message: "gone"))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await translator(other).translate(Self.request)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(requests.elements.count == 2)
    }

    @Test func theKeyAndTheTextStayOutOfErrors() async {
        let error = await #expect(throws: TranslationError.self) {
            try await translator(Self.always(401, ["request-id": "?"], Self.error)).translate(Self.request)
        }
        #expect(error.map { "\($0)" } == "rejected: HTTP status 401, some_error")
        var dumped = ""
        dump(translator(), to: &dumped)
        #expect(!dumped.contains("key-value"))
    }
}
