import Dispatch
import Synchronization
import Testing
import WhatsAppCore
import WhatsAppTesting

@testable import WhatsAppTransport

/// How a server deals with answers that are there, that are given later, and that take a task.
@Suite struct ServerAnswerTests {
    /// Answers by the request's target: `/now…`, `/later…` and everything else in a task.
    private struct Handler: HTTPHandler {
        /// What was put off, in the order in which it was begun.
        let later = Later()

        func handle(_ request: HTTPRequest) async -> HTTPResponse { echo(request) }

        func answer(_ request: HTTPRequest) -> Eventual<HTTPResponse> {
            if request.target.hasPrefix("/now") { return .now(echo(request)) }
            guard request.target.hasPrefix("/later") else { return .awaiting { await handle(request) } }
            return .later { completion in later.add { completion(echo(request)) } }
        }
    }

    private final class Later: Sendable {
        private let waiting = Mutex<[@Sendable () -> Void]>([])
        private let arrived = Signal()

        func add(_ completion: @escaping @Sendable () -> Void) {
            waiting.withLock { $0.append(completion) }
            arrived.fire()
        }

        /// Returns when one more was put off.
        func wait() async { await arrived.wait() }

        /// Gives what was put off, from a thread that is not the server's.
        func give() {
            let all = waiting.withLock { list in
                defer { list = [] }
                return list
            }
            for completion in all { completion() }
        }

        /// Gives so many answers once they have been asked for.
        func give(_ count: Int) async {
            for _ in 0..<count { await wait() }
            give()
        }
    }

    private func withHandler(
        _ configuration: HTTP1Server.Configuration = HTTP1Server.Configuration(),
        _ body: (Int, Handler) async throws -> Void
    ) async throws {
        let handler = Handler()
        let server = try HTTP1Server(configuration: configuration)
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run(handler) }
            try await body(server.port, handler)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func request(_ target: String) -> String { "GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n" }

