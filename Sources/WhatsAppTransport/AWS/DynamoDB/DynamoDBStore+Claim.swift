internal import Synchronization
public import WhatsAppCore

/// Who works on a message.
extension DynamoDBStore {
    /// Wishes to work on a message.
    /// - Parameter replaying: whether one that was dead-lettered is to be tried again.
    /// - Throws: when the table could not be asked, or ``DynamoDBStoreError/unreadable``.
    public func claim(_ key: MessageKey, replaying: Bool = false) async throws -> MessageClaim {
        let now = clock.now
        let name = "\(owner)/\(Hex.encode((0..<4).map { _ in UInt8.random(in: 0...255) }))"
        if replaying {
            do {
                return try await claimed(key, try await take(key, .deadLettered, as: name, now: now))
            } catch is ConditionFailure {}  // It did not end as a dead letter, or is being tried already.
        }
        do {
            return try await claimed(key, try await take(key, .unfinished, as: name, now: now))
        } catch let failure as ConditionFailure {
            guard let item = failure.item else { throw DynamoDBStoreError.unreadable }
            // A first try may have been made, and its answer lost.
            if item.text(Attribute.owner) == name { return try await claimed(key, item) }
            guard let outcome = item.text(Attribute.outcome) else {
                return .held(until: UnixTime(milliseconds: item.number(Attribute.until) ?? now.milliseconds))
            }
            if let end = item.number(Attribute.expiresAt), end < now.seconds {
                return try await claimed(key, try await take(key, .expired, as: name, now: now))
            }
            return .finished(isDeadLetter: outcome == Self.deadLetter)
        }
    }

    /// Takes the lease of a message in a certain state.
    /// - Returns: the item.
    /// - Throws: ``ConditionFailure`` when it is in another one.
    private func take(_ key: MessageKey, _ state: Takeable, as name: String, now: UnixTime) async throws -> JSONValue {
        let lease =
            "SET \(Attribute.owner) = :owner, \(Attribute.until) = :until, \(Attribute.expiresAt) = :expires, "
            + "\(Attribute.version) = if_not_exists(\(Attribute.version), :zero) + :one, "
        let item = try await table.update(key, lease + state.change, if: state.condition) {
            $0.text(":owner", name)
            $0.number(":until", now.advanced(by: configuration.lease).milliseconds)
            $0.number(":expires", now.advanced(by: Self.retention).seconds)
            $0.number(":zero", 0)
            $0.number(":one", 1)
            state.write(now: now, into: &$0)
        }
        guard let item else { throw DynamoDBStoreError.unreadable }
        return item
    }

    /// Keeps the lease in mind, and reads what was recorded.
    private func claimed(_ key: MessageKey, _ item: JSONValue) async throws -> MessageClaim {
        guard let version = item.number(Attribute.version), let steps = item.steps(Attribute.progress) else {
            throw DynamoDBStoreError.unreadable
        }
        let lease = MessageLease(
            version: version, steps: steps, openPart: item.number(Attribute.openPart).map { Int($0) })
        var progress: [MessageProgress] = []
        for step in steps {
            switch step {
            case .step(let step): progress.append(step)
            case .reply(let place): progress.append(.replied(try await reply(at: place, of: key)))
            }
        }
        leases.withLock { $0[key] = lease }
        return .claimed(progress: progress)
    }
}

/// The states in which a message may be taken, and what becomes of its item then.
private enum Takeable {
    /// It is unknown, or nobody gives a sign of life for it.
    case unfinished
    /// It was given up, and is to be tried again.
    case deadLettered
    /// It ended so long ago that it is to be forgotten, and DynamoDB has not removed it yet.
    case expired

    var condition: String {
        switch self {
        case .unfinished:
            "attribute_not_exists(\(Attribute.outcome)) AND "
                + "(attribute_not_exists(\(Attribute.until)) OR \(Attribute.until) < :now)"
        case .deadLettered: "\(Attribute.outcome) = :dead"
        case .expired: "\(Attribute.expiresAt) < :now"
        }
    }

    /// What follows the settings of the lease.
    var change: String {
        switch self {
        case .unfinished: "\(Attribute.progress) = if_not_exists(\(Attribute.progress), :steps)"
        case .deadLettered:
            "\(Attribute.progress) = list_append(\(Attribute.progress), :steps) REMOVE \(Attribute.outcome)"
        case .expired:
            "\(Attribute.progress) = :steps "
                + "REMOVE \(Attribute.outcome), \(Attribute.openPart), \(Attribute.arrivedID)"
        }
    }

    func write(now: UnixTime, into json: inout JSONWriter) {
        switch self {
        case .unfinished:
            json.number(":now", now.milliseconds)
            json.list(":steps", [])
        case .deadLettered:
            json.text(":dead", DynamoDBStore.deadLetter)
            json.list(":steps", [.step(.replayed)])
        case .expired:
            json.number(":now", now.seconds)
            json.list(":steps", [])
        }
    }
}
