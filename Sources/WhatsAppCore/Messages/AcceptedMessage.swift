/// An inbound message as the pipeline keeps it: what is needed to answer it, also after a restart, and no more.
public struct AcceptedMessage: Sendable, Hashable {
    /// The idempotency key.
    public var key: MessageKey
    /// The business number that received it.
    public var phoneNumberID: String
    /// Its id at Meta, for the typing indicator; a message may come without one.
    public var messageID: String?
    /// Who wrote it.
    public var user: WhatsAppUser
    /// Its type.
    public var kind: MessageKind
    /// The text of a text message, or the caption of a file; its language is also that of a notice.
    public var text: String?
    /// When it was accepted.
    public var acceptedAt: UnixTime
    /// What is to become of it.
    public var plan: MessagePlan

    /// Makes a message.
    public init(
        key: MessageKey, phoneNumberID: String, messageID: String?, user: WhatsAppUser, kind: MessageKind,
        text: String?,
        acceptedAt: UnixTime, plan: MessagePlan
    ) {
        self.key = key
        self.phoneNumberID = phoneNumberID
        self.messageID = messageID
        self.user = user
        self.kind = kind
        self.text = text
        self.acceptedAt = acceptedAt
        self.plan = plan
    }

    /// Whether nothing is to be done for it but to remember it.
    package var isIgnored: Bool { if case .ignore = plan { true } else { false } }
}

/// What is to become of an accepted message. It is decided once, when the message is accepted.
public enum MessagePlan: Sendable, Hashable {
    /// Ask the backend and send its answer.
    case answer
    /// Send a notice.
    case notice(Notice)
    /// Remember it, and do nothing.
    case ignore(IgnoreReason)
}

/// Why a message is remembered without an answer.
public enum IgnoreReason: String, Sendable, Hashable {
    /// It is older than the threshold.
    case tooOld
    /// It is marked as meant for a developer's own machine.
    case developmentMessage
    /// Its kind waits for no answer: a reaction, a system message, an edit.
    case expectsNoAnswer
    /// Nobody is named who could be answered.
    case noSender
    /// Its sender has too many messages waiting.
    case tooManyWaiting
}

/// The one end that every accepted message reaches.
public enum MessageOutcome: Sendable, Hashable {
    /// The backend's answer was sent, in this many parts.
    case answered(parts: Int)
    /// A notice was sent.
    case noticed(Notice)
    /// It was remembered only.
    case ignored(IgnoreReason)
    /// It could not be answered, and nothing can be done about it: the user cannot be reached, or the answer was empty.
    case failed(reason: String)
    /// It could not be answered, and is kept for an operator, who may have it answered again.
    case deadLettered(reason: String)
}
