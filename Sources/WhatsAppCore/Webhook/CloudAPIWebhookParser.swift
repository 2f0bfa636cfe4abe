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
        let root: JSONValue
        do { root = try JSONDocument(body).root } catch {
            throw WebhookParseError(reason: "The body is not JSON: \(error)")
        }
        guard root.isObject, let entries = root["entry"], entries.isArray, !root.repeats(anyOf: ["object", "entry"])
        else {
            throw WebhookParseError(reason: "The body is not a webhook payload: an object with one list 'entry'")
        }
        var payload = WebhookPayload(object: root["object"]?.string, events: [])
        entries.forEachElement { add(entry: $0, to: &payload.events) }
        return payload
    }

    private func add(entry: JSONValue, to events: inout [WebhookEvent]) {
        guard entry.isObject, !entry.repeats(anyOf: ["id", "changes"]) else {
            let content = WebhookEvent.Content.undecodable(entry, reason: "entry is no object, or says a thing twice")
            return events.append(WebhookEvent(field: nil, phoneNumberID: nil, content: content))
        }
        let id = entry["id"]?.stringOrNumber
        guard let changes = entry["changes"], changes.isArray else {
            let content = WebhookEvent.Content.undecodable(entry, reason: "entry has no list 'changes'")
            return events.append(WebhookEvent(entryID: id, field: nil, phoneNumberID: nil, content: content))
        }
        let time = UnixTime(webhook: entry["time"])
        changes.forEachElement { change in
            var place = WebhookEvent(
                entryID: id, entryTime: time, field: change["field"]?.string, phoneNumberID: nil, content: .change(nil))
            guard change.isObject, !change.repeats(anyOf: ["field", "value"]) else {
                place.content = .undecodable(change, reason: "change is no object, or says a thing twice")
                return events.append(place)
            }
            add(value: change["value"], at: place, to: &events)
        }
    }

    private func add(value: JSONValue?, at place: WebhookEvent, to events: inout [WebhookEvent]) {
        var place = place
        place.content = .change(value)
        guard let value, value.isObject else { return events.append(place) }
        let metadata = value["metadata"]
        guard !value.repeats(anyOf: ["metadata", "contacts", "messages", "statuses", "errors"]),
            !(metadata?.repeats(anyOf: ["phone_number_id"]) ?? false)
        else {
            place.content = .undecodable(value, reason: "value says a thing twice")
            return events.append(place)
        }
        place.phoneNumberID = metadata?["phone_number_id"]?.stringOrNumber
        let contacts = InboundMessage.Contacts(value["contacts"]?.elements ?? [])

        let count = events.count
        func add(_ content: WebhookEvent.Content) {
            var event = place
            event.content = content
            events.append(event)
        }
        /// A list may be missing; what stands there and is no list becomes an event of its own.
        func elements(_ name: String) -> [JSONValue] {
            guard let list = value[name], !list.isNull else { return [] }
            if !list.isArray { add(.undecodable(list, reason: "\(name) is no list")) }
            return list.elements
        }
        for message in elements("messages") {
            add(
                content(of: message, unrepeated: ["id", "from", "from_user_id", "type", "timestamp", "text"]) {
                    .message(InboundMessage($0, contacts: contacts))
                })
        }
        for status in elements("statuses") {
            add(
                content(of: status, unrepeated: ["id", "status", "biz_opaque_callback_data"]) {
                    .status(MessageStatus($0))
                })
        }
        let errors = elements("errors")
        for error in errors where !error.isObject { add(.undecodable(error, reason: "error is no object")) }
        let reports = errors.filter(\.isObject).map { CloudAPIError($0) }
        if !reports.isEmpty { add(.errors(reports)) }
        if events.count == count { events.append(place) }
    }

    private func content(
        of element: JSONValue, unrepeated names: [String], _ decode: (JSONValue) -> WebhookEvent.Content
    ) -> WebhookEvent.Content {
        guard element.isObject else { return .undecodable(element, reason: "element is no object") }
        guard !element.repeats(anyOf: names), !(element["text"]?.repeats(anyOf: ["body"]) ?? false) else {
            return .undecodable(element, reason: "element says a thing twice")
        }
        return decode(element)
    }
}

extension WebhookParser where Self == CloudAPIWebhookParser {
    /// Reads the payloads of the WhatsApp Cloud API.
    public static var cloudAPI: CloudAPIWebhookParser { CloudAPIWebhookParser() }
}
