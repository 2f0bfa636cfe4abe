import AnsariClient
import Testing
import WhatsAppCore
import WhatsAppTesting

@Suite struct AnsariAPITests {
    private let requests = Recorder<HTTPRequest>()

    private func api(_ status: Int = 200, _ body: HTTPBody) -> AnsariAPI {
        api(
            ClosureHTTPHandler { [requests] request in
                requests.append(request)
                return HTTPResponse(status: status, body: body)
            })
    }

    private func api(_ handler: any HTTPHandler) -> AnsariAPI {
        AnsariAPI(
            configuration: .init(serverURL: "http://backend.test/", apiKey: Secret("key")),
            http: InMemoryHTTPClient(["http://backend.test": handler]))
    }

    @Test func theRequestsAreThoseOfTheContract() async throws {
        let api = api(200, .text(#"{"exists":true,"status":"success","thread_id":"t","messages":[]}"#))
        _ = try await api.userExists("+1 555")
        try await api.registerUser("1", preferredLanguage: "ar")
        _ = try await api.lastThread(of: "1")
        _ = try await api.makeThread(for: "1", title: "What is")
        _ = try await api.history(of: "a/b", phoneNumber: "1")
        _ = try await api.process("q", threadID: "t", phoneNumber: "1")
        _ = try await api.complete("q")
        #expect(
            requests.elements.map { "\($0.method) \($0.target) \(String(decoding: $0.body, as: UTF8.self))" } == [
                "GET /whatsapp/v2/users/exists?phone_num=%2B1%20555 ",
                #"POST /whatsapp/v2/users/register {"phone_num":"1","preferred_language":"ar"}"#,
                "GET /whatsapp/v2/threads/last?phone_num=1 ",
                #"POST /whatsapp/v2/threads {"phone_num":"1","title":"What is"}"#,
                "GET /whatsapp/v2/threads/a%2Fb/history?phone_num=1 ",
                #"POST /whatsapp/v2/messages/process {"phone_num":"1","thread_id":"t","message":"q"}"#,
                #"POST /api/v1/complete {"messages":[{"role":"user","content":"q"}]}"#,
            ])
        for request in requests.elements {
            #expect(request.fields["x-whatsapp-api-key"] == "key")
            #expect(request.fields["content-type"] == "application/json")
        }
    }

    @Test(arguments: [
        (#"{"exists":true}"#, true), (#"{"exists":false}"#, false), ("{}", false), (#"{"exists":null}"#, false),
    ])
    func exists(body: String, exists: Bool) async throws {
        #expect(try await api(200, .text(body)).userExists("1") == exists)
    }

    @Test(arguments: [
        (#"{"status":"success","user_id":"u"}"#, true),
        (#"{"status":"success","user_id":{"status":"failure","error":"taken"}}"#, false),
        (#"{"status":"failure"}"#, false), ("{}", false), ("[]", false), ("", false), ("<html>", false),
    ])
    func aRegistrationThatReportsAFailureIsOne(body: String, succeeds: Bool) async {
        let api = api(200, .text(body))
        if succeeds {
            await #expect(throws: Never.self) { try await api.registerUser("1", preferredLanguage: "en") }
        } else {
            let error = await #expect(throws: BackendError.self) {
                try await api.registerUser("1", preferredLanguage: "en")
            }
            #expect(error?.operation == .register)
        }
    }

    @Test(
        arguments: [
            (#"{"thread_id":"t","last_message_time":"2026-07-01T10:00:00"}"#, "t", 1_782_900_000),
            (#"{"thread_id":"t","last_message_time":"2026-07-01T12:00:00.25+02:00"}"#, "t", 1_782_900_000),
            (#"{"thread_id":null,"last_message_time":null}"#, nil, nil), ("{}", nil, nil),
            (#"{"thread_id":"None","last_message_time":"yesterday"}"#, nil, nil),
        ] as [(String, String?, Int64?)])
    func lastThread(body: String, id: String?, time: Int64?) async throws {
        let thread = try await api(200, .text(body)).lastThread(of: "1")
        #expect(thread.id == id)
        #expect(thread.lastMessageTime?.seconds == time)
    }

    @Test(arguments: [#"{"thread_id":"None"}"#, #"{"thread_id":null}"#, #"{"thread_id":""}"#, "{}"])
    func aMissingThreadIDIsAFailure(body: String) async {
        let error = await #expect(throws: BackendError.self) {
            try await api(200, .text(body)).makeThread(for: "1", title: "x")
        }
        #expect(error?.operation == .makeThread)
    }

    @Test func history() async throws {
        let body =
            #"{"thread_name":"n","messages":[{"role":"user","content":"q"},{"role":"assistant","content":[1]},7]}"#
        let messages = try await api(200, .text(body)).history(of: "t", phoneNumber: "1")
        #expect(messages.map(\.role) == ["user", "assistant", ""])
        #expect(messages.map(\.text) == ["q", nil, nil])
    }

    @Test(arguments: [400, 401, 403, 404, 422, 429, 500, 502, 503])
    func otherStatusesAreFailures(status: Int) async {
        let api = api(status, .text(#"{"detail":"no"}"#))
        let errors = [
            await #expect(throws: BackendError.self) { try await api.userExists("1") },
            await #expect(throws: BackendError.self) { try await api.lastThread(of: "1") },
            await #expect(throws: BackendError.self) { try await api.process("q", threadID: "t", phoneNumber: "1") },
        ]
        #expect(errors.map { $0?.httpStatus } == [status, status, status])
        #expect(errors.map { $0?.operation } == [.register, .findThread, .answer])
    }

    @Test func anAnswerArrivesInPiecesCutAnywhere() async throws {
        let text = "سلام — *patience* 😀"
        let pieces = AsyncThrowingStream<[UInt8], any Error> { pieces in
            for byte in text.utf8 { pieces.yield([byte]) }
            pieces.finish()
        }
        var answer = ""
        for try await piece in try await api(200, .stream(pieces)).complete("q") { answer += piece }
        #expect(answer == text)
    }

    @Test func aCancellationStaysOne() async {
        struct Cancelled: HTTPClient {
            func send(_ request: HTTPRequest) async throws -> HTTPResponse { throw CancellationError() }
        }
        let api = AnsariAPI(configuration: .init(serverURL: "http://b.test", apiKey: Secret("k")), http: Cancelled())
        await #expect(throws: CancellationError.self) { try await api.userExists("1") }
        await #expect(throws: CancellationError.self) { try await api.complete("q") }
    }
}
