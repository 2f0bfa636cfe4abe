// The binary forms of messages and of their progress. A new case gets the next free number; numbers are never reused.

extension ByteWriter {
    /// All of a message but its key.
    mutating func message(_ message: AcceptedMessage) {
        fixed(message.acceptedAt.milliseconds)
        text(message.phoneNumberID)
        optionalText(message.messageID)
        optionalText(message.user.phoneNumber)
        optionalText(message.user.userID)
        text(message.kind.rawValue)
        optionalText(message.text)
        switch message.plan {
        case .answer: fixed(UInt8(0))
        case .notice(let notice):
            fixed(UInt8(1))
            self.notice(notice)
        case .ignore(let reason):
            fixed(UInt8(2))
            text(reason.rawValue)
        }
    }

    mutating func step(_ step: MessageProgress) {
        switch step {
        case .attempted: fixed(UInt8(0))
        case .threadOpened(let id):
            fixed(UInt8(1))
            optionalText(id)
        case .replied(let reply):
            fixed(UInt8(2))
            count(reply.parts.count)
            for part in reply.parts { text(part) }
            outcome(reply.outcome)
        case .sending(let part):
            fixed(UInt8(3))
            count(part)
        case .sent(let part, let id):
            fixed(UInt8(4))
            count(part)
            text(id)
        case .finished(let outcome):
            fixed(UInt8(5))
            self.outcome(outcome)
        case .suspended: fixed(UInt8(6))
        case .notSent(let part):
            fixed(UInt8(7))
            count(part)
        case .replayed: fixed(UInt8(8))
        }
    }

    private mutating func outcome(_ outcome: MessageOutcome) {
        switch outcome {
        case .answered(let parts):
            fixed(UInt8(0))
            count(parts)
        case .noticed(let notice):
            fixed(UInt8(1))
            self.notice(notice)
        case .ignored(let reason):
            fixed(UInt8(2))
            text(reason.rawValue)
        case .failed(let reason):
            fixed(UInt8(3))
            text(reason)
        case .deadLettered(let reason):
            fixed(UInt8(4))
            text(reason)
        }
    }

    private mutating func notice(_ notice: Notice) {
        switch notice {
        case .maintenance: fixed(UInt8(0))
        case .registrationFailed: fixed(UInt8(1))
        case .historyUnavailable: fixed(UInt8(2))
        case .threadFailed: fixed(UInt8(3))
        case .answerFailed: fixed(UInt8(4))
        case .emptyAnswer: fixed(UInt8(5))
        case .unexpected: fixed(UInt8(6))
        case .unsupported(let kind):
            fixed(UInt8(7))
            text(kind.rawValue)
        }
    }
}

extension ByteReader {
    /// A message, but for its key.
    mutating func message(_ key: MessageKey) throws(JournalCodingError) -> AcceptedMessage {
        let acceptedAt = UnixTime(milliseconds: try fixed())
        let phoneNumberID = try text()
        let messageID = try optionalText()
        let user = WhatsAppUser(phoneNumber: try optionalText(), userID: try optionalText())
        let kind = MessageKind(rawValue: try text())
        let text = try optionalText()
        let plan: MessagePlan
        switch try fixed(UInt8.self) {
        case 0: plan = .answer
        case 1: plan = .notice(try notice())
        case 2: plan = .ignore(try ignoreReason())
        case let tag: throw .unknown("plan \(tag)")
        }
        return AcceptedMessage(
            key: key, phoneNumberID: phoneNumberID, messageID: messageID, user: user, kind: kind, text: text,
            acceptedAt: acceptedAt, plan: plan)
    }

    mutating func step() throws(JournalCodingError) -> MessageProgress {
        switch try fixed(UInt8.self) {
        case 0: return .attempted
        case 1: return .threadOpened(try optionalText())
        case 2:
            var parts: [String] = []
            for _ in 0..<(try count()) { parts.append(try text()) }
            return .replied(Reply(parts: parts, outcome: try outcome()))
        case 3: return .sending(part: try count())
        case 4: return .sent(part: try count(), id: try text())
        case 5: return .finished(try outcome())
        case 6: return .suspended
        case 7: return .notSent(part: try count())
        case 8: return .replayed
        case let tag: throw .unknown("step \(tag)")
        }
    }

    private mutating func outcome() throws(JournalCodingError) -> MessageOutcome {
        switch try fixed(UInt8.self) {
        case 0: return .answered(parts: try count())
        case 1: return .noticed(try notice())
        case 2: return .ignored(try ignoreReason())
        case 3: return .failed(reason: try text())
        case 4: return .deadLettered(reason: try text())
        case let tag: throw .unknown("outcome \(tag)")
        }
    }

    private mutating func notice() throws(JournalCodingError) -> Notice {
        switch try fixed(UInt8.self) {
        case 0: return .maintenance
        case 1: return .registrationFailed
        case 2: return .historyUnavailable
        case 3: return .threadFailed
        case 4: return .answerFailed
        case 5: return .emptyAnswer
        case 6: return .unexpected
        case 7: return .unsupported(MessageKind(rawValue: try text()))
        case let tag: throw .unknown("notice \(tag)")
        }
    }

    private mutating func ignoreReason() throws(JournalCodingError) -> IgnoreReason {
        let name = try text()
        guard let reason = IgnoreReason(rawValue: name) else { throw .unknown("reason \(name)") }
        return reason
    }
}

extension MessageProgress {
    /// The step as the journal writes it, for other stores.
    package var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.step(self)
        return writer.bytes
    }

    /// Reads a step; `nil` for anything that this version did not write.
    package init?(encoded bytes: [UInt8]) {
        var reader = ByteReader(bytes, in: 0..<bytes.count)
        guard let step = try? reader.step(), reader.isAtEnd else { return nil }
        self = step
    }
}
