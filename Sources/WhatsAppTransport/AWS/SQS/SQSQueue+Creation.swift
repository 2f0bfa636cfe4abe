public import WhatsAppCore

extension SQSQueue {
    /// How often a message may be taken from the queue before it is put aside. Leases and restarts use few; a message that
    /// kills its process is given up by the record of its attempts, long before that.
    static let mostReceives = 100

    /// Makes a queue and the one for its dead letters, or sets them right where they exist.
    /// - Parameters:
    ///   - name: the queue's name, without `.fifo`: letters, digits, `-` and `_`, 60 at most.
    ///   - visibility: how long a message is hidden when whoever took it dies; a worker sets its own.
    /// - Throws: ``AWSError``, ``WhatsAppCore/HTTPClientError``, ``AWSCredentialsError``.
    public static func create(
        _ name: String, aws: AWSConfiguration, http: any HTTPClient, visibility: Duration = .seconds(45),
        clock: any ServiceClock = .system
    ) async throws -> Configuration {
        let client = AWSClient(
            service: .sqs, configuration: aws, http: http, clock: clock, patience: .seconds(20),
            random: { Double.random(in: 0...1) })
        // High throughput: order and deduplication within each group. Messages are kept for as long as SQS can, 14 days.
        let common = [
            "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId",
            "MessageRetentionPeriod": "1209600", "MaximumMessageSize": "\(SendBatch.mostBytes)",
        ]
        let deadLetters = try await create(name + "-dead-letters.fifo", common, client)
        let arn = try await client.call("GetQueueAttributes") { json in
            json.add("QueueUrl", deadLetters)
            json.array("AttributeNames") { $0.element("QueueArn") }
        }["Attributes"]?["QueueArn"]?.string
        guard let arn else {
            throw AWSError(code: "NoQueueArn", message: "The queue for dead letters has no ARN.", httpStatus: 200)
        }
        let policy = JSONWriter.object {
            $0.add("deadLetterTargetArn", arn)
            $0.add("maxReceiveCount", Int64(mostReceives))
        }
        let own = [
            "VisibilityTimeout": "\(visibility.components.seconds)", "ReceiveMessageWaitTimeSeconds": "20",
            "RedrivePolicy": String(decoding: policy, as: UTF8.self),
        ]
        let url = try await create(name + ".fifo", common.merging(own) { $1 }, client)
        return Configuration(url: url, deadLetterURL: deadLetters)
    }

    /// A queue that exists is found by the one attribute that cannot change; the others are set in any case.
    private static func create(
        _ name: String, _ attributes: [String: String], _ client: AWSClient
    ) async throws -> String {
        let answer = try await client.call("CreateQueue") {
            $0.add("QueueName", name)
            $0.object("Attributes") { $0.add("FifoQueue", "true") }
        }
        guard let url = answer["QueueUrl"]?.string else {
            throw AWSError(code: "NoQueueUrl", message: "The queue \(name) has no URL.", httpStatus: 200)
        }
        _ = try await client.call("SetQueueAttributes") {
            $0.add("QueueUrl", url)
            $0.object("Attributes") { json in
                for (name, value) in attributes.sorted(by: { $0.key < $1.key }) { json.add(name, value) }
            }
        }
        return url
    }
}
