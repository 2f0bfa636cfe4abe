/// Is told of each thing that happens, for logs, metrics and tests. The pipeline never waits for it and never depends on
/// it.
public protocol PipelineObserver: Sendable {
    /// Called once for each event, from any task; it must return soon.
    func observe(_ event: PipelineEvent)
}

/// One thing that happened.
public enum PipelineEvent: Sendable {
    /// A delivery was refused, because its signature was missing or wrong.
    case signatureRefused
    /// A signed delivery was not a webhook payload.
    case payloadRefused(reason: String)
    /// A change was passed over, because it concerns another number or another product.
    case foreign(phoneNumberID: String?)
    /// A status arrived.
    case statusReceived(MessageStatus)
    /// An element of a payload could not be understood.
    case undecodable(reason: String)
    /// A change that holds neither messages nor statuses arrived, or errors that concern the number.
    case changeReceived(field: String?, errors: [CloudAPIError])
    /// A message was accepted.
    case accepted(AcceptedMessage)
    /// A message arrived once more.
    case duplicate(MessageKey)
    /// Messages could not be accepted, so the delivery was not acknowledged.
    case intakeFailed(reason: String)
    /// Work on a message began.
    case started(MessageKey)
    /// The backend's answer is complete: its length in UTF-8 bytes, and how long it took.
    case backendAnswered(MessageKey, bytes: Int, after: Duration)
    /// The backend failed.
    case backendFailed(MessageKey, BackendError)
    /// Something failed that nobody foresaw.
    case unexpectedFailure(MessageKey, any Error)
    /// The typing indicator could not be shown.
    case typingFailed(MessageKey, any Error)
    /// The backend failed, or answered nothing, and is asked again after this time.
    case backendRetried(MessageKey, after: Duration)
    /// Texts are held back, because Graph refused one.
    case held(MessageKey, SendHold)
    /// Nobody learned whether a part reached the user; a status is waited for.
    case sendUnknown(MessageKey, part: Int)
    /// A status showed that a part whose outcome was unknown had been accepted.
    case resolvedByStatus(MessageKey, part: Int)
    /// A part whose outcome stayed unknown is sent once more. The user may get it twice.
    case blindResend(MessageKey, part: Int)
    /// A part was sent: its index, counted from 0, and how many there are.
    case partSent(MessageKey, part: Int, of: Int)
    /// A part was not sent, or perhaps not.
    case partFailed(MessageKey, part: Int, SendOutcome)
    /// A step could not be recorded. Nothing more is done for the message until it is; that is tried after this time.
    case recordRetried(MessageKey, any Error, after: Duration)
    /// A message reached its end.
    case finished(MessageKey, MessageOutcome)
    /// Work on a message stopped before its end; a durable store resumes it at the next start.
    case interrupted(MessageKey, any Error)
    /// A queue between processes, or what is on record beside it, could not be reached, or held what cannot be read. It is
    /// tried again.
    case queueFailed(any Error)
}

/// Tells several observers, in order.
public struct PipelineObservers: PipelineObserver {
    private let observers: [any PipelineObserver]

    /// Makes one observer of several.
    public init(_ observers: [any PipelineObserver]) { self.observers = observers }

    /// Tells each observer.
    public func observe(_ event: PipelineEvent) {
        for observer in observers { observer.observe(event) }
    }
}

/// Which texts are held back.
public enum SendHold: Sendable, Hashable {
    /// All, for this time.
    case everything(Duration)
    /// Those to this user, for this time.
    case user(Duration)
    /// All but a probe from time to time.
    case probing
}
