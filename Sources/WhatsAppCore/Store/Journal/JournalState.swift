/// What the journal's records amount to: a fold over them, and nothing else.
package struct JournalState: Sendable {
    /// A message that has not reached its end, or is kept as a dead letter.
    struct Unfinished: Sendable {
        /// Counts up in the order of acceptance.
        var order: UInt64
        var message: AcceptedMessage
        private(set) var progress: [MessageProgress] = []
        /// Why it was dead-lettered, unless it was replayed since. A late status brings nothing back to life.
        private(set) var deathReason: String?

        init(order: UInt64, message: AcceptedMessage) {
            self.order = order
            self.message = message
        }

        mutating func append(_ step: MessageProgress) {
            progress.append(step)
            if case .finished(.deadLettered(let reason)) = step { deathReason = reason }
            if case .replayed = step { deathReason = nil }
        }
    }

    let fingerprintKey: IDFingerprint.Key
    private(set) var index: IDIndex
    private(set) var unfinished: [MessageKey: Unfinished] = [:]
    private var nextOrder: UInt64 = 0
    /// The latest time of acceptance, in seconds since 1970.
    private var newest: UInt32 = 1

    init(fingerprintKey: IDFingerprint.Key, retention: Duration) {
        self.fingerprintKey = fingerprintKey
        index = IDIndex(retention: retention)
    }

    /// Whether a message with this key was accepted: within the retention before `now`, or it is unfinished.
    func knows(_ key: MessageKey, at now: UnixTime) -> Bool {
        unfinished[key] != nil || index.contains(IDFingerprint(of: key, key: fingerprintKey), at: now)
    }

    /// The unfinished messages in the order of acceptance.
    var unfinishedInOrder: [Unfinished] { keptInOrder.filter { $0.deathReason == nil } }

    /// The dead letters in the order of acceptance.
    var deadLettersInOrder: [Unfinished] { keptInOrder.filter { $0.deathReason != nil } }

    /// All messages whose text is kept, in the order of acceptance.
    var keptInOrder: [Unfinished] { unfinished.values.sorted { $0.order < $1.order } }

    /// The time by which ids may be dropped: not later than the last acceptance, so that a clock that was wrong for a
    /// while, at a start above all, does not cost the ids.
    func expiry(at now: UnixTime) -> UnixTime { min(now, UnixTime(seconds: Int64(newest))) }

    /// Takes in a record. Ids that have expired at the time `now` may be dropped.
    mutating func apply(_ record: JournalRecord, now: UnixTime) {
        switch record {
        case .accepted(let message):
            newest = max(newest, IDIndex.second(message.acceptedAt))
            unfinished[message.key] = Unfinished(order: nextOrder, message: message)
            nextOrder += 1
        case .ignored(let key, let acceptedAt, _):
            remember(key, acceptedAt: acceptedAt, now: now)
        case .progress(let key, let steps):
            for step in steps {
                unfinished[key]?.append(step)
                if case .finished(let outcome) = step, !outcome.isDeadLetter { finish(key, now: now) }
            }
        case .ids(let slots):
            for slot in slots { remember(slot.fingerprint, acceptedAt: slot.acceptedAt, now: now) }
        case .snapshot, .end:
            break
        }
    }

    /// Keeps nothing of a message but its id.
    mutating func finish(_ key: MessageKey, now: UnixTime) {
        guard let ended = unfinished.removeValue(forKey: key) else { return }
        remember(key, acceptedAt: ended.message.acceptedAt, now: now)
    }

    private mutating func remember(_ key: MessageKey, acceptedAt: UnixTime, now: UnixTime) {
        let fingerprint = IDFingerprint(of: key, key: fingerprintKey)
        remember(fingerprint, acceptedAt: IDIndex.second(acceptedAt), now: now)
    }

    private mutating func remember(_ fingerprint: IDFingerprint, acceptedAt: UInt32, now: UnixTime) {
        newest = max(newest, acceptedAt)
        index.insert(fingerprint, acceptedAt: acceptedAt, now: expiry(at: now))
    }
}

extension MessageOutcome {
    fileprivate var isDeadLetter: Bool { if case .deadLettered = self { true } else { false } }
}
