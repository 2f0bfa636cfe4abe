/// The port through which texts and signs of life reach the user.
public protocol MessageSender: Sendable {
    /// Sends one part. Never throws: every way in which it can end is an outcome.
    func send(_ text: OutboundText) async -> SendOutcome

    /// Shows the typing indicator below a message, for 25 seconds at most or until a text is sent; marks it read too.
    /// - Throws: whatever kept it from being shown; it matters to nobody.
    func showTyping(for messageID: String) async throws

    /// Marks a message, and those before it, as read.
    /// - Throws: whatever kept it from being marked.
    func markRead(_ messageID: String) async throws
}

/// One text to one user.
public struct OutboundText: Sendable, Hashable {
    /// To whom.
    public var recipient: WhatsAppUser
    /// The text, at most 4096 UTF-16 units.
    public var body: String
    /// A token that comes back in the statuses of this message: at most 512 characters (`biz_opaque_callback_data`).
    public var callbackData: String?

    /// Makes a text.
    public init(recipient: WhatsAppUser, body: String, callbackData: String? = nil) {
        self.recipient = recipient
        self.body = body
        self.callbackData = callbackData
    }
}

/// How an attempt to send ended.
public enum SendOutcome: Sendable {
    /// It was accepted under this id.
    case sent(id: String)
    /// It was answered with an error. What that means for this text and others is its ``CloudAPIError/disposition``.
    case rejected(CloudAPIError)
    /// It never left the machine.
    case notSent(reason: String)
    /// It may or may not have been accepted: no answer came, or none that can be understood.
    case unknown(reason: String)
}
