/// Reads deliveries. Every element of a payload gives an event, in the order in which it stands there.
public protocol WebhookParser: Sendable {
    /// Reads the body of one delivery, whose signature was checked.
    ///
    /// One element that cannot be understood never drops its siblings: it becomes an event of its own.
    /// - Throws: ``WebhookParseError`` when the body as a whole is not a webhook payload.
    func parse(_ body: [UInt8]) throws(WebhookParseError) -> WebhookPayload
}

/// Why a body is not a webhook payload.
public struct WebhookParseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, without a quotation from the body.
    public var reason: String

    /// Makes an error.
    public init(reason: String) { self.reason = reason }

    /// What an operator reads.
    public var description: String { reason }
}

/// What one delivery held.
public struct WebhookPayload: Sendable {
    /// The kind of object that changed: `whatsapp_business_account` for all of WhatsApp; `nil` where it is missing.
    public var object: String?
    /// What happened, in the payload's order.
    public var events: [WebhookEvent]

    /// Makes a payload.
    public init(object: String?, events: [WebhookEvent]) {
        self.object = object
        self.events = events
    }
}

/// One thing that a delivery tells, and where in the payload it stood.
public struct WebhookEvent: Sendable {
    /// The WhatsApp business account's id (`entry[].id`).
    public var entryID: String?
    /// When the change happened (`entry[].time`); Meta gives it for other fields than `messages`.
    public var entryTime: UnixTime?
    /// The webhook field (`changes[].field`), such as `messages`.
    public var field: String?
    /// The business number that it concerns (`value.metadata.phone_number_id`).
    public var phoneNumberID: String?
    /// What happened.
    public var content: Content

    /// What happened.
    public enum Content: Sendable {
        /// Somebody wrote to the business.
        case message(InboundMessage)
        /// Something became of a message that the business sent.
        case status(MessageStatus)
        /// Errors that concern the number as a whole (`value.errors`).
        case errors([CloudAPIError])
        /// Any other change: the whole of its `value`, which may be missing.
        case change(JSONValue?)
        /// An element that is no object, or says a thing twice, and so cannot be understood.
        case undecodable(JSONValue, reason: String)
    }

    /// Makes an event.
    public init(
        entryID: String? = nil, entryTime: UnixTime? = nil, field: String?, phoneNumberID: String?, content: Content
    ) {
        self.entryID = entryID
        self.entryTime = entryTime
        self.field = field
        self.phoneNumberID = phoneNumberID
        self.content = content
    }
}
