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
    private(set) var records: [(record: JournalRecord, bytes: [UInt8], reply: Int)] = []
    private var newKeys: Set<MessageKey> = []

    /// Decides on each request by the state and the requests before it.
    /// - Parameter refusesNew: whether messages that are not known are refused, because the disk is full.
    init(_ requests: [JournalRequest], state: JournalState, refusesNew: Bool, maximumRecord: Int) {
        for request in requests {
            switch request {
            case .accept(let messages):
                replies.append(accept(messages, state: state, refusesNew: refusesNew, maximumRecord: maximumRecord))
            case .record(let steps, let key):
                // Nothing is known of what has ended but its id, so there is nothing to add to.
                let isOpen = state.unfinished[key] != nil || newKeys.contains(key)
                let error = isOpen && !steps.isEmpty ? add([.progress(key, steps)], maximumRecord: maximumRecord) : nil
                replies.append(error.map { .refused($0) } ?? .recorded)
            }
        }
    }

    /// Refuses all that was to be written.
    mutating func refuseRecords(_ error: JournalError) {
        for entry in records { replies[entry.reply] = .refused(error) }
        records = []
    }

    private mutating func accept(
        _ messages: [AcceptedMessage], state: JournalState, refusesNew: Bool, maximumRecord: Int
    ) -> JournalReply {
        var fresh: Set<MessageKey> = []
        let answers = messages.map { message -> Acceptance in
            let isKnown = newKeys.contains(message.key) || state.knows(message.key, at: message.acceptedAt)
            return !isKnown && fresh.insert(message.key).inserted ? .new : .duplicate
        }
        guard !fresh.isEmpty else { return .accepted(answers) }
        guard !refusesNew else { return .refused(.diskFull) }
        let new = zip(messages, answers).filter { $0.1 == .new }.map { message, _ -> JournalRecord in
            if case .ignore(let reason) = message.plan {
                return .ignored(message.key, acceptedAt: message.acceptedAt, reason)
            }
            return .accepted(message)
        }
        if let error = add(new, maximumRecord: maximumRecord) { return .refused(error) }
        newKeys.formUnion(fresh)
        return .accepted(answers)
    }

    /// Adds records for the reply that is made next, or none of them.
    private mutating func add(_ new: [JournalRecord], maximumRecord: Int) -> JournalError? {
        let encoded = new.map { (record: $0, bytes: $0.encoded, reply: replies.count) }
        if let long = encoded.first(where: { $0.bytes.count > maximumRecord }) {
            return .tooLarge(bytes: long.bytes.count)
        }
        records += encoded
        return nil
    }
}
