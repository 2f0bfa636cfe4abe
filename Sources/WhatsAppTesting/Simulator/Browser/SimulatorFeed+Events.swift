internal import WhatsAppCore

// What the page is told, one type of entry for each thing that happens.
extension SimulatorFeed {
    /// A user writes.
    func append(_ message: SimulatedDelivery.Message, key: MessageKey) {
        append("message") {
            $0.add("id", message.id)
            $0.add("key", key.description)
            $0.add("user", message.from)
            $0.add("kind", message.choice?.source.rawValue ?? message.kind.rawValue)
            $0.add("text", message.text ?? message.choice?.title)
        }
    }

    /// Something happens at Meta.
    func append(_ event: SimulatedMeta.Event) {
        switch event {
        case .took(let text):
            append("part") {
                $0.add("id", text.id)
                $0.add("user", text.recipient)
                $0.add("text", text.body)
                $0.array("choices") { choices in
                    for choice in text.choices {
                        choices.object {
                            $0.add("kind", choice.source.rawValue)
                            $0.add("choice", choice.id)
                            $0.add("text", choice.title)
                        }
                    }
                }
            }
        case .delivering(let delivery):
            append("delivering") { Self.write(delivery, into: &$0) }
        case .answered(let delivery, let status, let duration):
            append("delivered") {
                Self.write(delivery, into: &$0)
                if let status { $0.add("status", Int64(status)) } else { $0.addNull("status") }
                $0.add("microseconds", duration.wholeMicroseconds)
            }
        }
    }

    private static func write(_ delivery: SimulatedMeta.Delivery, into json: inout JSONWriter) {
        json.add("attempt", Int64(delivery.attempt))
        switch delivery.content {
        case .messages(let messages): json.add("message", messages.first?.id)
        case .statuses(let statuses):
            json.add("part", statuses.first?.text.id)
            json.add("user", statuses.first?.text.recipient)
            json.add("what", statuses.first?.status)
        }
    }

    /// The service asks one of its neighbours, or is answered.
    func append(_ call: SimulatedCall) {
        let request = call.request
        let body = try? JSONDocument(request.body).root
        let isGraph = body?["messaging_product"] != nil
        append(call.answer == nil ? "calling" : "called") {
            $0.add("call", Int64(call.number))
            $0.add("to", isGraph ? "Graph" : request.path == "/v1/messages" ? "Claude" : "backend")
            $0.add("method", request.method.rawValue)
            $0.add("path", request.path)
            $0.add("user", Self.user(of: request, body))
            $0.add("message", body?["message_id"]?.string)
            if isGraph { $0.add("what", Self.purpose(of: body)) }
            guard let answer = call.answer else { return }
            $0.add("status", Int64(answer.status))
            $0.add("microseconds", answer.after.wholeMicroseconds)
            $0.add("code", answer.body.flatMap { try? JSONDocument($0).root["error"]?["code"]?.integer })
        }
    }

    private static func user(of request: HTTPRequest, _ body: JSONValue?) -> String? {
        body?["to"]?.string ?? body?["recipient"]?.string ?? body?["phone_num"]?.string
            ?? request.queryItems.first { $0.name == "phone_num" }?.value
    }

    private static func purpose(of body: JSONValue?) -> String {
        guard body?["status"] != nil else { return "text" }
        return body?["typing_indicator"] == nil ? "read" : "typing"
    }

    /// The service writes a line of its log; what is no JSON object is passed over.
    func append(logLine line: String) {
        let json = Array(line.utf8)
        guard let root = try? JSONDocument(json).root, root.isObject else { return }
        append("log") { $0.raw("line", json) }
    }
}

extension Duration {
    fileprivate var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
