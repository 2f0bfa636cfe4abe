import Synchronization
import Testing
import WhatsAppCore
import WhatsAppTransport

@testable import WhatsAppTesting

/// The page's door: who may come in, and what is told to whom.
@Suite(.timeLimit(.minutes(1))) struct SimulatorPageTests {
    private let stage = SimulatorStage(name: "Test")
    private let simulator: Simulator
    private let page: SimulatorPage

    init() throws {
        simulator = try stage.simulator(port: 0)
        page = SimulatorPage(stage: stage, port: simulator.port)
    }

    private func get(_ path: String, host: String? = nil, last: String? = nil) async -> HTTPResponse {
        var request = HTTPRequest(target: path, fields: ["Host": host ?? "127.0.0.1:\(simulator.port)"])
        request.fields["Last-Event-ID"] = last
        return await page.handle(request)
    }

    private func post(_ path: String, _ body: String, origin: String?? = .none) async -> HTTPResponse {
        let host = "127.0.0.1:\(simulator.port)"
        var request = HTTPRequest(method: .post, target: path, fields: ["Host": host], body: Array(body.utf8))
        request.fields["Origin"] = origin ?? "http://\(host)"
        return await page.handle(request)
    }

    /// What is told so far.
    private var told: [JSONValue] { stage.feed.entries(from: 0).compactMap { try? JSONDocument($0.json).root } }
    private func told(_ type: String) -> [JSONValue] { told.filter { $0["type"]?.string == type } }

    @Test func thePageAsksForNothingFromOutsideAndStandsInNoFrame() async {
        let response = await get("/demo")
        #expect(response.status == 200)
        let policy = response.fields["Content-Security-Policy"] ?? ""
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        let text = String(decoding: response.body.knownBytes ?? [], as: UTF8.self)
        #expect(text.hasPrefix("<!doctype html>"))
        for forbidden in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "src="] {
            #expect(!text.contains(forbidden))
        }
    }

    @Test(arguments: ["evil.example", "evil.example:8001", "127.0.0.1", "127.0.0.1:1", "", "localhost.evil.example"])
    func anotherHostIsRefused(host: String) async {
        #expect(await get("/demo", host: host).status == 403)
        #expect(await get("/demo/events", host: host).status == 403)
    }

    @Test func thisMachineByNameIsLetIn() async {
        #expect(await get("/demo", host: "localhost:\(simulator.port)").status == 200)
    }

    @Test(arguments: [nil, "null", "http://evil.example", "https://127.0.0.1", "http://127.0.0.1:1"])
    func anotherSitesPageIsRefused(origin: String?) async {
        let response = await post("/demo/messages", #"{"user":"15550100001","text":"x"}"#, origin: .some(origin))
        #expect(response.status == 403)
        #expect(told("message").isEmpty)
        #expect(response.fields["Access-Control-Allow-Origin"] == nil)
    }

    @Test(
        arguments: [
            ("/demo/messages", "no JSON"), ("/demo/messages", "[]"), ("/demo/messages", #"{"text":"x"}"#),
            ("/demo/messages", #"{"user":"<b>","text":"x"}"#),
            ("/demo/messages", #"{"user":"15550100001","text":" \n"}"#),
            ("/demo/messages", #"{"user":"15550100001","text":"\#(String(repeating: "x", count: 4097))"}"#),
            ("/demo/messages", #"{"user":"15550100001","kind":"flow"}"#), ("/demo/faults", #"{"fault":"flood"}"#),
            ("/demo/server", #"{"do":"kill"}"#),
        ])
    func whatCannotBeDoneIsRefusedWithAReason(path: String, body: String) async throws {
        let response = await post(path, body)
        #expect(response.status == 400)
        #expect(try JSONDocument(response.body.knownBytes ?? []).root["detail"]?.string?.isEmpty == false)
        #expect(told("message").isEmpty)
    }

    @Test func otherPathsAreNotFound() async {
        #expect(await get("/demo/other").status == 404)
        #expect(await post("/demo/other", "{}").status == 404)
    }

    @Test func aMessageIsToldWithTheKeyThatTheServerLogs() async throws {
        let response = await post("/demo/messages", #"{"user":"15550100001","text":"Hi <b>"}"#)
        #expect(response.status == 202)
        let message = try #require(told("message").first)
        let id = try #require(message["id"]?.string)
        #expect(message["text"]?.string == "Hi <b>")
        let number = simulator.delivery.phoneNumberID
        #expect(message["key"]?.string == MessageKey(phoneNumberID: number, messageID: id).description)
    }

    @Test func switchesChangeTheConductAndBack() async {
        #expect(await post("/demo/switches", #"{"duplicates":true,"delays":true,"slowBackend":true}"#).status == 202)
        #expect(simulator.meta.conduct.duplicates == 1)
        #expect(simulator.meta.conduct.delay.upperBound > .zero)
        #expect(simulator.backend.delay == SimulatorStage.thinking.slow)
        _ = await post("/demo/switches", #"{"duplicates":false,"delays":false,"slowBackend":false}"#)
        #expect(simulator.meta.conduct.duplicates == 0)
        #expect(simulator.meta.conduct.delay == .zero ... .zero)
        #expect(simulator.backend.delay == SimulatorStage.thinking.quick)
        #expect(told("switches").last?["duplicates"]?.bool == false)
    }

    @Test func faultsQueueUpForTheNextTexts() async {
        for fault in ["graph500", "pairRate", "pairRate"] { _ = await post("/demo/faults", #"{"fault":"\#(fault)"}"#) }
        #expect(
            simulator.graph.faults == [
                .error(status: 500, code: 131_000), .error(code: 131_056), .error(code: 131_056),
            ])
        #expect(told("switches").last?["pairRate"]?.integer == 2)
    }

    @Test func aServerInOurHandsIsKilledAndStarted() async {
        let done = Mutex<[String]>([])
        stage.attach(
            .init(kill: { done.withLock { $0.append("kill") } }, start: { done.withLock { $0.append("start") } }))
        #expect(await post("/demo/server", #"{"do":"start"}"#).status == 202)
        #expect(await post("/demo/server", #"{"do":"kill"}"#).status == 202)
        stage.serverEnded("signal 9")
        #expect(await post("/demo/server", #"{"do":"start"}"#).status == 202)
        // What is up already is not started again.
        #expect(done.withLock { $0 } == ["kill", "start"])
    }

    @Test func aLineOfTheLogSaysWhereTheServerListens() {
        stage.take(logLine: #"{"time":"t","message":"Listening","url":"http://127.0.0.1:9/whatsapp/v2"}"#)
        stage.take(logLine: "no JSON, { and no line of the log")
        #expect(simulator.meta.webhook == "http://127.0.0.1:9/whatsapp/v2")
        #expect(told("server").last?["state"]?.string == "up")
        #expect(told("log").count == 1)
    }

    @Test func eventsGoOnWhereTheReaderStopped() async throws {
        var first = await get("/demo/events").body.makeAsyncIterator()
        let run = String(decoding: try #require(try await first.next()), as: UTF8.self)
        #expect(run.contains("event: run\ndata: \(stage.run)\n"))
        #expect(String(decoding: try #require(try await first.next()), as: UTF8.self).hasPrefix("id: \(stage.run).0\n"))
        _ = await post("/demo/faults", #"{"fault":"graph500"}"#)
        for (last, expected) in [("\(stage.run).0", 1), ("another.0", 0), ("\(stage.run).x", 0)] {
            var events = await get("/demo/events", last: last).body.makeAsyncIterator()
            _ = try await events.next()
            let event = String(decoding: try #require(try await events.next()), as: UTF8.self)
            #expect(event.hasPrefix("id: \(stage.run).\(expected)\n"))
        }
    }
}
