internal import Synchronization

/// A store that forgets all when the process ends: for tests, demonstrations, and services that live with that.
///
/// Ids are kept for ``retention`` after acceptance; messages that are not finished, as long as the process lives.
public final class InMemoryStore: IdempotencyStore {
    /// How long an id is remembered: ten days, because Meta may redeliver for seven.
    public static let retention = Duration.seconds(10 * 24 * 3600)

    private struct State {
        /// The ids of all messages, the unfinished ones included.
        var known = IDIndex(retention: InMemoryStore.retention)
        var unfinished: [MessageKey: (number: Int, message: AcceptedMessage, progress: [MessageProgress])] = [:]
        private var lastNumber = 0

        /// A number for the next message, by which the unfinished ones are put in order.
        mutating func number() -> Int {
            lastNumber += 1
            return lastNumber
        }

        /// Whether a message is new. One that is not finished stays known for longer than its id is remembered.
        mutating func remember(_ key: MessageKey, as id: IDFingerprint, at time: UnixTime) -> Bool {
            guard !known.contains(id, at: time), unfinished[key] == nil else { return false }
            known.insert(id, acceptedAt: IDIndex.second(time), now: time)
            return true
        }
    }
    private let state = Mutex(State())
    /// Random, so that nobody can choose message ids that meet in one place of the index.
    private let key = IDFingerprint.Key(low: .random(in: 0 ... .max), high: .random(in: 0 ... .max))

    /// Makes an empty store.
    public init() {}

    /// How many ids are remembered. One that has expired counts until another takes its place.
    public var count: Int { state.withLock { $0.known.count } }

    /// Takes messages in. It never throws: memory does not fail.
    public func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        try await acceptEventually(messages).value.get()
    }

    /// Takes messages in at once.
    public func acceptEventually(_ messages: [AcceptedMessage]) -> Eventual<Result<[Acceptance], any Error>> {
        var acceptances: [Acceptance] = []
        acceptances.reserveCapacity(messages.count)
        state.withLock { state in
            for index in messages.indices {
                let key = messages[index].key
                let isNew = state.remember(
                    key, as: IDFingerprint(of: key, key: self.key), at: messages[index].acceptedAt)
                if isNew, !messages[index].isIgnored { state.unfinished[key] = (state.number(), messages[index], []) }
                acceptances.append(isNew ? .new : .duplicate)
            }
        }
        return .now(.success(acceptances))
    }

    /// Adds to what is known of a message. A finished one is reduced to its id.
    public func record(_ progress: [MessageProgress], for key: MessageKey) async throws {
        state.withLock { state in
            for step in progress {
                if case .finished = step {
                    state.unfinished[key] = nil
                } else {
                    state.unfinished[key]?.progress.append(step)
                }
            }
        }
    }

    /// The messages that have not reached their end, in the order of acceptance.
    public func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] {
        state.withLock { state in
            state.unfinished.values.sorted { $0.number < $1.number }.map { ($0.message, $0.progress) }
        }
    }
}

extension IdempotencyStore where Self == InMemoryStore {
    /// A store that forgets all when the process ends.
    public static var inMemory: InMemoryStore { InMemoryStore() }
}
