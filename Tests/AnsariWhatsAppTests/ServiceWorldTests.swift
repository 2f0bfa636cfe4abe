import Testing
import WhatsAppCore
import WhatsAppTesting

@testable import AnsariWhatsApp

/// The server as a whole in a simulated world: each test in memory and over loopback.
@Suite(.timeLimit(.minutes(1))) struct ServiceWorldTests {
    private static let webhook = "/whatsapp/v2"

    /// Runs the server with these settings beside those of the world.
    private func run(
        over wire: SimulatedWorld.Wire, settings: [String: String] = [:], _ body: (SimulatedWorld) async throws -> Void
    ) async throws {
        try await SimulatedWorld.run(over: wire) { world in
            let environment = world.environment.merging(settings) { $1 }
            let configuration = try ServiceConfiguration(environment: environment, dotEnv: nil)
            let pipeline = try await Service.pipeline(
                configuration, store: .inMemory, observer: world.observer, http: world.http)
            return .init(Service.handler(configuration, intake: pipeline, observer: world.observer)) {
                await pipeline.run()
            }
        } _: { world in
            try await body(world)
        }
    }

    @Test(arguments: SimulatedWorld.Wire.allCases)
    func aQuestionGetsItsAnswerInParts(wire: SimulatedWorld.Wire) async throws {
        try await run(over: wire) { world in
            let status = try await world.write(
                "What are the five pillars of Islam, in detail?", id: "wamid.1", to: Self.webhook)
            #expect(status == 200)
            let outcome = await world.observer.waitForOutcomes(1)[0]
            let parts = await world.texts(1)
            #expect(outcome == .answered(parts: parts.count))
            #expect(parts.count >= 3)
            #expect(parts.allSatisfy { $0.utf16.count <= SimulatedGraph.longestText })
            #expect(world.graph.events.elements.first == .typing(messageID: "wamid.1"))
        }
    }

    @Test(arguments: SimulatedWorld.Wire.allCases, ScriptedAnswers.suggestions)
    func everySuggestionHasAnAnswerOfItsOwn(wire: SimulatedWorld.Wire, question: String) async throws {
        #expect(ScriptedAnswers.answer(to: question) != ScriptedAnswers.answer(to: "Hello"))
        try await run(over: wire) { world in
            let status = try await world.write(question, to: Self.webhook)
            #expect(status == 200)
            let outcome = await world.observer.waitForOutcomes(1)[0]
            #expect(outcome == .answered(parts: await world.texts(1).count))
        }
    }

    @Test(arguments: SimulatedWorld.Wire.allCases)
    func theSameMessageSixteenTimesAtOnceGetsOneAnswer(wire: SimulatedWorld.Wire) async throws {
        try await run(over: wire) { world in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<16 {
                    group.addTask { try await world.write("What is patience?", to: Self.webhook) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 16))
            await world.observer.waitForOutcomes(1)
            _ = try await world.write("Hello", id: "wamid.other", to: Self.webhook)
            await world.observer.waitForOutcomes(2)
            #expect(world.backend.requests.elements.count { $0.hasSuffix("/process") } == 2)
        }
    }

    @Test(arguments: SimulatedWorld.Wire.allCases)
    func theDoorAnswersAsBefore(wire: SimulatedWorld.Wire) async throws {
        try await run(over: wire) { world in
            let status = try await world.get("/")
            #expect(status.status == 200)
            let body = String(decoding: try await status.body.collect(), as: UTF8.self)
            #expect(body == #"{"status":"ok","message":"Ansari WhatsApp service is running"}"#)
            #expect(try await world.get("/nowhere").status == 404)
            let query = "hub.mode=subscribe&hub.verify_token=\(world.credentials.verifyToken)&hub.challenge=1158201444"
            let handshake = try await world.get("\(Self.webhook)?\(query)")
            #expect(String(decoding: try await handshake.body.collect(), as: UTF8.self) == "1158201444")
            let unsigned = try await world.http.send(
                HTTPRequest(method: .post, target: world.serviceURL + Self.webhook, body: Array("{}".utf8)))
            #expect(unsigned.status == 403)
        }
    }

    @Test(arguments: SimulatedWorld.Wire.allCases, [true, false])
    func citationsAreTranslatedWhereThereIsAKey(wire: SimulatedWorld.Wire, hasKey: Bool) async throws {
        let settings = hasKey ? [:] : ["ANTHROPIC_API_KEY": ""]
        try await run(over: wire, settings: settings) { world in
            let status = try await world.write("ما هو الصبر؟", to: Self.webhook)
            #expect(status == 200)
            #expect(await world.observer.waitForOutcomes(1) == [.answered(parts: 1)])
            // The answer cites three passages, all of them in Arabic alone.
            #expect(
                world.claude.requests.elements.map(\.target) == Array(repeating: "/v1/messages", count: hasKey ? 3 : 0))
            let answer = await world.texts(1)[0]
            #expect(answer.contains("Patience is only at the first blow.") == hasKey)
        }
    }

    @Test(arguments: SimulatedWorld.Wire.allCases)
    func aTranslatorThatFailsDoesNotHoldUpTheAnswer(wire: SimulatedWorld.Wire) async throws {
        try await run(over: wire, settings: ["LOGGING_LEVEL": "ERROR"]) { world in
            world.claude.fail(with: Array(repeating: .error(status: 401, type: "authentication_error"), count: 3))
            let status = try await world.write("ما هو الصبر؟", to: Self.webhook)
            #expect(status == 200)
            #expect(await world.observer.waitForOutcomes(1) == [.answered(parts: 1)])
            #expect(await world.texts(1)[0].contains("الصَّبْرُ"))
        }
    }
}
