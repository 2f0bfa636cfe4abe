import Testing
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

@testable import AnsariWhatsApp

/// The server as a whole, over loopback, between a simulated Meta and a simulated backend.
@Suite(.timeLimit(.minutes(1))) struct ServiceTests {
    /// A stop lets the answer in progress be sent, and takes in no more.
    @Test func aStopDuringAnAnswerLetsItBeSent() async throws {
        let gate = Gate()
        let late: @Sendable (String) async -> String = { question in
            await gate.pass(question)
            return "late"
        }
        try await Bench.run(answer: late) { bench in
            _ = try await bench.deliver("What is patience?")
            await gate.arrivals.wait { !$0.isEmpty }
            bench.stop()
            gate.open()
            await bench.stopped()
            #expect(bench.observer.outcomes == [.answered(parts: 1)])
            #expect(bench.simulator.graph.texts(to: Bench.user) == ["late"])
            await #expect(throws: HTTPClientError.self) { try await bench.get("/") }
        }
    }

    @Test func simulatedHalvesCanStandInForTheRealOnes() async throws {
        let simulator = try Simulator()
        let settings = simulator.environment.merging(
            ["MOCK_META_API": "true", "MOCK_ANSARI_CLIENT": "true", "META_GRAPH_URL": "http://graph.invalid"]
        ) { $1 }
        let observer = RecordingObserver()
        let configuration = try ServiceConfiguration(environment: settings, dotEnv: nil)
        let service = try await Service(configuration, observer: observer)
        let run = Task { try await service.run() }
        let message = SimulatedDelivery.Message(
            id: "w", from: "1", timestamp: SystemClock().now.seconds, text: "What is patience?")
        let url = "http://127.0.0.1:\(service.port)/whatsapp/v2"
        _ = try await DefaultHTTPClient().send(simulator.delivery.request(to: url, [message]))
        #expect(await observer.waitForOutcomes(1) == [.answered(parts: 1)])
        run.cancel()
        try await run.value
    }

    @Test func anAddressInUseIsToldAtOnce() async throws {
        try await Bench.run { bench in
            let settings = bench.simulator.environment.merging(["PORT": "\(bench.port)"]) { $1 }
            let configuration = try ServiceConfiguration(environment: settings, dotEnv: nil)
            let error = await #expect(throws: StartError.self) {
                _ = try await Service(configuration, observer: RecordingObserver())
            }
            #expect(error?.code == .alreadyRunning)
            #expect(error?.message.contains("Set HOST and PORT") == true)
        }
    }
}

/// A running server and its neighbours.
private struct Bench: Sendable {
    static let user = "15550100001"

    let simulator: Simulator
    let observer: RecordingObserver
    let port: Int
    let http = DefaultHTTPClient()
    private let service: Task<Void, any Error>

    var url: String { "http://127.0.0.1:\(port)" }

    static func run(
        answer: @escaping @Sendable (String) async -> String = ScriptedAnswers.answer(to:),
        _ body: (Bench) async throws -> Void
    ) async throws {
        let simulator = try Simulator(answer: answer)
        let observer = RecordingObserver()
        let configuration = try ServiceConfiguration(environment: simulator.environment, dotEnv: nil)
        let service = try await Service(configuration, observer: observer)
        let neighbours = Task { try await simulator.run() }
        let bench = Bench(
            simulator: simulator, observer: observer, port: service.port, service: Task { try await service.run() })
        try await body(bench)
        bench.stop()
        await bench.stopped()
        neighbours.cancel()
        try await neighbours.value
    }

    private init(simulator: Simulator, observer: RecordingObserver, port: Int, service: Task<Void, any Error>) {
        self.simulator = simulator
        self.observer = observer
        self.port = port
        self.service = service
    }

    func stop() { service.cancel() }
    func stopped() async { _ = await service.result }

    func deliver(_ text: String, id: String = "wamid.0") async throws -> HTTPResponse {
        let message = SimulatedDelivery.Message(
            id: id, from: Self.user, timestamp: SystemClock().now.seconds, text: text)
        return try await http.send(simulator.delivery.request(to: url + "/whatsapp/v2", [message]))
    }

    func get(_ path: String) async throws -> HTTPResponse { try await http.send(HTTPRequest(target: url + path)) }
}
