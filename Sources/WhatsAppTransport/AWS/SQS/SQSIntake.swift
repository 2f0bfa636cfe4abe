public import WhatsAppCore

/// The door's side of a queue: what is accepted goes into the queue, and a status to what is on record of its message.
///
/// It cannot tell new messages from duplicates: whoever works on them does, by the ``DynamoDBStore``. So it calls all of them
/// new.
public struct SQSIntake: MessageIntake {
    private let queue: SQSQueue
    private let store: DynamoDBStore
    private let observer: any PipelineObserver

    /// Makes an intake.
    public init(queue: SQSQueue, store: DynamoDBStore, observer: any PipelineObserver = PipelineObservers([])) {
        self.queue = queue
        self.store = store
        self.observer = observer
    }

    /// Returns when the queue has every message. One that is to be ignored has reached its end here.
    public func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        try await queue.send(messages.filter { !$0.isIgnored })
        for message in messages {
            observer.observe(.accepted(message))
            if case .ignore(let reason) = message.plan { observer.observe(.finished(message.key, .ignored(reason))) }
        }
        return messages.map { _ in .new }
    }

    /// Whether the status belongs to a part that this service sent: who waits for it may be another process.
    public func awaits(_ status: MessageStatus) -> Bool { status.part != nil }

    /// Puts on record that the part was sent, if nobody has learned it yet.
    public func receive(_ status: MessageStatus) async throws {
        guard let (key, part) = status.part else { return }
        try await store.noteArrival(part: part, of: key, id: status.id ?? "")
    }
}
