import Testing
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

@testable import AnsariWhatsApp

/// The server with both halves simulated, beside a Messages API over loopback.
@Suite struct CitationServiceTests {
    @Test(arguments: [true, false])
    func citationsAreTranslatedWhereThereIsAKey(hasKey: Bool) async throws {
        let requests = Recorder<HTTPRequest>()
        let claude = try HTTP1Server(configuration: Self.anyPort)
        let serving = Task {
            try await claude.run(
                ClosureHTTPHandler { request in
                    requests.append(request)
                    let body = #"{"content":[{"type":"text","text":"words"}],"stop_reason":"end_turn"}"#
                    return HTTPResponse(status: 200, body: .text(body))
                })
        }
        let simulator = try Simulator()
        let settings = simulator.environment.merging([
            "MOCK_META_API": "true", "MOCK_ANSARI_CLIENT": "true", "META_GRAPH_URL": "http://graph.invalid",
            "ANTHROPIC_URL": "http://127.0.0.1:\(claude.port)", "ANTHROPIC_API_KEY": hasKey ? "key" : "",
        ]) { $1 }
        let observer = RecordingObserver()
        let service = try await Service(
            ServiceConfiguration(environment: settings, dotEnv: nil), observer: observer)
        let running = Task { try await service.run() }

        let message = SimulatedDelivery.Message(
            id: "w", from: "1", timestamp: SystemClock().now.seconds, text: "ما هو الصبر؟")
        let url = "http://127.0.0.1:\(service.port)/whatsapp/v2"
        _ = try await DefaultHTTPClient().send(simulator.delivery.request(to: url, [message]))
        #expect(await observer.waitForOutcomes(1) == [.answered(parts: 1)])
        // The answer cites three passages, all of them in Arabic alone.
        #expect(requests.elements.map(\.target) == Array(repeating: "/v1/messages", count: hasKey ? 3 : 0))
        #expect(requests.elements.allSatisfy { $0.fields["x-api-key"] == "key" })

        for task in [running, serving] {
            task.cancel()
            try await task.value
        }
    }

    private static var anyPort: HTTP1Server.Configuration {
        var configuration = HTTP1Server.Configuration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        return configuration
    }
}
