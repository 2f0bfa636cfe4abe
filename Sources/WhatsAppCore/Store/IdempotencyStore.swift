/// Remembers every accepted message and how far it got: the port on which exactly-once answers rest.
///
/// A durable store lets each call return only when what it was given survives a crash.
public protocol IdempotencyStore: Sendable {
    /// Takes messages in, all or none, and tells for each whether it is new.
    ///
    /// Of two messages with the same key exactly one is new, however many calls run at once; the others are duplicates
    /// for ten days at least. A duplicate is reported only once the first is durable. A message whose plan is to be
    /// ignored has reached its end with this call: nothing more is recorded of it.
    ///
    /// This and ``record(_:for:)`` do what they are called for even if the calling task is cancelled.
    /// - Throws: when the messages could not be made durable. Then none of them may be acknowledged.
    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance]

    /// Does the same without a task, where the store can. The default has ``accept(_:)`` run in a task.
    ///
    /// Whoever implements it has `accept` return `try await acceptEventually(messages).value.get()`.
    func acceptEventually(_ messages: [AcceptedMessage]) -> Eventual<Result<[Acceptance], any Error>>

    /// Adds to what is known of an accepted message, in order, all or nothing. What is recorded of a message that is not
    /// known, or has reached its end, changes nothing: a late status brings nothing back to life.
    ///
    /// - Throws: when it could not be made durable. Then what depends on it must not be done. The same is recorded again
    ///   after a while, unless the error is a ``StoreError`` that says that this is of no use.
    func record(_ progress: [MessageProgress], for key: MessageKey) async throws

    /// The messages that have not reached their end, in the order of acceptance, with all that is known of each.
    ///
    /// A store that shares the work of several processes, beside a queue that holds the messages, names none: the queue does.
    func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])]
}

extension IdempotencyStore {
    /// Has ``accept(_:)`` run in a task.
    public func acceptEventually(_ messages: [AcceptedMessage]) -> Eventual<Result<[Acceptance], any Error>> {
        .awaiting { do { return .success(try await accept(messages)) } catch { return .failure(error) } }
    }
}

/// An error of a store that tells whether it passes by itself. Other errors are taken to do so.
public protocol StoreError: Error {
    /// Whether what was asked may be asked again in a while.
    var isTemporary: Bool { get }
}

/// What a store says of a message.
public enum Acceptance: Sendable, Hashable {
    /// It was not known: it is now, and is to be worked on.
    case new
    /// It was known already.
    case duplicate
}

/// One step in the life of an accepted message, as it is recorded.
public enum MessageProgress: Sendable, Hashable {
    /// Work on it began, once more.
    case attempted
    /// Work on it was stopped in good order, to go on at the next start.
    case suspended
    /// The backend's thread for it is known; `nil` for a backend without threads.
    case threadOpened(String?)
    /// Its reply is settled: the backend is not asked again.
    case replied(Reply)
    /// The part with this index, counted from 0, is about to be sent.
    case sending(part: Int)
    /// That attempt to send the part failed for certain: it did not reach the user.
    case notSent(part: Int)
    /// The part was accepted by Meta under this id.
    case sent(part: Int, id: String)
    /// It reached its end.
    case finished(MessageOutcome)
    /// An operator asked for it to be tried again, after it had been dead-lettered.
    case replayed
}

/// What is sent in reply to a message.
public struct Reply: Sendable, Hashable {
    /// The texts to send, in order.
    public var parts: [String]
    /// The end that the message reaches when all of them are sent.
    public var outcome: MessageOutcome

    /// Makes a reply.
    public init(parts: [String], outcome: MessageOutcome) {
        self.parts = parts
        self.outcome = outcome
    }
}
