public import WhatsAppCore

/// A FIFO queue of Amazon SQS with accepted messages: one group per user, so that each user's messages stay in order.
public struct SQSQueue: Sendable {
    /// Which queue.
    public struct Configuration: Sendable {
        /// The queue's URL. Its name ends in `.fifo`.
        public var url: String
        /// The URL of the queue for dead letters, a FIFO queue too.
        public var deadLetterURL: String
        /// How long a call may take, all tries together. Three tries are made.
        public var patience = Duration.seconds(2)

        /// Makes a configuration.
        public init(url: String, deadLetterURL: String) {
            self.url = url
            self.deadLetterURL = deadLetterURL
        }
    }

    let configuration: Configuration
    let client: AWSClient

    /// Makes a queue.
    public init(
        configuration: Configuration, aws: AWSConfiguration, http: any HTTPClient, clock: any ServiceClock = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.configuration = configuration
        client = AWSClient(
            service: .sqs, configuration: aws, http: http, clock: clock, patience: configuration.patience,
            random: random)
    }

    /// Asks for the queue: whether it is there, and may be asked for.
    /// - Throws: ``AWSError``, ``WhatsAppCore/HTTPClientError``, ``AWSCredentialsError``.
    public func describe() async throws {
        _ = try await client.call("GetQueueAttributes") { json in
            json.add("QueueUrl", configuration.url)
            json.array("AttributeNames") { $0.element("FifoQueue") }
        }
    }

    /// Puts messages into the queue, in order. Returns when it has all of them.
    /// - Throws: when it took only some, or none. Those that it took are known by their keys when they are sent again.
    func send(_ messages: [AcceptedMessage]) async throws {
        for batch in SendBatch.batches(of: messages.map { $0.entry }) { try await send(batch.entries) }
    }

    /// Sends a batch; what fails by the queue's own fault is sent again, three times in all.
    private func send(_ entries: [SendBatch.Entry]) async throws {
        var rest = entries
        for tries in 1... {
            let answer = try await client.call("SendMessageBatch") { json in
                json.add("QueueUrl", configuration.url)
                json.array("Entries") { array in
                    for (index, entry) in rest.enumerated() {
                        array.object {
                            $0.add("Id", "\(index)")
                            $0.add("MessageBody", entry.body)
                            $0.add("MessageGroupId", entry.group)
                            $0.add("MessageDeduplicationId", entry.deduplicationID)
                        }
                    }
                }
            }
            // What is not named as taken is not: an answer that cannot be understood acknowledges nothing.
            let taken = Set(answer["Successful"]?.elements.compactMap { $0["Id"]?.string } ?? [])
            let failures = answer["Failed"]?.elements ?? []
            rest = rest.enumerated().filter { !taken.contains("\($0.offset)") }.map(\.element)
            if rest.isEmpty { return }
            let isOurFault = failures.contains { $0["SenderFault"]?.bool == true }
            guard !isOurFault, tries < 3 else {
                throw AWSError(
                    code: failures.first?["Code"]?.string ?? "Incomplete",
                    message: failures.first?["Message"]?.string ?? "The queue did not take every message.",
                    httpStatus: 200)
            }
            try await client.pause(after: tries - 1)
        }
    }

    /// Waits for messages, up to `wait`, and takes up to ten. For `visibility` nobody else gets them, nor later ones of their
    /// groups.
    /// - Parameter url: another queue to take them from.
    func receive(
        upTo count: Int, wait: Duration, visibility: Duration, from url: String? = nil
    ) async throws -> [ReceivedMessage] {
        let attempt = Self.randomID()
        let answer = try await client.call("ReceiveMessage", waiting: wait) {
            $0.add("QueueUrl", url ?? configuration.url)
            $0.add("MaxNumberOfMessages", Int64(min(max(count, 1), 10)))
            $0.add("WaitTimeSeconds", wait.components.seconds)
            $0.add("VisibilityTimeout", visibility.components.seconds)
            $0.array("MessageSystemAttributeNames") { $0.element("MessageGroupId") }
            // A try whose answer was lost is answered again with the same messages.
            $0.add("ReceiveRequestAttemptId", attempt)
        }
        return answer["Messages"]?.elements.compactMap { ReceivedMessage($0) } ?? []
    }

    /// Takes messages that were finished out of the queue, at most ten. One that could not be taken out comes again, and is then known.
    func delete(_ handles: [String]) async throws {
        try await batch("DeleteMessageBatch", handles) { _ in }
    }

    /// Hides messages for so long from now on, at most ten; for no time gives them back.
    func hide(_ handles: [String], for time: Duration) async throws {
        let seconds = (time.wholeMilliseconds + 999) / 1000
        try await batch("ChangeMessageVisibilityBatch", handles) { $0.add("VisibilityTimeout", seconds) }
    }

    static func randomID() -> String { Hex.encode((0..<16).map { _ in UInt8.random(in: 0...255) }) }

    private func batch(_ action: String, _ handles: [String], _ add: (inout JSONWriter) -> Void) async throws {
        _ = try await client.call(action) { json in
            json.add("QueueUrl", configuration.url)
            json.array("Entries") { array in
                for (index, handle) in handles.enumerated() {
                    array.object {
                        $0.add("Id", "\(index)")
                        $0.add("ReceiptHandle", handle)
                        add(&$0)
                    }
                }
            }
        }
    }
}

/// A message that was taken from the queue for a while.
struct ReceivedMessage: Sendable, Hashable {
    /// By what it is deleted or given back.
    var handle: String
    var group: String
    var body: String
    /// `nil` for a body that this version cannot read.
    var content: QueuedMessage?

    fileprivate init?(_ json: JSONValue) {
        guard let handle = json["ReceiptHandle"]?.string else { return nil }
        self.handle = handle
        group = json["Attributes"]?["MessageGroupId"]?.string ?? ""
        body = json["Body"]?.string ?? ""
        content = QueuedMessage(body: body)
    }
}

extension AcceptedMessage {
    /// The entry for the queue. A text that does not fit, which WhatsApp's 4,096 characters are far from, is left out, and
    /// its sender is told that such a message cannot be answered.
    fileprivate var entry: SendBatch.Entry {
        var queued = QueuedMessage(self)
        if queued.body.utf8.count > SendBatch.mostBytes {
            queued.message.text = nil
            queued.message.plan = .notice(.unsupported(kind))
        }
        return SendBatch.Entry(deduplicationID: key.description, group: queued.group, body: queued.body)
    }
}
