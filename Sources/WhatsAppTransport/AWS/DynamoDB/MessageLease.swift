public import WhatsAppCore

/// What a process knows of a message that it holds: enough for the next write, and nothing that only the table may say.
struct MessageLease: Sendable {
    /// The fencing token: a write under an older one is refused.
    var version: Int64
    /// What the item holds.
    var steps: [StoredStep]
    /// The part whose outcome nobody knows.
    var openPart: Int?

    /// Where the reply is, if there is one.
    var reply: ReplyPlace? {
        for case .reply(let place) in steps.reversed() { return place }
        return nil
    }

    /// Takes in what was recorded.
    mutating func append(_ more: [StoredStep]) {
        steps += more
        openPart = Self.openPart(after: more, before: openPart)
    }

    static func openPart(after steps: [StoredStep], before part: Int?) -> Int? {
        steps.reduce(part) { part, step in
            switch step {
            case .step(.sending(let part)): part
            case .step(.sent), .step(.finished), .step(.replayed): nil
            default: part
            }
        }
    }
}

/// Why a write was refused, for good.
public enum DynamoDBStoreError: StoreError, CustomStringConvertible {
    /// Another process works on the message, because this one did not renew its lease in time, or it has been finished.
    case leaseLost
    /// The table holds something for the message that this version did not write.
    case unreadable

    /// No: another process has it.
    public var isTemporary: Bool { false }

    /// What is wrong.
    public var description: String {
        switch self {
        case .leaseLost: "The lease of the message was lost: another process works on it, or has finished it."
        case .unreadable: "What the table holds of the message was not written by this version: run the newer one."
        }
    }
}

/// What came of the wish to work on a message.
public enum MessageClaim: Sendable {
    /// It is this process's to work on, with what is on record of it.
    case claimed(progress: [MessageProgress])
    /// It has reached its end.
    case finished(isDeadLetter: Bool)
    /// Another process works on it, until this time at least.
    case held(until: UnixTime)
}
