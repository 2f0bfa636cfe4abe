import Synchronization
import Testing
import WhatsAppCore
import WhatsAppTesting

@testable import WhatsAppTransport

/// SQS and DynamoDB as moto plays them: `Tests/AWS/with-aws` starts it, and says where. Each bench has a table and a queue of its
/// own.
struct MotoBench: Sendable {
    static let endpoint = TestSettings["AWS_TEST_ENDPOINT"]

    let aws: AWSConfiguration
    let http: LossyHTTPClient
    let table: String
    let queue: SQSQueue
    let clock = HeldClock()

    init() async throws {
        var aws = AWSConfiguration.test
        aws.sqsEndpoint = Self.endpoint
        aws.dynamoDBEndpoint = Self.endpoint
        self.aws = aws
        http = LossyHTTPClient()
        let name = "t-" + Hex.encode((0..<6).map { _ in UInt8.random(in: 0...255) })
        table = name
        for _ in 0..<2 {  // The second time all is there.
            try await DynamoDBStore.createTable(name, aws: aws, http: http)
            _ = try await SQSQueue.create(name, aws: aws, http: http)
        }
        var configuration = try await SQSQueue.create(name, aws: aws, http: http)
        configuration.patience = Self.patience
        queue = SQSQueue(configuration: configuration, aws: aws, http: http, clock: clock, random: { 0 })
    }

    /// A process's view of the table.
    func store(_ owner: String) -> DynamoDBStore {
        var configuration = DynamoDBStore.Configuration(table: table)
        configuration.patience = Self.patience
        return DynamoDBStore(
            configuration: configuration, aws: aws, owner: owner, http: http, clock: clock, random: { 0 })
    }

    /// moto on a busy machine is slow.
    private static let patience = Duration.seconds(30)
}

/// Carries requests, and loses the answer to some that were carried out.
final class LossyHTTPClient: HTTPClient {
    private let http = DefaultHTTPClient()
    private let losses = Mutex(0)

    /// The answers to the next requests are lost.
    func loseAnswers(_ count: Int) { losses.withLock { $0 = count } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let response = try await http.send(request)
        let isLost = losses.withLock { losses in
            defer { losses = max(0, losses - 1) }
            return losses > 0
        }
        guard isLost else { return response }
        _ = try await response.body.collect(upTo: 1 << 24)
        throw HTTPClientError(code: .connectionLost, message: "The answer was lost.")
    }
}

extension MotoBench {
    /// Puts any text into the queue.
    func send(body: String, group: String) async throws {
        _ = try await queue.client.call("SendMessage") {
            $0.add("QueueUrl", queue.configuration.url)
            $0.add("MessageBody", body)
            $0.add("MessageGroupId", group)
            $0.add("MessageDeduplicationId", SQSQueue.randomID())
        }
    }
}
