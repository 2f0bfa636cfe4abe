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
        let root = json.members(Names.root, of: 0)
        guard let entries = root[1], json.isArray(entries), !root.repeats else {
            throw WebhookParseError(reason: "The body is not a webhook payload: an object with one list 'entry'")
        }
        var reader = Reader(json: json)
        json.forEachElement(of: entries) { reader.read(entry: $0) }
        return WebhookPayload(object: root[0].flatMap { json.string($0) }, events: reader.events)
    }
}

/// The members that decide: none of them may come twice.
private enum Names {
    static let root: [JSONName] = ["object", "entry"]
    static let entry: [JSONName] = ["id", "changes"]
    static let change: [JSONName] = ["field", "value"]
    static let value: [JSONName] = ["metadata", "contacts", "messages", "statuses", "errors"]
    static let metadata: [JSONName] = ["phone_number_id"]
    static let status: [JSONName] = ["id", "status", "biz_opaque_callback_data"]
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
        let members = json.members(Names.entry, of: entry)
        guard json.isObject(entry), !members.repeats else {
            return addUndecodable(entry, "entry is no object, or says a thing twice")
        }
        entryID = members[0].flatMap { json.stringOrNumber($0) }
        guard let changes = members[1], json.isArray(changes) else {
            return addUndecodable(entry, "entry has no list 'changes'")
        }
        entryTime = UnixTime(webhook: json.member("time", of: entry), in: json)
        json.forEachElement(of: changes) { read(change: $0) }
    }

    private mutating func read(change: Int) {
        let members = json.members(Names.change, of: change)
        (field, phoneNumberID) = (members[0].flatMap { json.string($0) }, nil)
        guard json.isObject(change), !members.repeats else {
            return addUndecodable(change, "change is no object, or says a thing twice")
        }
        guard let value = members[1] else { return add(.change(nil)) }
        guard json.isObject(value) else { return add(.change(self.value(value))) }
        read(value: value)
    }

    private mutating func read(value: Int) {
        let members = json.members(Names.value, of: value)
        let metadata = members[0].map { json.members(Names.metadata, of: $0) }
        guard !members.repeats, metadata?.repeats != true else {
            return addUndecodable(value, "value says a thing twice")
        }
        phoneNumberID = metadata?[0].flatMap { json.stringOrNumber($0) }
        let count = events.count
        if let messages = list("messages", members[2]) { read(messages: messages, contacts: members[1]) }
        if let statuses = list("statuses", members[3]) { read(statuses: statuses) }
        if let errors = list("errors", members[4]) { read(errors: errors) }
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
            let members = json.members(Names.status, of: element)
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
