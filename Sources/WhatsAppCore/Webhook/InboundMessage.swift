/// A message that somebody sent to the business: a view of it as it stands in the payload, read as far as it is asked.
///
/// What all types share is here; what belongs to one type alone is in ``text`` and its neighbours; the rest is in ``raw``.
public struct InboundMessage: Sendable {
    /// The message as it stands in the payload.
    public var raw: JSONValue
    /// The contacts beside it; see ``profile``.
    public var contacts: Contacts

    /// What the sender tells about themselves. Hostile input: it may hold anything, bidirectional controls included.
    public struct Profile: Sendable, Hashable {
        /// The name.
        public var name: String?
        /// The username, with its `@`.
        public var username: String?
    }

    /// Takes a message in.
    /// - Parameters:
    ///   - json: an element of `value.messages`.
    ///   - contacts: the contacts beside it.
    public init(_ json: JSONValue, contacts: Contacts = Contacts(nil)) {
        raw = json
        self.contacts = contacts
    }

    /// The message's id (wamid). It holds the sender's phone number in base64, so keep it out of logs.
    public var id: String? { raw["id"]?.stringOrNumber }

    /// The type; one from the future is kept as it came.
    public var kind: MessageKind { (raw["type"]?.stringOrNumber).map(MessageKind.init(rawValue:)) ?? .missing }

    /// Who wrote: either part may be missing, see ``WhatsAppUser``.
    public var sender: WhatsAppUser {
        WhatsAppUser(phoneNumber: raw["from"]?.stringOrNumber, userID: raw["from_user_id"]?.stringOrNumber)
    }

    /// When it was written; `nil` when the payload does not say so in at most 18 ASCII digits.
    public var timestamp: UnixTime? { UnixTime(webhook: raw["timestamp"]) }

    /// The sender's profile: the contact with the sender's number or user id.
    public var profile: Profile? { contacts[sender] }

    /// The id of the sender's enrolled group of portfolios (`from_parent_user_id`).
    public var senderParentUserID: String? { raw["from_parent_user_id"]?.string }

    /// The group in which it was written, if it was.
    public var groupID: String? { raw["group_id"]?.string }
}

extension InboundMessage {
    /// The contacts of a value (`value.contacts`), found by number or id, never by position: there may be a thousand, for a
    /// thousand messages, in any order.
    public struct Contacts: Sendable {
        /// The usual case: it needs no table.
        private var only: JSONValue?
        private var table: Table?

        private final class Table: Sendable {
            let byNumber: [String: JSONValue]
            let byUserID: [String: JSONValue]

            /// Of two contacts with the same number or id the first counts.
            init(_ contacts: [JSONValue]) {
                func table(_ name: (JSONValue) -> String?) -> [String: JSONValue] {
                    Dictionary(contacts.compactMap { contact in name(contact).map { ($0, contact) } }) { first, _ in
                        first
                    }
                }
                byNumber = table(\.number)
                byUserID = table(\.userID)
            }
        }

        /// Takes a list of contacts in. Of two with the same number or id the first counts; what is no list holds none.
        public init(_ list: JSONValue?) {
            only = list?.onlyElement
            if only == nil, let contacts = list?.elements, !contacts.isEmpty { table = Table(contacts) }
        }

        /// The profile of a user; `nil` when no contact is theirs.
        public subscript(user: WhatsAppUser) -> Profile? {
            func isTheirs(_ contact: JSONValue) -> Bool {
                user.phoneNumber != nil && contact.number == user.phoneNumber
                    || user.userID != nil && contact.userID == user.userID
            }
            let contact =
                only.flatMap { isTheirs($0) ? $0 : nil }
                ?? user.phoneNumber.flatMap { table?.byNumber[$0] }
                ?? user.userID.flatMap { table?.byUserID[$0] }
            return contact.map {
                Profile(name: $0["profile"]?["name"]?.string, username: $0["profile"]?["username"]?.string)
            }
        }
    }
}

extension JSONValue {
    fileprivate var number: String? { self["wa_id"]?.stringOrNumber }
    fileprivate var userID: String? { self["user_id"]?.stringOrNumber }
}

extension UnixTime {
    /// Reads a webhook's time in seconds: a string of ASCII digits or a JSON integer, 18 digits at most.
    init?(webhook json: JSONValue?) {
        guard let digits = json?.stringOrNumber, (1...18).contains(digits.utf8.count),
            digits.utf8.allSatisfy(\.isASCIIDigit), let seconds = Int64(digits)
        else { return nil }
        self.init(seconds: seconds)
    }
}
