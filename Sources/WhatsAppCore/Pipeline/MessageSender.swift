/// The port through which texts and signs of life reach the user. Only ``send(_:)`` is required; a channel without signs of
/// life leaves the other as it is.
public protocol MessageSender: Sendable {
    /// Sends one part. Never throws: every way in which it can end is an outcome.
    func send(_ text: OutboundText) async -> SendOutcome

    /// Shows the typing indicator below a message, for 25 seconds at most or until a text is sent; marks it, and those before
    /// it, as read. By default it does nothing.
    /// - Throws: whatever kept it from being shown; it matters to nobody.
    func showTyping(for messageID: String) async throws
}

extension MessageSender {
    /// Does nothing: this channel has no signs of life.
    public func showTyping(for messageID: String) async throws {}
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

/// How an attempt to send ended. What the pipeline does next depends on it, for this text and for others.
public enum SendOutcome: Sendable {
    /// It was accepted under this id.
    case sent(id: String)
    /// It was answered with an error. What that means for this text and others is its ``CloudAPIError/disposition``: the end
    /// of this message, a pause for this user, or one for all. For a user who cannot be reached it is
    /// ``CloudAPIError/undeliverable(_:)``.
    case rejected(CloudAPIError)
    /// It never left the machine, as without a network. The texts to **all** users pause, for a second at first and for five
    /// minutes in the end, and this one is sent again, for six hours.
    case notSent(reason: String)
    /// It may or may not have been accepted: no answer came, or none that can be understood. The text waits for half a minute
    /// for a status that carries its token, and is then sent once more: the user may see it twice.
    case unknown(reason: String)
}
