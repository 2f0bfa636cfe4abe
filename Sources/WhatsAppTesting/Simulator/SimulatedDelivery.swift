public import WhatsAppCore

/// Writes deliveries as Meta does: compact, ASCII only, slashes escaped, signed.
public struct SimulatedDelivery: Sendable {
    /// The WhatsApp business account's id.
    public var accountID = "100000000000001"
    /// The business number that receives.
    public var phoneNumberID: String
    /// The app secret to sign with.
    public var appSecret: Secret

    /// Makes a writer of deliveries to one number.
    public init(phoneNumberID: String, appSecret: Secret) {
        self.phoneNumberID = phoneNumberID
        self.appSecret = appSecret
    }

    /// One message of a delivery.
    public struct Message: Sendable {
        /// Its id.
        public var id: String
        /// Who wrote it: a phone number without `+`.
        public var from: String
        /// When, in seconds since 1970.
        public var timestamp: Int64
        /// The type.
        public var kind: MessageKind
        /// The text of a text message.
        public var text: String?
        /// What was chosen, in an answer to buttons or to a list.
        public var choice: Choice?

        /// What a user chose: `interactive` in the payload.
        public struct Choice: Sendable {
            /// Among what.
            public enum Source: String, Sendable {
                /// Buttons below a message.
                case button = "button_reply"
                /// A list that opens.
                case list = "list_reply"
            }
            /// Among what.
            public var source: Source
            /// The id that the business gave it.
            public var id: String
            /// What the user read.
            public var title: String

            /// Makes a choice.
            public init(_ source: Source, id: String, title: String) {
                self.source = source
                self.id = id
                self.title = title
            }
        }

        /// A text message.
        public init(id: String, from: String, timestamp: Int64, text: String) {
            self.id = id
            self.from = from
            self.timestamp = timestamp
            self.kind = .text
            self.text = text
        }

        /// A message of another type: a picture, a voice note, a place; of any other, an object with an id.
        public init(id: String, from: String, timestamp: Int64, kind: MessageKind) {
            self.id = id
            self.from = from
            self.timestamp = timestamp
            self.kind = kind
        }

        /// An answer to buttons or to a list.
        public init(id: String, from: String, timestamp: Int64, choice: Choice) {
            self.init(id: id, from: from, timestamp: timestamp, kind: .interactive)
            self.choice = choice
        }

        func writeContent(into json: inout JSONWriter) {
            if let text { return json.add("body", text) }
            switch kind {
            case .interactive:
                guard let choice else { return }
                json.add("type", choice.source.rawValue)
                json.object(choice.source.rawValue) {
                    $0.add("id", choice.id)
                    $0.add("title", choice.title)
                }
            case .location:
                json.raw("latitude", Array("21.4225".utf8))
                json.raw("longitude", Array("39.8262".utf8))
            case .image, .sticker:
                json.add("mime_type", kind == .image ? "image/jpeg" : "image/webp")
                json.add("id", "1")
            case .audio:
                json.add("mime_type", "audio/ogg; codecs=opus")
                json.add("id", "1")
                json.add("voice", true)
            default: json.add("id", "1")
            }
        }
    }

    /// What a delivery tells of a text that the business sent.
    public struct Status: Sendable {
        /// The text.
        public var text: SimulatedGraph.Text
        /// What became of it: `sent`, `delivered`, `read`, `failed`.
        public var status: String
        /// When, in seconds since 1970.
        public var timestamp: Int64

        /// Makes a status.
        public init(of text: SimulatedGraph.Text, _ status: String, timestamp: Int64) {
            self.text = text
            self.status = status
            self.timestamp = timestamp
        }
    }

    /// The request that delivers `messages` to the webhook at `target`.
    public func request(to target: String, _ messages: [Message]) -> HTTPRequest {
        request(to: target, body: body(messages))
    }

    /// The request that delivers `body`, signed, to the webhook at `target`.
    public func request(to target: String, body: [UInt8]) -> HTTPRequest {
        HTTPRequest(
            method: .post, target: target,
            fields: [
                "Content-Type": "application/json", "User-Agent": "facebookexternalua",
                SignatureVerifier.headerName: SignatureVerifier.sign(body, with: appSecret),
            ], body: body)
    }

    /// The body of a delivery of messages.
    public func body(_ messages: [Message]) -> [UInt8] { body { write(messages, into: &$0) } }

    /// The body of a delivery of statuses.
    public func body(_ statuses: [Status]) -> [UInt8] { body { write(statuses, into: &$0) } }

    private func body(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        let json = JSONWriter.object { root in
            root.add("object", "whatsapp_business_account")
            root.array("entry") { entries in
                entries.object { entry in
                    entry.add("id", accountID)
                    entry.array("changes") { changes in
                        changes.object { change in
                            change.object("value") { value in
                                value.add("messaging_product", "whatsapp")
                                value.object("metadata") {
                                    $0.add("display_phone_number", "15550000000")
                                    $0.add("phone_number_id", phoneNumberID)
                                }
                                write(&value)
                            }
                            change.add("field", "messages")
                        }
                    }
                }
            }
        }
        return Self.escapedLikeMeta(json)
    }

    private func write(_ statuses: [Status], into value: inout JSONWriter) {
        value.array("statuses") { array in
            for status in statuses {
                array.object {
                    $0.add("id", status.text.id)
                    $0.add("status", status.status)
                    $0.add("timestamp", String(status.timestamp))
                    $0.add("recipient_id", status.text.recipient)
                    if let data = status.text.callbackData { $0.add("biz_opaque_callback_data", data) }
                }
            }
        }
    }

    private func write(_ messages: [Message], into value: inout JSONWriter) {
        value.array("contacts") { contacts in
            var named: Set<String> = []
            for message in messages where named.insert(message.from).inserted {
                contacts.object {
                    $0.object("profile") { $0.add("name", "Simulated user") }
                    $0.add("wa_id", message.from)
                }
            }
        }
        value.array("messages") { array in
            for message in messages {
                array.object {
                    $0.add("from", message.from)
                    $0.add("id", message.id)
                    $0.add("timestamp", String(message.timestamp))
                    $0.add("type", message.kind.rawValue)
                    $0.object(message.kind.rawValue) { message.writeContent(into: &$0) }
                }
            }
        }
    }

    /// Meta signs an ASCII form: other characters as lower-case `\uXXXX`, and `/` as `\/`.
    private static func escapedLikeMeta(_ json: [UInt8]) -> [UInt8] {
        guard json.contains(where: { $0 >= 0x80 || $0 == UInt8(ascii: "/") }) else { return json }
        var out: [UInt8] = []
        out.reserveCapacity(json.count + 16)
        for unit in String(decoding: json, as: UTF8.self).utf16 {
            switch unit {
            case 0x2f: out += [UInt8(ascii: "\\"), UInt8(ascii: "/")]
            case 0..<0x80: out.append(UInt8(unit))
            default:
                let digits = String(unit, radix: 16)
                out.append(contentsOf: Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8))
            }
        }
        return out
    }
}
