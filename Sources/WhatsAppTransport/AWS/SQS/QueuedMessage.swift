internal import WhatsAppCore

/// A message as it stands in the queue: JSON, readable in a console and by other programs.
struct QueuedMessage: Sendable, Hashable {
    var message: AcceptedMessage
    /// Whether it was put aside as a dead letter. One that comes back from there is to be tried again.
    var isDeadLetter = false

    /// The order of a user's messages is kept within their group: a hash, so that no number stands in a console. It hides the
    /// number from the eye, and not from somebody who tries all numbers.
    var group: String {
        Hex.encode(SHA256.hash(Array(message.lane.utf8)).bytes.prefix(16))
    }

    /// The text for the queue.
    var body: String {
        let json = JSONWriter.object { json in
            json.add("version", Self.version)
            json.add("key", message.key.description)
            json.add("phone_number_id", message.phoneNumberID)
            json.add("message_id", message.messageID)
            json.add("phone_number", message.user.phoneNumber)
            json.add("user_id", message.user.userID)
            json.add("type", message.kind.rawValue)
            json.add("text", message.text)
            json.add("accepted_at", message.acceptedAt.milliseconds)
            switch message.plan {
            case .answer: json.add("plan", "answer")
            case .notice(let notice): json.add("plan", "notice:" + notice.queueName)
            case .ignore(let reason): json.add("plan", "ignore:" + reason.rawValue)
            }
            if isDeadLetter { json.add("dead_letter", true) }
        }
        return Self.escapingNoncharacters(json)
    }

    private static let version: Int64 = 1

    init(_ message: AcceptedMessage, isDeadLetter: Bool = false) {
        self.message = message
        self.isDeadLetter = isDeadLetter
    }

    /// Reads a body; `nil` for what this version did not write.
    init?(body: String) {
        guard let json = try? JSONDocument(Array(body.utf8)).root, json["version"]?.integer == Self.version,
            let key = json["key"]?.string.flatMap({ MessageKey($0) }),
            let phoneNumberID = json["phone_number_id"]?.string, let kind = json["type"]?.string,
            let acceptedAt = json["accepted_at"]?.integer, let plan = json["plan"]?.string.flatMap(Self.plan)
        else { return nil }
        self.init(
            AcceptedMessage(
                key: key, phoneNumberID: phoneNumberID, messageID: json["message_id"]?.string,
                user: WhatsAppUser(phoneNumber: json["phone_number"]?.string, userID: json["user_id"]?.string),
                kind: MessageKind(rawValue: kind), text: json["text"]?.string,
                acceptedAt: UnixTime(milliseconds: acceptedAt), plan: plan),
            isDeadLetter: json["dead_letter"]?.bool ?? false)
    }

    private static func plan(_ text: String) -> MessagePlan? {
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        switch (halves[0], halves.dropFirst().first) {
        case ("answer", nil): return .answer
        case ("notice", let name?): return Notice(queueName: name).map { .notice($0) }
        case ("ignore", let reason?): return IgnoreReason(rawValue: reason).map { .ignore($0) }
        default: return nil
        }
    }

    /// SQS takes what XML 1.0 takes. JSON has escaped control characters already; U+FFFE and U+FFFF are left, and stand in
    /// strings alone.
    private static func escapingNoncharacters(_ json: [UInt8]) -> String {
        let text = String(decoding: json, as: UTF8.self)
        guard text.unicodeScalars.contains(where: { $0.value == 0xfffe || $0.value == 0xffff }) else { return text }
        return text.unicodeScalars.reduce(into: "") { out, scalar in
            switch scalar.value {
            case 0xfffe: out += "\\ufffe"
            case 0xffff: out += "\\uffff"
            default: out.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Notice {
    fileprivate var queueName: String {
        switch self {
        case .maintenance: "maintenance"
        case .registrationFailed: "registration_failed"
        case .historyUnavailable: "history_unavailable"
        case .threadFailed: "thread_failed"
        case .answerFailed: "answer_failed"
        case .emptyAnswer: "empty_answer"
        case .unexpected: "unexpected"
        case .unsupported(let kind): "unsupported:" + kind.rawValue
        }
    }

    fileprivate init?(queueName: String) {
        switch queueName {
        case "maintenance": self = .maintenance
        case "registration_failed": self = .registrationFailed
        case "history_unavailable": self = .historyUnavailable
        case "thread_failed": self = .threadFailed
        case "answer_failed": self = .answerFailed
        case "empty_answer": self = .emptyAnswer
        case "unexpected": self = .unexpected
        default:
            guard queueName.hasPrefix("unsupported:") else { return nil }
            self = .unsupported(MessageKind(rawValue: String(queueName.dropFirst("unsupported:".count))))
        }
    }
}
