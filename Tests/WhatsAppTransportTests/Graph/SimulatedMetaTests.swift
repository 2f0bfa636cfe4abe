import Synchronization
import Testing
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

/// Meta as it is played: what passes here passes there, and what goes wrong there goes wrong here.
@Suite(.timeLimit(.minutes(1))) struct SimulatedMetaTests {
    private let clock = HeldClock()

    private func graph(_ limits: GraphLimits = .none) -> (SimulatedGraph, CloudAPIClient) {
        let graph = SimulatedGraph(phoneNumberID: "9", accessToken: Secret("t"), limits: limits, clock: clock)
        let client = CloudAPIClient(
            configuration: .init(phoneNumberID: "9", accessToken: Secret("t")),
            http: InMemoryHTTPClient(["https://graph.facebook.com": graph]))
        return (graph, client)
    }

    private func text(to user: String = "1") -> OutboundText {
        OutboundText(recipient: WhatsAppUser(phoneNumber: user), body: "x", callbackData: "token")
    }

    private func code(_ outcome: SendOutcome) -> Int64? {
        if case .rejected(let error) = outcome { error.code ?? 0 } else { nil }
    }

    @Test func keepsThePairRate() async {
        let (graph, client) = graph(GraphLimits(textsPerSecond: nil, hasWindow: false))
        for _ in 1...45 { #expect(code(await client.send(text())) == nil) }
        #expect(code(await client.send(text())) == 131_056)
        #expect(code(await client.send(text(to: "2"))) == nil)
        clock.advance(by: .seconds(6))
        #expect(code(await client.send(text())) == nil)
        #expect(code(await client.send(text())) == 131_056)
        #expect(graph.texts(to: "1").count == 46)
    }

    @Test func keepsTheNumbersRate() async {
        let (_, client) = graph(GraphLimits(hasPairRate: false, textsPerSecond: 3, hasWindow: false))
        for user in 1...3 { #expect(code(await client.send(text(to: "\(user)"))) == nil) }
        #expect(code(await client.send(text(to: "4"))) == 130_429)
        clock.advance(by: .seconds(1))
        #expect(code(await client.send(text(to: "4"))) == nil)
    }

    @Test func closesTheWindowADayAfterTheLastMessage() async {
        let (graph, client) = graph(GraphLimits())
        #expect(code(await client.send(text())) == 131_047)
        graph.noteMessage(from: "1")
        clock.advance(by: .seconds(86_400))
        #expect(code(await client.send(text())) == nil)
        clock.advance(by: .seconds(1))
        #expect(code(await client.send(text())) == 131_047)
    }

    @Test func failsAsToldInOrder() async {
        let (graph, client) = graph()
        graph.fail(with: [.error(code: 131_056, retryAfter: .seconds(7)), .error(status: 500, code: 2), .badGateway])
        guard case .rejected(let first) = await client.send(text()) else {
            Issue.record("expected a refusal")
            return
        }
        #expect(first.code == 131_056 && first.retryAfter == .seconds(7))
        #expect(code(await client.send(text())) == 2)
        guard case .unknown = await client.send(text()) else {
            Issue.record("a gateway's page says nothing about the text")
            return
        }
        #expect(code(await client.send(text())) == nil)
        graph.fail(with: [.badGateway])
        graph.mend()
        #expect(code(await client.send(text())) == nil)
        #expect(graph.texts(to: "1").count == 2)
    }

    @Test func takesATextAndIsSilentAboutIt() async {
        let (graph, client) = graph()
        graph.fail(with: [.silence])
        let send = Task { await client.send(text()) }
        await graph.events.wait { !$0.isEmpty }
        #expect(graph.texts(to: "1") == ["x"])
        await clock.waitForSleepers(1)
        send.cancel()
        guard case .unknown = await send.value else {
            Issue.record("nobody can know")
            return
        }
    }

    /// A webhook that answers with one status after the other, and keeps what was delivered.
    private final class Webhook: HTTPHandler {
        let bodies = Recorder<[UInt8]>()
        private let statuses: Mutex<[Int]>
        init(_ statuses: [Int]) { self.statuses = Mutex(statuses) }
        func handle(_ request: HTTPRequest) async -> HTTPResponse {
            let isSigned = SignatureVerifier(secrets: [Secret("s")]).isValid(
                signatures: request.fields[SignatureVerifier.headerName].map { [$0] } ?? [], body: request.body)
            if isSigned { bodies.append(request.body) }
            return HTTPResponse(status: statuses.withLock { $0.isEmpty ? 200 : $0.removeFirst() })
        }
    }

    private func meta(
        _ webhook: Webhook, random: Double = 1, change: (inout SimulatedMeta.Conduct) -> Void = { _ in }
    ) -> SimulatedMeta {
        var conduct = SimulatedMeta.Conduct()
        change(&conduct)
        return SimulatedMeta(
            conduct: conduct, delivery: SimulatedDelivery(phoneNumberID: "9", appSecret: Secret("s")),
            webhook: "http://bot.test/hook", accessToken: Secret("t"),
            http: InMemoryHTTPClient(["http://bot.test": webhook]), clock: clock, random: { random })
    }

    private let message = SimulatedDelivery.Message(id: "m", from: "1", timestamp: 0, text: "hi")

    @Test func deliversUntilItIsAnsweredWith200() async {
        let webhook = Webhook([503, 404])
        let meta = meta(webhook)
        let run = Task { await meta.run() }
        meta.deliver([message])
        for pause in [1, 2] {
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(pause))
        }
        let bodies = await webhook.bodies.wait { $0.count == 3 }
        #expect(Set(bodies).count == 1)
        run.cancel()
        await run.value
    }

    @Test func deliversTwiceWhereItIsToldTo() async {
        let webhook = Webhook([])
        let meta = meta(webhook, random: 0.5) { $0.duplicates = 0.6 }
        let run = Task { await meta.run() }
        meta.deliver([message])
        await webhook.bodies.wait { $0.count == 2 }
        run.cancel()
        await run.value
    }

    @Test func reportsWhatBecameOfAText() async throws {
        let webhook = Webhook([])
        let meta = meta(webhook)
        let run = Task { await meta.run() }
        let client = CloudAPIClient(
            configuration: .init(phoneNumberID: "9", accessToken: Secret("t")),
            http: InMemoryHTTPClient(["https://graph.facebook.com": meta.graph]))
        _ = await client.send(text())
        for _ in 1...3 {
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(2))
        }
        let bodies = await webhook.bodies.wait { $0.count == 3 }
        let statuses = try bodies.flatMap { body in
            try CloudAPIWebhookParser().parse(body).events.compactMap { event in
                if case .status(let status) = event.content { status } else { nil }
            }
        }
        #expect(statuses.map(\.status) == ["sent", "delivered", "read"])
        #expect(statuses.allSatisfy { $0.callbackData == "token" && $0.recipient.phoneNumber == "1" })
        run.cancel()
        await run.value
    }
}
