internal import Synchronization
public import WhatsAppCore

/// What is written under a lease.
extension DynamoDBStore {
    /// Adds to what is on record of a message that this process holds, and renews its lease.
    /// - Throws: ``DynamoDBStoreError/leaseLost`` when another process has it.
    public func record(_ progress: [MessageProgress], for key: MessageKey) async throws {
        // What was begun is brought to its end: a step that was made, and is not on record, would be made again.
        try await Task { try await write(progress, for: key) }.value
    }

    private func write(_ progress: [MessageProgress], for key: MessageKey) async throws {
        guard var lease = leases.withLock({ $0[key] }) else { throw DynamoDBStoreError.leaseLost }
        var steps: [StoredStep] = []
        for step in progress {
            guard case .replied(let reply) = step else {
                steps.append(.step(step))
                continue
            }
            steps.append(.reply(try await keep(reply, of: key, version: lease.version)))
        }
        let before = lease
        lease.append(steps)
        do {
            _ = try await update(key, from: before, to: lease, adding: steps)
        } catch let failure as ConditionFailure {
            // A first try may have been made, and its answer lost: then what we add is there.
            guard failure.item?.number(Attribute.version) == lease.version,
                failure.item?.steps(Attribute.progress) == lease.steps
            else {
                leases.withLock { $0[key] = nil }
                throw DynamoDBStoreError.leaseLost
            }
        }
        let isFinished = steps.contains { if case .step(.finished) = $0 { true } else { false } }
        leases.withLock { $0[key] = isFinished ? nil : lease }
        if isFinished { await forgetReply(lease.reply, of: key, after: progress) }
    }

    private func update(
        _ key: MessageKey, from before: MessageLease, to after: MessageLease, adding steps: [StoredStep]
    ) async throws -> JSONValue? {
        var set = [
            "\(Attribute.progress) = list_append(\(Attribute.progress), :steps)", "\(Attribute.until) = :until",
            "\(Attribute.expiresAt) = :expires",
        ]
        var remove: [String] = []
        let outcome = steps.compactMap { if case .step(.finished(let end)) = $0 { end.attribute } else { nil } }.last
        if outcome != nil { set.append("\(Attribute.outcome) = :outcome") }
        if after.openPart != before.openPart {
            remove.append(Attribute.arrivedID)
            if after.openPart != nil {
                set.append("\(Attribute.openPart) = :part")
            } else {
                remove.append(Attribute.openPart)
            }
        }
        let expression = "SET " + set.joined(separator: ", ")
        return try await table.update(
            key, remove.isEmpty ? expression : expression + " REMOVE " + remove.joined(separator: ", "),
            if: "\(Self.isHeld) AND size(\(Attribute.progress)) = :count"
        ) {
            writeLease(after, into: &$0)
            $0.list(":steps", steps)
            $0.number(":count", Int64(before.steps.count))
            if let outcome { $0.text(":outcome", outcome) }
            if let part = after.openPart, part != before.openPart { $0.number(":part", Int64(part)) }
        }
    }

    /// Renews the lease of a message.
    /// - Returns: the part that a status showed as sent, where one did, and the id.
    /// - Throws: ``DynamoDBStoreError/leaseLost`` when another process has it.
    func renew(_ key: MessageKey) async throws -> (part: Int, id: String)? {
        guard let lease = leases.withLock({ $0[key] }) else { throw DynamoDBStoreError.leaseLost }
        do {
            let item = try await table.update(
                key, "SET \(Attribute.until) = :until, \(Attribute.expiresAt) = :expires", if: Self.isHeld
            ) {
                writeLease(lease, into: &$0)
            }
            guard let part = item?.number(Attribute.openPart), let id = item?.text(Attribute.arrivedID) else {
                return nil
            }
            return (Int(part), id)
        } catch is ConditionFailure {
            throw DynamoDBStoreError.leaseLost
        }
    }

    /// Gives a message back: the next who wishes for it gets it at once. Does nothing for one that is not this process's.
    func release(_ key: MessageKey) async throws {
        guard let lease = leases.withLock({ $0.removeValue(forKey: key) }) else { return }
        do {
            _ = try await table.update(key, "SET \(Attribute.until) = :zero", if: Self.isHeld) {
                $0.number(":zero", 0)
                $0.number(":version", lease.version)
            }
        } catch is ConditionFailure {}  // Another process has it already.
    }

    /// Puts on record, from whichever process a status reached, that a part was sent whose outcome nobody knows. Does nothing
    /// where it is known.
    func noteArrival(part: Int, of key: MessageKey, id: String) async throws {
        do {
            _ = try await table.update(
                key, "SET \(Attribute.arrivedID) = :id",
                if: "\(Attribute.openPart) = :part AND attribute_not_exists(\(Attribute.outcome))"
            ) {
                $0.text(":id", id)
                $0.number(":part", Int64(part))
            }
        } catch is ConditionFailure {}
    }

    private static let isHeld =
        "\(Attribute.version) = :version AND attribute_not_exists(\(Attribute.outcome))"

    private func writeLease(_ lease: MessageLease, into json: inout JSONWriter) {
        let now = clock.now
        json.number(":version", lease.version)
        json.number(":until", now.advanced(by: configuration.lease).milliseconds)
        json.number(":expires", now.advanced(by: Self.retention).seconds)
    }
}

extension MessageOutcome {
    /// How a message ended, for conditions and for an operator; the whole is among the steps.
    fileprivate var attribute: String {
        switch self {
        case .answered: "answered"
        case .noticed: "noticed"
        case .ignored: "ignored"
        case .failed: "failed"
        case .deadLettered: DynamoDBStore.deadLetter
        }
    }
}
