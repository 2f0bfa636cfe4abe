import Synchronization
import Testing
import WhatsAppCore
import WhatsAppTesting

@testable import WhatsAppTransport

@Suite struct LambdaHTTPTests {
    private static func invocation(_ event: String) -> LambdaRuntime.Invocation {
        LambdaRuntime.Invocation(requestID: "1", deadline: UnixTime(seconds: 0), event: Array(event.utf8))
    }

    /// An event, and the request as the handler should see it.
    @Test(arguments: [
        (
            #"""
            {"version":"2.0","rawPath":"/hook","rawQueryString":"hub.mode=subscribe&a=1&a=2","headers":{"host":"h"},
            "requestContext":{"http":{"method":"GET"},"stage":"$default"},"isBase64Encoded":false}
            """#,
            "GET /hook?hub.mode=subscribe&a=1&a=2 host=h "
        ),
        (
            #"""
            {"version":"2.0","rawPath":"/prod/hook","rawQueryString":"","headers":{"x-a":"1,2","content-type":"application/json"},
            "requestContext":{"http":{"method":"POST"},"stage":"prod"},"body":"{\"a\":\"\\u0628\"}","isBase64Encoded":false}
            """#,
            #"POST /hook x-a=1,2;content-type=application/json {"a":"\u0628"}"#
        ),
        (
            #"""
            {"version":"2.0","rawPath":"/production","requestContext":{"http":{"method":"POST"},"stage":"prod"},
            "body":"Zm9vYg==","isBase64Encoded":true}
            """#,
            "POST /production  foob"
        ),
    ])
    func becomesARequest(event: String, request: String) async throws {
        let handler = LambdaHTTP(
            ClosureHTTPHandler { request in
                let fields = request.fields.fields.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
                let body = String(decoding: request.body, as: UTF8.self)
                return HTTPResponse(status: 200, body: .text("\(request.method) \(request.target) \(fields) \(body)"))
            })
        let answer = try JSONDocument(try await handler.answer(Self.invocation(event))).root
        #expect(answer["body"]?.string == request)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"Records":[]}"#, #"{"version":"1.0","httpMethod":"GET","path":"/"}"#,
        #"{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"GET"}},"body":"Zg","isBase64Encoded":true}"#,
    ])
    func anEventOfAnotherKindIsAnError(event: String) async {
        let handler = LambdaHTTP(ClosureHTTPHandler { _ in HTTPResponse(status: 200) })
        await #expect(throws: LambdaError.self) { try await handler.answer(Self.invocation(event)) }
    }

    @Test func theResponseBecomesAnEvent() {
        let fields: HTTPFields = ["Allow": "GET", "X-A": "1", "x-a": "2"]
        #expect(
            String(
                decoding: LambdaHTTP.event(for: HTTPResponse(status: 405, fields: fields), body: [0x61]), as: UTF8.self)
                == #"{"statusCode":405,"headers":{"Allow":"GET","X-A":"1,2"},"body":"a","isBase64Encoded":false}"#)
        #expect(
            String(decoding: LambdaHTTP.event(for: HTTPResponse(status: 200), body: [0xff]), as: UTF8.self)
                == #"{"statusCode":200,"headers":{},"body":"/w==","isBase64Encoded":true}"#)
    }
}

@Suite struct LambdaSQSTests {
    private static func event(_ records: [(id: String, group: String)]) -> [UInt8] {
        JSONWriter.object {
            $0.array("Records") { writer in
                for record in records {
                    writer.object {
                        $0.add("messageId", record.id)
                        $0.add("receiptHandle", "r" + record.id)
                        $0.add("body", "body of \(record.id)")
                        $0.object("attributes") { $0.add("MessageGroupId", record.group) }
                        $0.add("eventSource", "aws:sqs")
                    }
                }
            }
        }
    }

    private static let five = [("a1", "a"), ("b1", "b"), ("a2", "a"), ("b2", "b"), ("a3", "a")]

    @Test(arguments: [
        (failing: [], begun: ["a1", "a2", "a3", "b1", "b2"], comeAgain: []),
        (failing: ["a2"], begun: ["a1", "a2", "b1", "b2"], comeAgain: ["a2", "a3"]),
        (failing: ["a1", "b2"], begun: ["a1", "b1", "b2"], comeAgain: ["a1", "a2", "b2", "a3"]),
    ])
    func whatFailsComesAgainWithWhatFollowsInItsGroup(
        failing: [String], begun: [String], comeAgain: [String]
    ) async throws {
        let seen = Recorder<String>()
        let worker = LambdaSQS { record in
            #expect(record.body == "body of \(record.messageID)")
            seen.append(record.messageID)
            if failing.contains(record.messageID) { throw CancellationError() }
        }
        let answer = try await worker.answer(
            LambdaRuntime.Invocation(requestID: "1", deadline: UnixTime(seconds: 9), event: Self.event(Self.five)))
        let failures = try #require(try JSONDocument(answer).root["batchItemFailures"])
        #expect(failures.elements.compactMap { $0["itemIdentifier"]?.string } == comeAgain)
        #expect(seen.elements.sorted() == begun)
        for group in ["a", "b"] {
            let order = seen.elements.filter { $0.hasPrefix(group) }
            #expect(order == order.sorted())
        }
    }

    @Test(arguments: [
        "{}", #"{"version":"2.0","rawPath":"/"}"#, #"{"Records":[{"messageId":"1"}]}"#,
        #"{"Records":[{"messageId":"1","receiptHandle":"r","body":"b","eventSource":"aws:sqs","attributes":{}}]}"#,
        #"{"Records":[{"messageId":"","receiptHandle":"r","body":"b","eventSource":"aws:sqs","attributes":{"MessageGroupId":"g"}}]}"#,
    ])
    func anEventOfAnotherKindIsAnError(event: String) {
        #expect(throws: LambdaError.self) { try LambdaSQS.records(in: Array(event.utf8)) }
    }

    @Test func noRecordsAreNoFailures() async throws {
        let answer = try await LambdaSQS { _ in }.answer(
            LambdaRuntime.Invocation(requestID: "1", deadline: UnixTime(seconds: 9), event: Self.event([])))
        #expect(String(decoding: answer, as: UTF8.self) == #"{"batchItemFailures":[]}"#)
    }
}

@Suite(.timeLimit(.minutes(1))) struct LambdaRuntimeTests {
    /// Plays the runtime API: gives out the events, one by one, and keeps what it is sent.
    private final class FakeAPI: HTTPHandler {
        let posts = Recorder<String>()
        private let events: Mutex<[String]>
        private let responseStatus: Int

        init(_ events: [String], responseStatus: Int = 202) {
            self.events = Mutex(events.reversed())
            self.responseStatus = responseStatus
        }

        func handle(_ request: HTTPRequest) async -> HTTPResponse {
            guard request.method == .get else {
                let type = request.fields["Lambda-Runtime-Function-Error-Type"].map { " " + $0 } ?? ""
                posts.append("\(request.target)\(type) \(String(decoding: request.body, as: UTF8.self))")
                return HTTPResponse(status: request.target.hasSuffix("/response") ? responseStatus : 202)
            }
            guard let event = events.withLock({ $0.popLast() }) else {
                // As the real one: until there is something to do, or nobody asks any more.
                await Gate().pass("next")
                return HTTPResponse(status: 200)
            }
            guard !event.isEmpty else { return HTTPResponse(status: 403) }
            return HTTPResponse(
                status: 200,
                fields: ["Lambda-Runtime-Aws-Request-Id": "id of \(event)", "Lambda-Runtime-Deadline-Ms": "5000"],
                body: .text(event))
        }
    }

    private struct Refusal: Error, CustomStringConvertible { let description = "no \"way\"" }

    private static func runtime(_ api: FakeAPI) -> LambdaRuntime {
        LambdaRuntime(address: "127.0.0.1:9001", http: InMemoryHTTPClient(["http://127.0.0.1:9001": api]))
    }

    /// Runs until the API has been sent so many posts.
    private static func run(
        _ api: FakeAPI, until count: Int,
        _ function: @escaping @Sendable (LambdaRuntime.Invocation) async throws -> [UInt8]
    ) async throws -> [String] {
        try await withThrowingTaskGroup { group in
            group.addTask { try await runtime(api).run(function) }
            let posts = await api.posts.wait { $0.count == count }
            group.cancelAll()
            try await group.waitForAll()
            return posts
        }
    }

    @Test func invocationsAreAnsweredOneAfterTheOther() async throws {
        let posts = try await Self.run(FakeAPI(["1", "2"]), until: 2) { invocation in
            #expect(invocation.deadline == UnixTime(seconds: 5))
            return invocation.event + invocation.event
        }
        #expect(
            posts == [
                "/2018-06-01/runtime/invocation/id%20of%201/response 11",
                "/2018-06-01/runtime/invocation/id%20of%202/response 22",
            ])
    }

    @Test func whatFailsIsToldAndTheNextIsTaken() async throws {
        let posts = try await Self.run(FakeAPI(["1", "2"]), until: 2) { invocation in
            if invocation.event == Array("1".utf8) { throw Refusal() }
            return []
        }
        #expect(
            posts[0] == "/2018-06-01/runtime/invocation/id%20of%201/error Runtime.Refusal "
                + #"{"errorMessage":"no \"way\"","errorType":"Refusal","stackTrace":[]}"#)
        #expect(posts[1].hasPrefix("/2018-06-01/runtime/invocation/id%20of%202/response"))
    }

    @Test func anAnswerThatIsNotTakenFailsTheInvocation() async throws {
        let posts = try await Self.run(FakeAPI(["1"], responseStatus: 413), until: 2) { _ in [] }
        #expect(posts[1].contains("/error Runtime.LambdaError"))
    }

    @Test func withoutTheAPIThereIsNothingToDo() async {
        await #expect(throws: LambdaError.self) { try await Self.runtime(FakeAPI([""])).run { _ in [] } }
        await #expect(throws: HTTPClientError.self) {
            try await LambdaRuntime(address: "h", http: InMemoryHTTPClient([:])).run { _ in [] }
        }
    }

    @Test func aFunctionThatCannotBeginSaysSo() async throws {
        let api = FakeAPI([])
        try await Self.runtime(api).fail(Refusal())
        #expect(api.posts.elements[0].hasPrefix("/2018-06-01/runtime/init/error Runtime.Refusal "))
    }
}
