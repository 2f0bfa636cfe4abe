import Testing
import WhatsAppCore

@testable import WhatsAppTransport

/// What a client sees of a server that does well, over real sockets.
@Suite struct ServerExchangeTests {
    @Test func keepsTheConnection() async throws {
        try await withServer(handler: { echo($0) }) { port in
            let client = try RawClient(port: port)
            for number in 1...3 {
                let response = try await client.exchange("GET /\(number) HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(response.status == 200)
                #expect(response.body == "GET /\(number) ")
                #expect(response.value("Connection") == nil)
                #expect(response.value("Date")?.hasSuffix(" GMT") == true)
            }
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    ])
    func closesWhenTheClientWantsIt(request: String) async throws {
        try await withServer(handler: { echo($0) }) { port in
            let client = try RawClient(port: port)
            let response = try await client.exchange(request)
            #expect(response.body == "GET / ")
            #expect(response.value("Connection") == "close")
            #expect(try await client.readToEnd() == "")
        }
    }

    @Test func closesWhenTheHandlerWantsIt() async throws {
        let answer = HTTPResponse(status: 503, fields: ["Connection": "close", "Retry-After": "1"])
        try await withServer(handler: { _ in answer }) { port in
            let client = try RawClient(port: port)
            let response = try await client.exchange(get)
            #expect(response.status == 503)
            #expect(response.value("Retry-After") == "1")
            #expect(try await client.readToEnd() == "")
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        let first = Signal()
        let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
            if request.target == "/1" { await first.wait() }
            return echo(request)
        }
        try await withServer(handler: handler) { port in
            let client = try RawClient(port: port)
            let requests = (1...20).map { "POST /\($0) HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi" }
            try await client.send(requests.joined())
            first.fire()
            for number in 1...20 { #expect(try await client.response().body == "POST /\(number) hi") }
        }
    }

    @Test func decodesAChunkedBody() async throws {
        try await withServer(handler: { echo($0) }) { port in
            let client = try RawClient(port: port)
            let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            #expect(try await client.exchange(head + "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n").body == "POST / abcd")
            #expect(try await client.exchange(get).body == "GET / ")
        }
    }

    @Test func takesABodyOfTheLargestSize() async throws {
        let answer: @Sendable (HTTPRequest) -> HTTPResponse = {
            HTTPResponse(status: 200, body: .text("\($0.body.count)"))
        }
        try await withServer(handler: answer) { port in
            let client = try RawClient(port: port)
            let body = String(repeating: "x", count: 4 << 20)
            let response = try await client.exchange(
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            #expect(response.body == "4194304")
        }
    }

    @Test func answersHeadWithoutABody() async throws {
        let handler: @Sendable (HTTPRequest) -> HTTPResponse = { request in
            // The continuation is dropped unfinished: a body that is not asked for must not be waited for either.
            request.target == "/live" ? HTTPResponse(status: 200, body: liveBody().0) : echo(request)
        }
        try await withServer(handler: handler) { port in
            let client = try RawClient(port: port)
            let known = try await client.exchange("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", toHead: true)
            #expect(known.value("Content-Length") == "7")
            let live = try await client.exchange("HEAD /live HTTP/1.1\r\nHost: h\r\n\r\n", toHead: true)
            #expect(live.status == 200)
            #expect(try await client.exchange(get).body == "GET / ")
        }
    }

    @Test func sendsContinueWhenAsked() async throws {
        try await withServer(handler: { echo($0) }) { port in
            let client = try RawClient(port: port)
            let head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            #expect(try await client.exchange(head).head == "HTTP/1.1 100 Continue\r\n\r\n")
            #expect(try await client.exchange("hi").body == "POST / hi")
        }
    }

    @Test func sendsContinueAlsoToARequestThatHadToWait() async throws {
        try await withServer(handler: { echo($0) }) { port in
            let client = try RawClient(port: port)
            let post = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            try await client.send(get + post)
            #expect(try await client.response().body == "GET / ")
            #expect(try await client.read(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            #expect(try await client.exchange("hi").body == "POST / hi")
        }
    }

    @Test func aStreamArrivesBeforeItsEnd() async throws {
        let (body, pieces) = liveBody()
        try await withServer(handler: { _ in HTTPResponse(status: 200, body: body) }) { port in
            let client = try RawClient(port: port)
            try await client.send(get)
            #expect(try await client.read(through: "\r\n\r\n").contains("Transfer-Encoding: chunked"))
            for piece in ["one", "two"] {
                pieces.yield(Array(piece.utf8))
                #expect(try await client.read(through: "\(piece)\r\n") == "3\r\n\(piece)\r\n")
            }
            pieces.finish()
            #expect(try await client.read(through: "0\r\n\r\n") == "0\r\n\r\n")
        }
    }

    @Test func aStreamForHTTP10EndsWithTheConnection() async throws {
        let (body, pieces) = liveBody()
        pieces.yield(Array("one".utf8))
        pieces.yield(Array("two".utf8))
        pieces.finish()
        try await withServer(handler: { _ in HTTPResponse(status: 200, body: body) }) { port in
            let client = try RawClient(port: port)
            try await client.send("GET / HTTP/1.0\r\n\r\n")
            let whole = try await client.readToEnd()
            #expect(whole.hasSuffix("Connection: close\r\n\r\nonetwo"))
            #expect(!whole.contains("chunked"))
        }
    }

    @Test func aStreamThatFailsIsCutOff() async throws {
        let (body, pieces) = liveBody()
        pieces.yield(Array("one".utf8))
        pieces.finish(throwing: RawClient.Failure(description: "planned"))
        try await withServer(handler: { _ in HTTPResponse(status: 200, body: body) }) { port in
            let client = try RawClient(port: port)
            try await client.send(get)
            #expect(try await client.readToEnd().hasSuffix("3\r\none\r\n"), "no last chunk")
        }
    }

    @Test(arguments: [HTTPResponse(status: 200, fields: ["A": "b\r\nC: d"]), HTTPResponse(status: 101)])
    func refusesResponsesThatCannotBeSent(response: HTTPResponse) async throws {
        try await withServer(handler: { _ in response }) { port in
            let answer = try await RawClient(port: port).exchange(get)
            #expect(answer.status == 500)
            #expect(answer.body == "")
            #expect(answer.value("C") == nil)
        }
    }

    @Test func aHalfClosedClientIsAnswered() async throws {
        let go = Signal()
        let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
            await go.wait()
            return echo(request)
        }
        try await withServer(handler: handler) { port in
            let client = try RawClient(port: port)
            try await client.send(get)
            client.endSending()
            go.fire()
            #expect(try await client.readToEnd().hasSuffix("GET / "))
        }
    }

    @Test func servesAThousandConnections() async throws {
        DescriptorLimit.raise()
        try await withServer(handler: { echo($0) }) { port in
            let bodies = try await RawClient.blocking {
                let clients = try (0..<1000).map { _ in try RawClient(port: port) }
                for (number, client) in clients.enumerated() {
                    try client.sendNow("GET /\(number) HTTP/1.1\r\nHost: h\r\n\r\n")
                }
                return try clients.map { try $0.responseNow().body }
            }
            #expect(bodies == (0..<1000).map { "GET /\($0) " })
        }
    }
}
