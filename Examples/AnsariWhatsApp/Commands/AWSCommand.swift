internal import CommandArguments
internal import WhatsAppCore
internal import WhatsAppTransport

/// The command `aws`: what AWS has to hold before machines can share the work.
enum AWSCommand {
    static func run(_ arguments: inout Arguments) async throws -> ExitCode {
        if try arguments.word(["create", "replay"], of: "aws") == "replay" {
            try arguments.end()
            return try await replay()
        }
        let name = try arguments.value("--name") ?? "ansari-whatsapp"
        try arguments.end()
        let isName = name.utf8.allSatisfy {
            $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
        guard isName, (3...60).contains(name.utf8.count) else {
            throw UsageError(message: "'--name' needs 3 to 60 letters, digits, '-' and '_'")
        }
        var settings = try settings()
        let aws = QueueConfiguration.aws(&settings)
        if let problem = settings.problems.first { throw StartError(message: problem, code: .configuration) }
        do {
            let http = DefaultHTTPClient()
            try await DynamoDBStore.createTable(name, aws: aws, http: http)
            let queue = try await SQSQueue.create(name, aws: aws, http: http)
            print(
                """
                QUEUE=sqs
                AWS_REGION=\(aws.region)
                SQS_QUEUE_URL=\(queue.url)
                SQS_DEAD_LETTER_QUEUE_URL=\(queue.deadLetterURL)
                DYNAMODB_TABLE=\(name)
                """)
            return .success
        } catch {
            throw StartError(aws: error)
        }
    }

    /// Puts the dead letters back into the queue.
    private static func replay() async throws -> ExitCode {
        var settings = try settings()
        let aws = QueueConfiguration.aws(&settings)
        let queue = QueueConfiguration.queue(&settings)
        if let problem = settings.problems.first { throw StartError(message: problem, code: .configuration) }
        do {
            let count = try await SQSQueue(configuration: queue, aws: aws, http: DefaultHTTPClient())
                .replayDeadLetters()
            print("Put back to work: \(count).")
            return .success
        } catch {
            throw StartError(aws: error)
        }
    }

    private static func settings() throws -> SettingsReader {
        let file = try Files.readIfPresent(".env").map { DotEnv.parse($0).values } ?? [:]
        return SettingsReader(file.merging(Files.environment()) { _, winner in winner })
    }
}

extension StartError {
    /// AWS cannot be used, and what to do about it.
    init(aws error: any Error) {
        let advice =
            switch (error as? AWSError)?.code {
            case "AccessDenied", "AccessDeniedException":
                " Give these credentials the rights for the queue and the table."
            case "QueueDoesNotExist", "NonExistentQueue", "ResourceNotFoundException":
                " 'ansari-whatsapp aws create' makes the queue and the table, and prints their names."
            case nil where error is HTTPClientError: " Is AWS_REGION, or AWS_ENDPOINT_URL where it is set, right?"
            default: ""
            }
        self.init(message: "AWS: \(error)\(advice)", code: .configuration)
    }
}
