import Testing
import WhatsAppCore

@testable import WhatsAppTransport

/// How a server begins and ends.
@Suite struct ServerLifeTests {
    @Test func saysThatAnAddressIsInUse() throws {
        let first = try HTTP1Server()
        let error = #expect(throws: HTTP1ServerError.self) {
            try HTTP1Server(configuration: .init(port: first.port))
        }
        #expect(error?.code == .addressInUse)
        #expect(error?.message == "Another process listens on 127.0.0.1, port \(first.port).")
    }

    @Test func givesItsPortBackWhenItIsNeverRun() throws {
        let port = try HTTP1Server().port
        #expect(try HTTP1Server(configuration: .init(port: port)).port == port)
    }

    @Test(arguments: [
        ("example.com", HTTP1ServerError.Code.invalidConfiguration), ("", .invalidConfiguration),
        ("127.1", .invalidConfiguration), ("192.0.2.1", .addressNotAvailable),
    ])
    func saysWhatIsWrongWithAHost(host: String, code: HTTP1ServerError.Code) {
        let error = #expect(throws: HTTP1ServerError.self) { try HTTP1Server(configuration: .init(host: host)) }
        #expect(error?.code == code)
    }

    @Test(arguments: ["localhost", "127.0.0.1", "0.0.0.0"]) func listensOn(host: String) async throws {
        try await withServer(HTTP1Server.Configuration(host: host), handler: { echo($0) }) { port in
            let client = try RawClient(port: port)
            #expect(try await client.exchange(get).status == 200)
        }
    }

    @Test func listsAllProblemsAtOnce() {
        var configuration = HTTP1Server.Configuration(port: 70_000)
        configuration.bodyLimit = 0
        configuration.idleDeadline = .zero
        configuration.gracePeriod = .seconds(-1)
        let error = #expect(throws: HTTP1ServerError.self) { try HTTP1Server(configuration: configuration) }
        #expect(error?.code == .invalidConfiguration)
        for name in ["port", "bodyLimit", "idleDeadline", "gracePeriod"] {
            #expect(error?.message.contains("\(name): ") == true)
        }
    }

    @Test func runsOnce() async throws {
        let server = try HTTP1Server()
        let handler = ClosureHTTPHandler { echo($0) }
        await withTaskGroup { group in
            group.addTask { try? await server.run(handler) }
            group.cancelAll()
        }
        let error = await #expect(throws: HTTP1ServerError.self) { try await server.run(handler) }
        #expect(error?.code == .alreadyRun)
    }

    @Test func answersWhatIsUnderWayAndTakesNothingNew() async throws {
        let server = try HTTP1Server()
        let started = Signal()
        let go = Signal()
        let handler = ClosureHTTPHandler { request in
            started.fire()
            await go.wait()
            #expect(!Task.isCancelled)
            return echo(request)
        }
        let idle = try RawClient(port: server.port)
        let busy = try RawClient(port: server.port)
        let running = Task { try await server.run(handler) }
        go.fire()
        _ = try await idle.exchange(get)
        await started.wait()
        try await busy.send(get)
        await started.wait()

        running.cancel()
        #expect(try await idle.readToEnd() == "", "an idle connection is closed at once, and the listener before it")
        #expect(throws: RawClient.Failure.self) { try RawClient(port: server.port) }
        go.fire()
        let response = try await busy.response()
        #expect(response.body == "GET / ")
        #expect(response.value("Connection") == "close")
        #expect(try await busy.readToEnd() == "")
        busy.endSending()
        try await running.value
    }

    @Test func cutsOffWhatOutlastsTheGracePeriod() async throws {
        var configuration = HTTP1Server.Configuration()
        configuration.gracePeriod = .milliseconds(20)
        let server = try HTTP1Server(configuration: configuration)
        let started = Signal()
        let handler = ClosureHTTPHandler { request in
            started.fire()
            await Signal().wait()
            #expect(Task.isCancelled)
            return echo(request)
        }
        let client = try RawClient(port: server.port)
        let running = Task { try await server.run(handler) }
        try await client.send(get)
        await started.wait()
        running.cancel()
        try await running.value
        #expect(try await client.readToEnd() == "")
    }

    @Test func connectionsMadeBeforeTheRunAreServed() async throws {
        let server = try HTTP1Server()
        let client = try RawClient(port: server.port)
        try await client.send(get)
        let running = Task { try await server.run(ClosureHTTPHandler { echo($0) }) }
        #expect(try await client.response().status == 200)
        running.cancel()
        try await running.value
    }
}
