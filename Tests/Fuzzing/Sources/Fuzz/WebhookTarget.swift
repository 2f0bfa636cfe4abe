import WhatsAppCore

enum WebhookTarget {
    /// Every element of a payload is in an event of its own, in the payload's order.
    static func violations(_ input: FuzzInput) -> [String] {
        let bytes = Array(input.bytes)
        guard let root = try? JSONDocument(bytes).root, root.isObject, let entries = root["entry"], entries.isArray,
            !root.repeats(anyOf: ["object", "entry"])
        else {
            return (try? CloudAPIWebhookParser().parse(bytes)) == nil ? [] : ["accepted: \(input.text)"]
        }
        guard let payload = try? CloudAPIWebhookParser().parse(bytes) else { return ["refused: \(input.text)"] }
        let expected = entries.elements.flatMap(elements(ofEntry:))
        let found = payload.events.flatMap { event -> [String] in
            switch event.content {
            case .message(let message): [raw(message.raw)]
            case .status(let status): [raw(status.raw)]
            case .change(let value): value.map { [raw($0)] } ?? []
            case .undecodable(let value, _): [raw(value)]
            case .errors(let errors): errors.map { _ in "error" }
            }
        }
        touch(payload)
        return found == expected ? [] : ["\(expected) became \(found): \(input.text)"]
    }

    private static func elements(ofEntry entry: JSONValue) -> [String] {
        guard entry.isObject, !entry.repeats(anyOf: ["id", "changes"]), let changes = entry["changes"], changes.isArray
        else { return [raw(entry)] }
        return changes.elements.flatMap { change -> [String] in
            guard change.isObject, !change.repeats(anyOf: ["field", "value"]) else { return [raw(change)] }
            guard let value = change["value"] else { return [] }
            let lists = ["messages", "statuses", "errors"]
            guard value.isObject, !value.repeats(anyOf: lists + ["metadata", "contacts"]),
                value["metadata"]?.repeats(anyOf: ["phone_number_id"]) != true
            else { return [raw(value)] }
            var found: [String] = []
            for name in lists {
                guard let list = value[name], !list.isNull else { continue }
                guard list.isArray else {
                    found.append(raw(list))
                    continue
                }
                // Of an error no raw value is kept. Errors make one event, and what is none among them comes before it.
                let isError = { (element: JSONValue) in name == "errors" && element.isObject }
                found += list.elements.filter { !isError($0) }.map(raw)
                found += list.elements.filter(isError).map { _ in "error" }
            }
            return found.isEmpty ? [raw(value)] : found
        }
    }

    private static func raw(_ value: JSONValue) -> String { String(decoding: value.rawBytes, as: UTF8.self) }

    /// Reads what is read on demand.
    private static func touch(_ payload: WebhookPayload) {
        for event in payload.events {
            guard case .message(let message) = event.content else { continue }
            _ = (message.text, message.media, message.reaction, message.location, message.interactiveReply)
            _ = (message.buttonPayload, message.systemType, message.context, message.errors)
        }
    }
}
