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
        let root = 0
        guard let entries = json.member("entry", of: root), json.isArray(entries),
            !json.repeats(anyOf: ["object", "entry"], in: root)
        else {
            throw WebhookParseError(reason: "The body is not a webhook payload: an object with one list 'entry'")
        }
        var reader = Reader(json: json)
        json.forEachElement(of: entries) { reader.read(entry: $0) }
        return WebhookPayload(object: json.string("object", of: root), events: reader.events)
    }
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
        guard json.isObject(entry), !json.repeats(anyOf: ["id", "changes"], in: entry) else {
            return addUndecodable(entry, "entry is no object, or says a thing twice")
        }
        entryID = json.stringOrNumber("id", of: entry)
        guard let changes = json.member("changes", of: entry), json.isArray(changes) else {
            return addUndecodable(entry, "entry has no list 'changes'")
        }
        entryTime = UnixTime(webhook: json.stringOrNumber("time", of: entry))
        json.forEachElement(of: changes) { read(change: $0) }
    }

    private mutating func read(change: Int) {
        field = json.string("field", of: change)
        phoneNumberID = nil
        guard json.isObject(change), !json.repeats(anyOf: ["field", "value"], in: change) else {
            return addUndecodable(change, "change is no object, or says a thing twice")
        }
        guard let value = json.member("value", of: change) else { return add(.change(nil)) }
        guard json.isObject(value) else { return add(.change(self.value(value))) }
        read(value: value)
    }

    private mutating func read(value: Int) {
        let metadata = json.member("metadata", of: value)
        guard !json.repeats(anyOf: ["metadata", "contacts", "messages", "statuses", "errors"], in: value),
            !(metadata.map { json.repeats(anyOf: ["phone_number_id"], in: $0) } ?? false)
        else { return addUndecodable(value, "value says a thing twice") }
        phoneNumberID = metadata.flatMap { json.stringOrNumber("phone_number_id", of: $0) }
        let count = events.count
        if let messages = list("messages", of: value) { read(messages: messages, of: value) }
        if let statuses = list("statuses", of: value) { read(statuses: statuses) }
        if let errors = list("errors", of: value) { read(errors: errors) }
        if events.count == count { add(.change(self.value(value))) }
    }

    /// A list may be missing; what stands there and is no list becomes an event of its own.
    private mutating func list(_ name: String, of value: Int) -> Int? {
        guard let list = json.member(name, of: value), json.kind(of: list) != .null else { return nil }
        if !json.isArray(list) { addUndecodable(list, "\(name) is no list") }
        return list
    }

    private mutating func read(messages: Int, of value: Int) {
        let contacts = InboundMessage.Contacts(json.member("contacts", of: value).map(self.value))
        let unrepeated = ["id", "from", "from_user_id", "type", "timestamp", "text"]
        json.forEachElement(of: messages) { message in
            guard isDecodable(message, unrepeated: unrepeated) else { return }
            add(.message(InboundMessage(self.value(message), contacts: contacts)))
        }
    }

    private mutating func read(statuses: Int) {
        let unrepeated = ["id", "status", "biz_opaque_callback_data"]
        json.forEachElement(of: statuses) { status in
            guard isDecodable(status, unrepeated: unrepeated) else { return }
            add(.status(MessageStatus(self.value(status))))
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
    private mutating func isDecodable(_ element: Int, unrepeated names: [String]) -> Bool {
        guard json.isObject(element) else {
            addUndecodable(element, "element is no object")
            return false
        }
        let text = json.member("text", of: element)
        let repeats =
            json.repeats(anyOf: names, in: element)
            || text.map { json.repeats(anyOf: ["body"], in: $0) } ?? false
        if repeats { addUndecodable(element, "element says a thing twice") }
        return !repeats
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
