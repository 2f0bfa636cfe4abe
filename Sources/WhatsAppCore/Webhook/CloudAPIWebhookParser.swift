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
        var events: [WebhookEvent] = []
        entries.forEachElement { add(entry: $0, to: &events) }
        return WebhookPayload(object: root.string("object"), events: events)
    }

    private func add(entry: JSONValue, to events: inout [WebhookEvent]) {
        guard entry.isObject, !entry.repeats(anyOf: ["id", "changes"]) else {
            let content = WebhookEvent.Content.undecodable(entry, reason: "entry is no object, or says a thing twice")
            return events.append(WebhookEvent(field: nil, phoneNumberID: nil, content: content))
        }
        var place = Place(entryID: entry.stringOrNumber("id"))
        guard let changes = entry["changes"], changes.isArray else {
            return events.append(place.event(.undecodable(entry, reason: "entry has no list 'changes'")))
        }
        place.entryTime = UnixTime(webhook: entry.stringOrNumber("time"))
        changes.forEachElement { change in
            place.field = change.string("field")
            place.phoneNumberID = nil
            guard change.isObject, !change.repeats(anyOf: ["field", "value"]) else {
                let content = WebhookEvent.Content.undecodable(
                    change, reason: "change is no object, or says a thing twice")
                return events.append(place.event(content))
            }
            add(value: change["value"], at: &place, to: &events)
        }
    }

    /// Where in the payload an event stands.
    private struct Place {
        var entryID: String?
        var entryTime: UnixTime?
        var field: String?
        var phoneNumberID: String?

        func event(_ content: WebhookEvent.Content) -> WebhookEvent {
            WebhookEvent(
                entryID: entryID, entryTime: entryTime, field: field, phoneNumberID: phoneNumberID, content: content)
        }
    }

    private func add(value: JSONValue?, at place: inout Place, to events: inout [WebhookEvent]) {
        guard let value, value.isObject else { return events.append(place.event(.change(value))) }
        let metadata = value["metadata"]
        guard !value.repeats(anyOf: ["metadata", "contacts", "messages", "statuses", "errors"]),
            !(metadata?.repeats(anyOf: ["phone_number_id"]) ?? false)
        else { return events.append(place.event(.undecodable(value, reason: "value says a thing twice"))) }
        place.phoneNumberID = metadata?.stringOrNumber("phone_number_id")

        let count = events.count
        /// A list may be missing; what stands there and is no list becomes an event of its own.
        func list(_ name: String) -> JSONValue? {
            guard let list = value[name], !list.isNull else { return nil }
            if !list.isArray { events.append(place.event(.undecodable(list, reason: "\(name) is no list"))) }
            return list
        }
        if let messages = list("messages") {
            let contacts = InboundMessage.Contacts(value["contacts"])
            messages.forEachElement { message in
                let content = undecodable(
                    message, unrepeated: ["id", "from", "from_user_id", "type", "timestamp", "text"])
                events.append(place.event(content ?? .message(InboundMessage(message, contacts: contacts))))
            }
        }
        list("statuses")?.forEachElement { status in
            let content = undecodable(status, unrepeated: ["id", "status", "biz_opaque_callback_data"])
            events.append(place.event(content ?? .status(MessageStatus(status))))
        }
        var reports: [CloudAPIError] = []
        list("errors")?.forEachElement { error in
            if error.isObject {
                reports.append(CloudAPIError(error))
            } else {
                events.append(place.event(.undecodable(error, reason: "error is no object")))
            }
        }
        if !reports.isEmpty { events.append(place.event(.errors(reports))) }
        if events.count == count { events.append(place.event(.change(value))) }
    }

    /// Why an element cannot be understood, if it cannot.
    private func undecodable(_ element: JSONValue, unrepeated names: [String]) -> WebhookEvent.Content? {
        guard element.isObject else { return .undecodable(element, reason: "element is no object") }
        guard !element.repeats(anyOf: names), !(element["text"]?.repeats(anyOf: ["body"]) ?? false) else {
            return .undecodable(element, reason: "element says a thing twice")
        }
        return nil
    }
}

extension WebhookParser where Self == CloudAPIWebhookParser {
    /// Reads the payloads of the WhatsApp Cloud API.
    public static var cloudAPI: CloudAPIWebhookParser { CloudAPIWebhookParser() }
}
