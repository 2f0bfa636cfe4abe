/// The port through which accepted messages come to where they are worked on.
public protocol MessageIntake: Sendable {
    /// Takes messages in and tells for each whether it is new. Returns when they are durable, before any of them is
    /// worked on.
    /// - Throws: ``IntakeError``, or what the store threw. Then none of them may be acknowledged.
    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance]

    /// Does the same without a task, where the intake can. The default has ``accept(_:)`` run in a task.
    func acceptEventually(_ messages: [AcceptedMessage]) -> Eventual<Result<[Acceptance], any Error>>

    /// Whether somebody waits for this status, so that it has to be given to ``receive(_:)``. By default all have to.
    func awaits(_ status: MessageStatus) -> Bool

    /// Takes in what became of a message that was sent. It passes all that waits.
    /// - Throws: what the store threw. Then the status may not be acknowledged.
    func receive(_ status: MessageStatus) async throws
}

extension MessageIntake {
    /// Has ``accept(_:)`` run in a task.
    public func acceptEventually(_ messages: [AcceptedMessage]) -> Eventual<Result<[Acceptance], any Error>> {
        .awaiting { do { return .success(try await accept(messages)) } catch { return .failure(error) } }
    }

    /// All have to be received.
    public func awaits(_ status: MessageStatus) -> Bool { true }
}

/// Why messages were not taken in, although nothing is wrong with them. Meta delivers them again.
public enum IntakeError: Error, Sendable {
    /// Too many messages wait already.
    case overloaded
    /// The service is shutting down.
    case stopping
}
