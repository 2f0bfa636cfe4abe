import Testing
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

@testable import AnsariWhatsApp

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The server in the roles that share a queue, between a simulated Meta and a simulated backend.
@Suite(.timeLimit(.minutes(1))) struct SharedServiceTests {
    private static let endpoint = getenv("AWS_TEST_ENDPOINT").map { String(cString: $0) }
    private static let names = [
        "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "QUEUE": "sqs",
        "SQS_QUEUE_URL": "http://127.0.0.1:1/1/q.fifo", "SQS_DEAD_LETTER_QUEUE_URL": "http://127.0.0.1:1/1/d.fifo",
        "DYNAMODB_TABLE": "t", "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    ]

    private func service(
        _ simulator: Simulator, _ settings: [String: String], observer: any PipelineObserver
    ) async throws -> Service {
        let configuration = try ServiceConfiguration(
            environment: simulator.environment.merging(Self.names) { $1 }.merging(settings) { $1 }, dotEnv: nil)
        let queue = try #require(configuration.queue)
        return try await Service(configuration, sharing: SharedWork(queue), observer: observer)
    }

    private func deliver(_ text: String, id: String, _ simulator: Simulator, to service: Service) async throws -> Int {
        let message = SimulatedDelivery.Message(
            id: id, from: "15550100001", timestamp: SystemClock().now.seconds, text: text)
        let url = "http://127.0.0.1:\(service.port)/whatsapp/v2"
        return try await DefaultHTTPClient().send(simulator.delivery.request(to: url, [message])).status
    }

    /// Meta delivers again what was not acknowledged.
    @Test func withoutTheQueueNothingIsAcknowledged() async throws {
        let simulator = try Simulator()
        let observer = RecordingObserver()
        let webhook = try await service(simulator, ["ROLE": "webhook"], observer: observer)
        let run = Task { try await webhook.run() }
        #expect(try await deliver("What is patience?", id: "w", simulator, to: webhook) == 503)
        run.cancel()
        try await run.value
        let failed = observer.events.elements.contains { if case .intakeFailed = $0 { true } else { false } }
        #expect(failed)
    }

    @Test(.enabled(if: endpoint != nil)) func whatOneTakesInAnotherAnswers() async throws {
        let simulator = try Simulator()
        let neighbours = Task { try await simulator.run() }
        let table = "s-\(UInt64.random(in: 0...UInt64.max))"
        var settings = ["AWS_ENDPOINT_URL": Self.endpoint ?? "", "DYNAMODB_TABLE": table]
        var reader = SettingsReader(Self.names.merging(settings) { $1 })
        let aws = QueueConfiguration.aws(&reader)
        try await DynamoDBStore.createTable(table, aws: aws, http: DefaultHTTPClient())
        let queue = try await SQSQueue.create(table, aws: aws, http: DefaultHTTPClient())
        settings["SQS_QUEUE_URL"] = queue.url
        settings["SQS_DEAD_LETTER_QUEUE_URL"] = queue.deadLetterURL

        let (taken, answered) = (RecordingObserver(), RecordingObserver())
        let webhook = try await service(simulator, settings.merging(["ROLE": "webhook"]) { $1 }, observer: taken)
        let worker = try await service(simulator, settings.merging(["ROLE": "worker"]) { $1 }, observer: answered)
        #expect(worker.port == 0)
        simulator.meta.webhook = "http://127.0.0.1:\(webhook.port)/whatsapp/v2"
        let runs = [webhook, worker].map { service in Task { try await service.run() } }
        for id in ["w", "x", "w"] {
            #expect(try await deliver("What is patience?", id: id, simulator, to: webhook) == 200)
        }
        #expect(await answered.waitForOutcomes(2).allSatisfy { if case .answered = $0 { true } else { false } })
        for run in runs {
            run.cancel()
            try await run.value
        }
        let parts = simulator.graph.texts(to: "15550100001")
        #expect(parts.count >= 2 && Array(parts.prefix(parts.count / 2)) == Array(parts.suffix(parts.count / 2)))
        #expect(taken.outcomes.isEmpty)
        neighbours.cancel()
        try await neighbours.value
    }
}
