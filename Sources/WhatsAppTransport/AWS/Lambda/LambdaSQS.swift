public import WhatsAppCore

/// Works on messages of a FIFO queue that come as events of an SQS event source, whose mapping reports batch item failures
/// (`FunctionResponseTypes: [ReportBatchItemFailures]`).
///
/// Groups are worked on side by side, and the messages of each in order: when one fails, those of its group after it are not
/// begun, and come again with it. Source: docs.aws.amazon.com, "Handling errors for an SQS event source in Lambda".
public struct LambdaSQS: Sendable {
    /// One message of the queue.
    public struct Record: Sendable, Hashable {
        /// Its id in the queue.
        public var messageID: String
        /// Names this delivery of it to the queue.
        public var receiptHandle: String
        /// Messages of one group are in order.
        public var groupID: String
        /// What was sent.
        public var body: String
    }

    private let work: @Sendable (Record) async throws -> Void

    /// - Parameter work: works on one message, and throws when it has to come again.
    public init(_ work: @escaping @Sendable (Record) async throws -> Void) { self.work = work }

    /// Has a pipeline work on them, as a ``QueueWorker`` does. Somebody else runs it, for as long as there are invocations.
    ///
    /// Whoever runs into the function's time limit is killed, and its lease has to end by itself: let the limit be longer than
    /// the longest answer takes.
    /// - Parameters:
    ///   - queue: where dead letters go.
    ///   - store: what is on record of the messages; the pipeline's store, too.
    ///   - pipeline: works on them.
    public init(
        queue: SQSQueue, store: DynamoDBStore, pipeline: MessagePipeline,
        observer: any PipelineObserver = PipelineObservers([]), clock: any ServiceClock = .system
    ) {
        let leased = LeasedWork(queue: queue, store: store, pipeline: pipeline, observer: observer, clock: clock)
        self.init { record in
            guard let queued = QueuedMessage(body: record.body) else {
                observer.observe(.queueFailed(UnreadableMessage()))
                throw UnreadableMessage()
            }
            switch await leased.perform(queued) {
            case .finished: break
            case .held: throw LambdaError(message: "Another process works on the message.")
            case .unavailable(let error), .interrupted(let error): throw error
            }
        }
    }

    /// Works on one invocation's messages. The answer names those that have to come again.
    /// - Throws: ``LambdaError`` for an event of another kind; then all come again.
    public func answer(_ invocation: LambdaRuntime.Invocation) async throws -> [UInt8] {
        let records = try Self.records(in: invocation.event)
        let failed = await withTaskGroup { group in
            for records in Dictionary(grouping: records, by: \.groupID).values {
                group.addTask { await failures(in: records) }
            }
            return await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        return JSONWriter.object {
            $0.array("batchItemFailures") { writer in
                for record in records where failed.contains(record.messageID) {
                    writer.object { $0.add("itemIdentifier", record.messageID) }
                }
            }
        }
    }

    /// Works on one group's messages in order. Returns the ids of the first that failed and of all after it.
    private func failures(in records: [Record]) async -> [String] {
        for (index, record) in records.enumerated() {
            do { try await work(record) } catch { return records[index...].map(\.messageID) }
        }
        return []
    }

    static func records(in event: [UInt8]) throws -> [Record] {
        guard let records = (try? JSONDocument(event))?.root["Records"], records.isArray else {
            throw LambdaError(
                message:
                    "The event holds no records of a queue. Give the function an SQS event source, or ROLE=webhook and "
                    + "a function URL.")
        }
        return try records.elements.map { record in
            guard record["eventSource"]?.string == "aws:sqs", let id = record["messageId"]?.string, !id.isEmpty,
                let receipt = record["receiptHandle"]?.string, let body = record["body"]?.string,
                let group = record["attributes"]?["MessageGroupId"]?.string
            else { throw LambdaError(message: "A record of the event is no message of a FIFO queue.") }
            return Record(messageID: id, receiptHandle: receipt, groupID: group, body: body)
        }
    }
}
