/// What the journal is asked to make durable.
package enum JournalRequest: Sendable {
    /// Take these messages in, all or none.
    case accept([AcceptedMessage])
    /// Add these steps to what is known of a message, all or none.
    case record([MessageProgress], MessageKey)
}

/// What became of a request. It is durable, unless it was refused.
package enum JournalReply: Sendable, Hashable {
    case accepted([Acceptance])
    case recorded
    case refused(JournalError)
}

/// The plan of one commit: what to write, and what to answer once that is durable.
struct JournalBatch {
    /// One for each request, in order.
    private(set) var replies: [JournalReply] = []
    /// What to write, and for which of the replies.
    private(set) var records: [(record: JournalRecord, reply: Int)] = []
    /// The same records as bytes.
    private(set) var bytes = RecordBytes()
    private var newKeys: Set<MessageKey> = []

    /// Decides on each request by the state and the requests before it.
    /// - Parameter refusesNew: whether messages that are not known are refused, because the disk is full.
    init(_ requests: [JournalRequest], state: JournalState, refusesNew: Bool, maximumRecord: Int) {
        replies.reserveCapacity(requests.count)
        records.reserveCapacity(requests.count)
        newKeys.reserveCapacity(requests.count)
        for request in requests {
            switch request {
            case .accept(let messages):
                replies.append(accept(messages, state: state, refusesNew: refusesNew, maximumRecord: maximumRecord))
            case .record(let steps, let key):
                // Nothing is known of what has ended but its id, so there is nothing to add to.
                let isOpen = state.unfinished[key] != nil || newKeys.contains(key)
                let error = isOpen && !steps.isEmpty ? add(.progress(key, steps), maximumRecord: maximumRecord) : nil
                replies.append(error.map { .refused($0) } ?? .recorded)
            }
        }
    }

    /// Refuses all that was to be written.
    mutating func refuseRecords(_ error: JournalError) {
        for entry in records { replies[entry.reply] = .refused(error) }
        (records, bytes) = ([], [])
    }

    private mutating func accept(
        _ messages: [AcceptedMessage], state: JournalState, refusesNew: Bool, maximumRecord: Int
    ) -> JournalReply {
        var answers: [Acceptance] = []
        answers.reserveCapacity(messages.count)
        let before = records.count
        for message in messages {
            guard !state.knows(message.key, at: message.acceptedAt), newKeys.insert(message.key).inserted else {
                answers.append(.duplicate)
                continue
            }
            answers.append(.new)
            if let error = refusesNew ? .diskFull : add(.taking(message), maximumRecord: maximumRecord) {
                newKeys.remove(message.key)
                takeBack(from: before)
                return .refused(error)
            }
        }
        return .accepted(answers)
    }

    /// Adds a record for the reply that is made next.
    private mutating func add(_ record: JournalRecord, maximumRecord: Int) -> JournalError? {
        let length = bytes.append(record)
        guard length <= maximumRecord else {
            bytes.keepFirst(records.count)
            return .tooLarge(bytes: length)
        }
        records.append((record, replies.count))
        return nil
    }

    /// Takes back the records of a request of which not all can be written.
    private mutating func takeBack(from start: Int) {
        for entry in records[start...] {
            switch entry.record {
            case .accepted(let message): newKeys.remove(message.key)
            case .ignored(let key, _, _): newKeys.remove(key)
            default: break
            }
        }
        records.removeLast(records.count - start)
        bytes.keepFirst(start)
    }
}

extension JournalRecord {
    /// The record that a message was accepted.
    fileprivate static func taking(_ message: AcceptedMessage) -> JournalRecord {
        guard case .ignore(let reason) = message.plan else { return .accepted(message) }
        return .ignored(message.key, acceptedAt: message.acceptedAt, reason)
    }
}
