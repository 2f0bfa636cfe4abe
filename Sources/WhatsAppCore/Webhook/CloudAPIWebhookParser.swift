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
        return WebhookPayload(object: root["object"]?.string, events: entries.elements.flatMap(events(ofEntry:)))
    }

    private func events(ofEntry entry: JSONValue) -> [WebhookEvent] {
        guard entry.isObject, !entry.repeats(anyOf: ["id", "changes"]) else {
            let content = WebhookEvent.Content.undecodable(entry, reason: "entry is no object, or says a thing twice")
            return [WebhookEvent(field: nil, phoneNumberID: nil, content: content)]
        }
        guard let changes = entry["changes"], changes.isArray else {
            let content = WebhookEvent.Content.undecodable(entry, reason: "entry has no list 'changes'")
            return [
                WebhookEvent(entryID: entry["id"]?.stringOrNumber, field: nil, phoneNumberID: nil, content: content)
            ]
        }
        return changes.elements.flatMap { change in
            var place = WebhookEvent(
                entryID: entry["id"]?.stringOrNumber, entryTime: UnixTime(webhook: entry["time"]),
                field: change["field"]?.string, phoneNumberID: nil, content: .change(nil))
            guard change.isObject, !change.repeats(anyOf: ["field", "value"]) else {
                place.content = .undecodable(change, reason: "change is no object, or says a thing twice")
                return [place]
            }
            return events(ofValue: change["value"], at: place)
        }
    }

    private func events(ofValue value: JSONValue?, at place: WebhookEvent) -> [WebhookEvent] {
        var place = place
        place.content = .change(value)
        guard let value, value.isObject else { return [place] }
        guard !value.repeats(anyOf: ["metadata", "contacts", "messages", "statuses", "errors"]),
            !(value["metadata"]?.repeats(anyOf: ["phone_number_id"]) ?? false)
        else {
            place.content = .undecodable(value, reason: "value says a thing twice")
            return [place]
        }
        place.phoneNumberID = value["metadata"]?["phone_number_id"]?.stringOrNumber
        let contacts = InboundMessage.Contacts(value["contacts"]?.elements ?? [])

        var contents: [WebhookEvent.Content] = []
        for message in elements("messages", of: value, &contents) {
            contents.append(
                content(of: message, unrepeated: ["id", "from", "from_user_id", "type", "timestamp", "text"]) {
                    .message(InboundMessage($0, contacts: contacts))
                })
        }
        for status in elements("statuses", of: value, &contents) {
            contents.append(
                content(of: status, unrepeated: ["id", "status", "biz_opaque_callback_data"]) {
                    .status(MessageStatus($0))
                })
        }
        let errors = elements("errors", of: value, &contents)
        contents += errors.filter { !$0.isObject }.map { .undecodable($0, reason: "error is no object") }
        let reports = errors.filter(\.isObject).map { CloudAPIError($0) }
        if !reports.isEmpty { contents.append(.errors(reports)) }
        if contents.isEmpty { return [place] }
        return contents.map { content in
            var event = place
            event.content = content
            return event
        }
    }

    /// The elements of a list, which may be missing; what stands there and is no list becomes content of its own.
    private func elements(
        _ name: String, of value: JSONValue, _ contents: inout [WebhookEvent.Content]
    ) -> [JSONValue] {
        guard let list = value[name], !list.isNull else { return [] }
        if !list.isArray { contents.append(.undecodable(list, reason: "\(name) is no list")) }
        return list.elements
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
