internal import WhatsAppCore

extension SQSQueue {
    /// Puts a message aside, where an operator finds it.
    func sendDeadLetter(_ message: AcceptedMessage) async throws {
        let queued = QueuedMessage(message, isDeadLetter: true)
        // Not by its key: one that was put back and failed again within five minutes would be taken for the first, and lost.
        try await send(queued.body, group: queued.group, to: configuration.deadLetterURL, as: Self.randomID())
    }

    /// Puts all dead letters back into the queue, where they are tried again, once each, as SQS's own redrive does. One that
    /// fails again meanwhile stays a dead letter.
    /// - Returns: how many there were.
    /// - Throws: ``AWSError``, ``WhatsAppCore/HTTPClientError``, ``AWSCredentialsError``. What was put back until then is.
    public func replayDeadLetters() async throws -> Int {
        var count = 0
        var putBack: Set<String> = []
        while true {
            let letters = try await receive(
                upTo: 10, wait: .seconds(1), visibility: .seconds(60), from: configuration.deadLetterURL)
            if letters.isEmpty { return count }
            for letter in letters where putBack.insert(letter.body).inserted {
                // If this ends between the two, a letter is put back twice: the second finds that the first was answered.
                try await send(letter.body, group: letter.group, to: configuration.url, as: Self.randomID())
                _ = try await client.call("DeleteMessage") {
                    $0.add("QueueUrl", configuration.deadLetterURL)
                    $0.add("ReceiptHandle", letter.handle)
                }
                count += 1
            }
        }
    }

    private func send(_ body: String, group: String, to url: String, as id: String) async throws {
        _ = try await client.call("SendMessage") {
            $0.add("QueueUrl", url)
            $0.add("MessageBody", body)
            $0.add("MessageGroupId", group)
            $0.add("MessageDeduplicationId", id)
        }
    }
}
