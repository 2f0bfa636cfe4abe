/// A message that somebody sent to the business: a view of it as it stands in the payload, read as far as it is asked.
///
/// What all types share is here; what belongs to one type alone is in ``text`` and its neighbours; the rest is in ``raw``.
public struct InboundMessage: Sendable {
    /// The message as it stands in the payload.
    public let raw: JSONValue
    private let members: JSONMembers<Name>
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
        members = json.storage.members(Name.self, of: json.index)
        self.contacts = contacts
    }

    /// The members that are read of every message.
    private enum Name: Int, JSONMemberNames {
        case id, type, from, fromUserID, timestamp, text
        static let names: [JSONName] = ["id", "type", "from", "from_user_id", "timestamp", "text"]
    }

    private enum TextName: Int, JSONMemberNames {
        case body
        static let names: [JSONName] = ["body"]
    }

    private func stringOrNumber(_ name: Name) -> String? { members[name].flatMap { raw.storage.stringOrNumber($0) } }

    /// Whether it says one of these things twice, so that two readers could understand two things.
    var repeats: Bool {
        members.repeats || members[.text].map { raw.storage.members(TextName.self, of: $0).repeats } ?? false
    }

    /// The message's id (wamid). It holds the sender's phone number in base64, so keep it out of logs.
    public var id: String? { stringOrNumber(.id) }

    /// The type; one from the future is kept as it came.
    public var kind: MessageKind { stringOrNumber(.type).map(MessageKind.init(rawValue:)) ?? .missing }

    /// Who wrote: either part may be missing, see ``WhatsAppUser``.
    public var sender: WhatsAppUser {
        WhatsAppUser(phoneNumber: stringOrNumber(.from), userID: stringOrNumber(.fromUserID))
    }

    /// When it was written; `nil` when the payload does not say so in at most 18 ASCII digits.
    public var timestamp: UnixTime? { UnixTime(webhook: members[.timestamp], in: raw.storage) }

    /// The text of a text message, as it was written; `nil` for other types and where it is missing.
    public var text: String? {
        kind == .text ? members[.text].flatMap { raw.storage.string("body", of: $0) } : nil
    }

    /// The sender's profile: the contact with the sender's number or user id.
    public var profile: Profile? { contacts[sender] }

    /// The id of the sender's enrolled group of portfolios (`from_parent_user_id`).
    public var senderParentUserID: String? { raw.string("from_parent_user_id") }

    /// The group in which it was written, if it was.
    public var groupID: String? { raw.string("group_id") }
}

extension InboundMessage {
    /// The contacts of a value (`value.contacts`), found by number or id, never by position: there may be a thousand, for a
    /// thousand messages, in any order.
    public struct Contacts: Sendable {
        private enum Kind {
            /// The usual case: it needs no table.
            case one(JSONValue)
            case many(Table)
        }
        private var kind: Kind?

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
            if let one = list?.onlyElement {
                kind = .one(one)
            } else if let contacts = list?.elements, !contacts.isEmpty {
                kind = .many(Table(contacts))
            }
        }

        /// The profile of a user; `nil` when no contact is theirs.
        public subscript(user: WhatsAppUser) -> Profile? {
            let contact: JSONValue? =
                switch kind {
                case .one(let contact): contact.belongs(to: user) ? contact : nil
                case .many(let table):
                    user.phoneNumber.flatMap { table.byNumber[$0] } ?? user.userID.flatMap { table.byUserID[$0] }
                case nil: nil
                }
            return contact.map {
                Profile(name: $0["profile"]?.string("name"), username: $0["profile"]?.string("username"))
            }
        }
    }
}

extension JSONValue {
    fileprivate func belongs(to user: WhatsAppUser) -> Bool {
        user.phoneNumber != nil && number == user.phoneNumber || user.userID != nil && userID == user.userID
    }

    fileprivate var number: String? { stringOrNumber("wa_id") }
    fileprivate var userID: String? { stringOrNumber("user_id") }
}

extension UnixTime {
    /// Reads a webhook's time in seconds: a string of ASCII digits or a JSON integer, 18 digits at most.
    init?(webhook value: Int?, in json: JSONDocument.Storage) {
        guard let seconds = value.flatMap({ json.digits($0) }) else { return nil }
        self.init(seconds: seconds)
    }
}