    @Test func allKindsOfAnswersKeepTheOrderOfTheRequests() async throws {
        try await withHandler { port, handler in
            let client = try RawClient(port: port)
            let targets = ["/now1", "/later1", "/now2", "/now3", "/task1", "/later2", "/task2", "/now4"]
            try await client.send(targets.map(request).joined())
            #expect(try await client.response().body == "GET /now1 ")
            await handler.later.give(1)
            for target in targets[1..<5] { #expect(try await client.response().body == "GET \(target) ") }
            await handler.later.give(1)
            for target in targets[5...] { #expect(try await client.response().body == "GET \(target) ") }
        }
    }

    @Test func manyAnswersGivenAtOnceReachTheirClients() async throws {
        try await withHandler { port, handler in
            let clients = try (0..<50).map { _ in try RawClient(port: port) }
            for round in 0..<3 {
                for (index, client) in clients.enumerated() {
                    try await client.send(request("/later\(round)-\(index)"))
                }
                await handler.later.give(clients.count)
                for (index, client) in clients.enumerated() {
                    #expect(try await client.response().body == "GET /later\(round)-\(index) ")
                }
            }
        }
    }

    @Test func anAnswerForAClientThatHasGoneIsDropped() async throws {
        try await withHandler { port, handler in
            var gone: RawClient? = try RawClient(port: port)
            try await gone?.send(request("/later"))
            await handler.later.wait()
            gone?.resetOnClose()
            gone = nil
            let client = try RawClient(port: port)
            #expect(try await client.exchange(request("/now")).body == "GET /now ")
            handler.later.give()
            #expect(try await client.exchange(request("/now")).body == "GET /now ")
        }
    }

    @Test func thousandsOfPipelinedRequestsNeedNoMoreStackThanOne() async throws {
        try await withHandler { port, _ in
            let client = try RawClient(port: port)
            let count = 10_000
            let requests = (0..<count).map { request("/now\($0)") }.joined()
            async let sent: Void = client.send(requests)
            for number in 0..<count { #expect(try await client.response().body == "GET /now\(number) ") }
            try await sent
        }
    }

    /// A client that sends requests and takes no responses fills the kernel's buffers, and is then asked for no more.
    @Test func aClientThatTakesNoResponsesIsNotReadOn() async throws {
        try await withHandler { port, _ in
            let client = try RawClient(port: port, receiveBuffer: 4096)
            let some = String(repeating: request("/now"), count: 1000)
            let other = try RawClient(port: port)
            let sending = Task {
                var sent = 0
                while sent < 10_000, (try? await client.send(some)) != nil { sent += 1 }
                return sent
            }
            for _ in 0..<200 { _ = try await other.exchange(request("/now")) }
            client.shutDown()
            #expect(await sending.value < 1000, "the kernel's buffers hold a few megabytes, these are 23")
            #expect(try await other.exchange(request("/now")).status == 200)
        }
    }

    @Test func requestsUnderWayAreAnsweredBeforeTheServerEnds() async throws {
        let handler = Handler()
        let server = try HTTP1Server()
        let client = try RawClient(port: server.port)
        let serving = Task { try await server.run(handler) }
        try await client.send(request("/later"))
        await handler.later.wait()
        serving.cancel()
        handler.later.give()
        let response = try await client.response()
        #expect(response.body == "GET /later ")
        try await serving.value
    }

    @Test func manyRequestsInOnePieceHoldNobodyUp() async throws {
        let order = Recorder<String>()
        let (started, goOn) = (Signal(), DispatchSemaphore(value: 0))
        let handler = AtOnce { request in
            order.append(request.target)
            if request.target == "/first" {
                started.fire()
                goOn.wait()  // The loop stands still until the other request is there, too.
            }
        }
        let server = try HTTP1Server()
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run(handler) }
            let (many, one) = (try RawClient(port: server.port), try RawClient(port: server.port))
            try await one.send(request("/warm"))
            #expect(try await one.response().status == 200)
            try await many.send(request("/first") + String(repeating: request("/many"), count: 1000))
            await started.wait()
            try await one.send(request("/one"))
            goOn.signal()
            #expect(try await one.response().status == 200)
            for _ in 0..<1001 { #expect(try await many.response().status == 200) }
            #expect(try #require(order.elements.firstIndex(of: "/one")) < 100)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test func headsThatAreCompleteCountAsWell() async throws {
        var configuration = HTTP1Server.Configuration()
        configuration.requestMemoryLimit = 100_000
        try await withHandler(configuration) { port, _ in
            let filler = String(repeating: "x", count: 15_000)
            let head = "POST /now HTTP/1.1\r\nHost: h\r\nX: \(filler)\r\nContent-Length: 2\r\n\r\n"
            var clients: [RawClient] = []
            for _ in 0..<6 {
                let client = try RawClient(port: port)
                try await client.send(head)
                clients.append(client)
            }
            let small = try RawClient(port: port)
            for _ in 0..<5 { #expect(try await small.exchange(request("/now")).status == 200) }
            #expect(try await RawClient(port: port).exchange(head).status == 503)
            for client in clients { #expect(try await client.exchange("hi").status == 200) }
        }
    }

    @Test func whoTakesNoResponsesIsCutOffWhenMemoryIsShort() async throws {
        var configuration = HTTP1Server.Configuration()
        configuration.requestMemoryLimit = 100_000
        let large = HTTPResponse(status: 200, body: .bytes([UInt8](repeating: 0x78, count: 20 << 20)))
        try await withServer(configuration, handler: { $0.path == "/large" ? large : echo($0) }) { port in
            let (first, second) = (try RawClient(port: port), try RawClient(port: port))
            try await first.send(request("/large"))
            _ = try await first.read(through: "\r\n\r\n")
            // What the first one leaves unread fits, the second one's is too much.
            try await second.send(request("/large"))
            await #expect(throws: (any Error).self) { _ = try await second.response() }
            try await first.send("GET /end HTTP/1.0\r\n\r\n")
            #expect(try await first.readToEnd().utf8.count > 20 << 20)
            #expect(try await RawClient(port: port).exchange(request("/small")).status == 200)
        }
    }

    @Test func whatAllRequestsTogetherHoldInMemoryIsBounded() async throws {
        var configuration = HTTP1Server.Configuration()
        configuration.requestMemoryLimit = 100_000
        try await withHandler(configuration) { port, _ in
            let head = "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: 90000\r\n\r\n"
            let most = String(repeating: "x", count: 80_000)
            let first = try RawClient(port: port)
            try await first.send(head + most)
            // Rounds enough for the server to have read it all.
            let small = try RawClient(port: port)
            for _ in 0..<5 { #expect(try await small.exchange(request("/now")).status == 200) }
            let second = try RawClient(port: port)
            let refusal = try await second.exchange(head + most)
            #expect(refusal.status == 503)
            #expect(refusal.value("Retry-After") == "5")
            #expect(refusal.value("Connection") == "close")
            #expect(try await small.exchange(request("/now")).status == 200)
            #expect(try await first.exchange(String(repeating: "x", count: 10_000)).status == 200)
            // What was held is given back, also by the connection that was refused.
            let third = try RawClient(port: port)
            #expect(try await third.exchange(head + most + String(repeating: "x", count: 10_000)).status == 200)
        }
    }
}

/// Answers each request at once, on the server's loop, after `body` has seen it.
private struct AtOnce: HTTPHandler {
    var body: @Sendable (HTTPRequest) -> Void

    init(_ body: @escaping @Sendable (HTTPRequest) -> Void) { self.body = body }

    func handle(_ request: HTTPRequest) async -> HTTPResponse { await answer(request).value }

    func answer(_ request: HTTPRequest) -> Eventual<HTTPResponse> {
        body(request)
        return .now(HTTPResponse(status: 200))
    }
}
