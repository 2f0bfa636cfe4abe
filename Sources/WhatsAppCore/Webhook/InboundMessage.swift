/// A message that somebody sent to the business: what all types share, and the raw value for the rest.
///
/// What belongs to one type alone is read from ``raw`` when it is asked for (see ``text`` and its neighbours).
public struct InboundMessage: Sendable {
    /// The message's id (wamid). It holds the sender's phone number in base64, so keep it out of logs.
    public var id: String?
    /// The type; one from the future is kept as it came.
    public var kind: MessageKind
    /// Who wrote: either part may be missing, see ``WhatsAppUser``.
    public var sender: WhatsAppUser
    /// The id of the sender's enrolled group of portfolios (`from_parent_user_id`).
    public var senderParentUserID: String?
    /// The group in which it was written, if it was.
    public var groupID: String?
    /// When it was written; `nil` when the payload does not say so in at most 18 ASCII digits.
    public var timestamp: UnixTime?
    /// The sender's profile: the contact with the sender's number or user id.
    public var profile: Profile?
    /// The message as it stands in the payload.
    public var raw: JSONValue

    /// What the sender tells about themselves. Hostile input: it may hold anything, bidirectional controls included.
    public struct Profile: Sendable, Hashable {
        /// The name.
        public var name: String?
        /// The username, with its `@`.
        public var username: String?
    }

    init(_ json: JSONValue, contacts: [JSONValue]) {
        id = json["id"]?.stringOrNumber
        kind = (json["type"]?.stringOrNumber).map(MessageKind.init(rawValue:)) ?? .missing
        sender = WhatsAppUser(
            phoneNumber: json["from"]?.stringOrNumber, userID: json["from_user_id"]?.stringOrNumber)
        senderParentUserID = json["from_parent_user_id"]?.string
        groupID = json["group_id"]?.string
        timestamp = UnixTime(webhook: json["timestamp"])
        profile = Profile(of: sender, in: contacts)
        raw = json
    }
}

extension InboundMessage.Profile {
    /// Contacts are matched by number or id, never by position; none may match.
    fileprivate init?(of sender: WhatsAppUser, in contacts: [JSONValue]) {
        let match = contacts.first { contact in
            let number = contact["wa_id"]?.stringOrNumber
            let id = contact["user_id"]?.stringOrNumber
            return number != nil && number == sender.phoneNumber || id != nil && id == sender.userID
        }
        guard let match else { return nil }
        name = match["profile"]?["name"]?.string
        username = match["profile"]?["username"]?.string
    }
}

extension UnixTime {
    /// Reads a webhook's time in seconds: a string of ASCII digits or a JSON integer, 18 digits at most.
    init?(webhook json: JSONValue?) {
        guard let digits = json?.stringOrNumber, (1...18).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }), let seconds = Int64(digits)
        else { return nil }
        self.init(seconds: seconds)
    }
}
