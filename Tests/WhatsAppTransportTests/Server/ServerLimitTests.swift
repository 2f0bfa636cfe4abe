import Synchronization
import Testing
import WhatsAppCore

@testable import WhatsAppTransport

/// What a server does with clients that ask for too much, or read too little, or go away.
@Suite struct ServerLimitTests {
    @Test(arguments: [
        ("\0", 400), ("GET / HTTP/1.1\r\n\r\n", 400), ("POST / HTTP/1.1\r\nHost: h\r\n\r\n", 411),
        ("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4194305\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: h\r\nExpect: x\r\nContent-Length: 1\r\n\r\n", 417),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ])
    func refusesAndCloses(request: String, status: Int) async throws {
        try await withServer(handler: { echo($0) }) { port in
            let client = try RawClient(port: port)
            let response = try await client.exchange(request)
            #expect(response.status == status)
            #expect(response.value("Connection") == "close")
            #expect(try await client.readToEnd() == "")
        }
    }

    @Test func aRefusedClientThatGoesOnSendingSeesTheRefusal() async throws {
        try await withServer(handler: { echo($0) }) { port in
            let client = try RawClient(port: port)
            let rest = String(repeating: "x", count: 200_000)
            let response = try await client.exchange(
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999\r\n\r\n\(rest)")
            #expect(response.status == 413)
        }
    }

    @Test(arguments: ["GET / HTT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc"])
    func aRequestThatDoesNotEndIsTimedOut(request: String) async throws {
        var configuration = HTTP1Server.Configuration()
        configuration.headDeadline = .milliseconds(50)
        configuration.bodyDeadline = .milliseconds(50)
        try await withServer(configuration, handler: { echo($0) }) { port in
            let client = try RawClient(port: port)
            #expect(try await client.exchange(request).status == 408)
            #expect(try await client.readToEnd() == "")
        }
    }

    @Test func anIdleConnectionIsClosed() async throws {
        var configuration = HTTP1Server.Configuration()
        configuration.idleDeadline = .milliseconds(50)
        try await withServer(configuration, handler: { echo($0) }) { port in
            let client = try RawClient(port: port)
            #expect(try await client.readToEnd() == "")
        }
    }

    @Test func moreConnectionsThanAllowedWaitForTheirTurn() async throws {
        var configuration = HTTP1Server.Configuration()
        configuration.maximumConnections = 1
        try await withServer(configuration, handler: { echo($0) }) { port in
            let first = try RawClient(port: port)
            _ = try await first.exchange(get)
            let second = try RawClient(port: port)
            try await second.send(get)
            let last = "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            #expect(try await first.exchange(last).body == "GET /last ")
            first.endSending()
            #expect(try await second.response().body == "GET / ")
        }
    }

    @Test func aLargeResponseReachesASlowReader() async throws {
        let body = String(repeating: "0123456789abcdef", count: 200_000)
        try await withServer(handler: { _ in HTTPResponse(status: 200, body: .text(body)) }) { port in
            let client = try RawClient(port: port, receiveBuffer: 4096)
            #expect(try await client.exchange(get).body == body)
        }
    }

    @Test func aStreamIsNotReadAheadOfItsClient() async throws {
        let body = EndlessBody(size: 64 << 10)
        let handler: @Sendable (HTTPRequest) -> HTTPResponse = { request in
            request.target == "/other" ? echo(request) : HTTPResponse(status: 200, body: .stream(body))
        }
        try await withServer(handler: handler) { port in
            let slow = try RawClient(port: port, receiveBuffer: 4096)
            try await slow.send(get)
            _ = try await slow.read(through: "\r\n\r\n")
            // As many rounds of the loop as a server without back-pressure would need to pull a gigabyte.
            let other = try RawClient(port: port)
            for _ in 0..<200 { _ = try await other.exchange("GET /other HTTP/1.1\r\nHost: h\r\n\r\n") }
            #expect(body.asked.count.load(ordering: .relaxed) < 1000, "the kernel's buffers hold a few megabytes")
            slow.resetOnClose()
        }
    }

    @Test func aClientThatDoesNotReadIsCutOff() async throws {
        var configuration = HTTP1Server.Configuration()
        configuration.writeDeadline = .milliseconds(50)
        let body = EndlessBody(size: 64 << 10)
        try await withServer(configuration, handler: { _ in HTTPResponse(status: 200, body: .stream(body)) }) { port in
            let client = try RawClient(port: port, receiveBuffer: 4096)
            try await client.send(get)
            await body.released.wait()
            withExtendedLifetime(client) {}
        }
    }

    @Test func aResetCancelsTheHandler() async throws {
        let started = Signal()
        let cancelled = Signal()
        let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
            started.fire()
            await Signal().wait()
            if Task.isCancelled { cancelled.fire() }
            return echo(request)
        }
        try await withServer(handler: handler) { port in
            var client: RawClient? = try RawClient(port: port)
            try await client?.send(get)
            await started.wait()
            client?.resetOnClose()
            client = nil
            await cancelled.wait()
        }
    }

    @Test func aClosedClientEndsTheStream() async throws {
        let body = EndlessBody(size: 1)
        try await withServer(handler: { _ in HTTPResponse(status: 200, body: .stream(body)) }) { port in
            var client: RawClient? = try RawClient(port: port)
            try await client?.send(get)
            _ = try await client?.read(through: "x\r\n")
            client = nil
            await body.released.wait()
        }
    }
}
