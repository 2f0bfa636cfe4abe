/// Reads the payloads of the WhatsApp Cloud API (developers.facebook.com, "Webhooks: messages").
///
/// Types are read loosely, as Meta sends them: ids and times as strings or numbers, keys in any order, unknown keys and
/// types kept. Repeated keys are not: in an object that decides about a message they make the element undecodable, and
/// around it the payload invalid, because two readers could understand two things.
public struct CloudAPIWebhookParser: WebhookParser {
    /// Makes the parser.
    public init() {}

    /// Reads one delivery; see ``WebhookParser/parse(_:)``.
    public func parse(_ body: [UInt8]) throws(WebhookParseError) -> WebhookPayload {
        let json: JSONDocument.Storage
        do { json = try JSONDocument(body).storage } catch {
            throw WebhookParseError(reason: "The body is not JSON: \(error)")
        }
        let root = json.members(RootName.self, of: 0)
        guard let entries = root[.entry], json.isArray(entries), !root.repeats else {
            throw WebhookParseError(reason: "The body is not a webhook payload: an object with one list 'entry'")
        }
        var reader = Reader(json: json)
        json.forEachElement(of: entries) { reader.read(entry: $0) }
        return WebhookPayload(object: root[.object].flatMap { json.string($0) }, events: reader.events)
    }
}

// The members that decide: none of them may come twice.

private enum RootName: Int, JSONMemberNames {
    case object, entry
    static let names: [JSONName] = ["object", "entry"]
}

private enum EntryName: Int, JSONMemberNames {
    case id, changes
    static let names: [JSONName] = ["id", "changes"]
}

private enum ChangeName: Int, JSONMemberNames {
    case field, value
    static let names: [JSONName] = ["field", "value"]
}

private enum ValueName: Int, JSONMemberNames {
    case metadata, contacts, messages, statuses, errors
    static let names: [JSONName] = ["metadata", "contacts", "messages", "statuses", "errors"]
}

private enum MetadataName: Int, JSONMemberNames {
    case phoneNumberID
    static let names: [JSONName] = ["phone_number_id"]
}

private enum StatusName: Int, JSONMemberNames {
    case id, status, callbackData
    static let names: [JSONName] = ["id", "status", "biz_opaque_callback_data"]
}

/// Reads entries into events, each with the place where it stood.
private struct Reader {
    let json: JSONDocument.Storage
    private(set) var events: [WebhookEvent] = []
    private var entryID: String?
    private var entryTime: UnixTime?
    private var field: String?
    private var phoneNumberID: String?

    init(json: JSONDocument.Storage) { self.json = json }

    mutating func read(entry: Int) {
        (entryID, entryTime, field, phoneNumberID) = (nil, nil, nil, nil)
        let members = json.members(EntryName.self, of: entry)
        guard json.isObject(entry), !members.repeats else {
            return addUndecodable(entry, "entry is no object, or says a thing twice")
        }
        entryID = members[.id].flatMap { json.stringOrNumber($0) }
        guard let changes = members[.changes], json.isArray(changes) else {
            return addUndecodable(entry, "entry has no list 'changes'")
        }
        entryTime = UnixTime(webhook: json.member("time", of: entry), in: json)
        json.forEachElement(of: changes) { read(change: $0) }
    }

    private mutating func read(change: Int) {
        let members = json.members(ChangeName.self, of: change)
        (field, phoneNumberID) = (members[.field].flatMap { json.string($0) }, nil)
        guard json.isObject(change), !members.repeats else {
            return addUndecodable(change, "change is no object, or says a thing twice")
        }
        guard let value = members[.value] else { return add(.change(nil)) }
        guard json.isObject(value) else { return add(.change(self.value(value))) }
        read(value: value)
    }

    private mutating func read(value: Int) {
        let members = json.members(ValueName.self, of: value)
        let metadata = members[.metadata].map { json.members(MetadataName.self, of: $0) }
        guard !members.repeats, metadata?.repeats != true else {
            return addUndecodable(value, "value says a thing twice")
        }
        phoneNumberID = metadata?[.phoneNumberID].flatMap { json.stringOrNumber($0) }
        let count = events.count
        if let messages = list("messages", members[.messages]) {
            read(messages: messages, contacts: members[.contacts])
        }
        if let statuses = list("statuses", members[.statuses]) { read(statuses: statuses) }
        if let errors = list("errors", members[.errors]) { read(errors: errors) }
        if events.count == count { add(.change(self.value(value))) }
    }

    /// A list may be missing; what stands there and is no list becomes an event of its own.
    private mutating func list(_ name: String, _ value: Int?) -> Int? {
        guard let list = value, json.kind(of: list) != .null else { return nil }
        if !json.isArray(list) { addUndecodable(list, "\(name) is no list") }
        return list
    }

    private mutating func read(messages: Int, contacts: Int?) {
        let contacts = InboundMessage.Contacts(contacts.map(value))
        json.forEachElement(of: messages) { element in
            let message = InboundMessage(value(element), contacts: contacts)
            if isDecodable(element, repeats: message.repeats) { add(.message(message)) }
        }
    }

    private mutating func read(statuses: Int) {
        json.forEachElement(of: statuses) { element in
            let members = json.members(StatusName.self, of: element)
            if isDecodable(element, repeats: members.repeats) { add(.status(MessageStatus(value(element)))) }
        }
    }

    /// The reports become one event; what is none becomes one of its own.
    private mutating func read(errors: Int) {
        var reports: [CloudAPIError] = []
        json.forEachElement(of: errors) { error in
            guard json.isObject(error) else { return addUndecodable(error, "error is no object") }
            reports.append(CloudAPIError(value(error)))
        }
        if !reports.isEmpty { add(.errors(reports)) }
    }

    /// Whether an element can be understood; adds that it cannot.
    private mutating func isDecodable(_ element: Int, repeats: Bool) -> Bool {
        if !json.isObject(element) {
            addUndecodable(element, "element is no object")
        } else if repeats {
            addUndecodable(element, "element says a thing twice")
        } else {
            return true
        }
        return false
    }

    private func value(_ index: Int) -> JSONValue { JSONValue(storage: json, index: index) }

    private mutating func addUndecodable(_ index: Int, _ reason: String) {
        add(.undecodable(value(index), reason: reason))
    }

    private mutating func add(_ content: consuming WebhookEvent.Content) {
        events.append(
            WebhookEvent(
                entryID: entryID, entryTime: entryTime, field: field, phoneNumberID: phoneNumberID, content: content))
    }
}

extension WebhookParser where Self == CloudAPIWebhookParser {
    /// Reads the payloads of the WhatsApp Cloud API.
    public static var cloudAPI: CloudAPIWebhookParser { CloudAPIWebhookParser() }
}
