internal import Synchronization

/// A store that forgets all when the process ends: for tests, demonstrations, and services that live with that.
///
/// Ids are kept for ``retention`` after acceptance; messages that are not finished, as long as the process lives.
public final class InMemoryStore: IdempotencyStore {
    /// How long an id is remembered: ten days, because Meta may redeliver for seven.
    public static let retention = Duration.seconds(10 * 24 * 3600)

    fileprivate struct State {
        var known: Set<MessageKey> = []
        var unfinished: [MessageKey: (message: AcceptedMessage, progress: [MessageProgress])] = [:]
        /// The keys in the order of acceptance, from `oldest` on.
        var order: [(key: MessageKey, acceptedAt: UnixTime)] = []
        var oldest = 0
    }
    private let state = Mutex(State())

    /// Makes an empty store.
    public init() {}

    /// How many ids are remembered.
    public var count: Int { state.withLock { $0.known.count } }

    /// Takes messages in. It never throws: memory does not fail.
    public func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        try await acceptEventually(messages).value.get()
    }

    /// Takes messages in at once.
    public func acceptEventually(_ messages: [AcceptedMessage]) -> Eventual<Result<[Acceptance], any Error>> {
        .now(.success(state.withLock { $0.accept(messages) }))
    }

    /// Adds to what is known of a message. A finished one is reduced to its key.
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
            state.order[state.oldest...].compactMap { state.unfinished[$0.key] }
        }
    }
}

extension InMemoryStore.State {
    fileprivate mutating func accept(_ messages: [AcceptedMessage]) -> [Acceptance] {
        var acceptances: [Acceptance] = []
        acceptances.reserveCapacity(messages.count)
        for index in messages.indices {
            let (key, time) = (messages[index].key, messages[index].acceptedAt)
            forget(before: time.advanced(by: .zero - InMemoryStore.retention))
            let isNew = known.insert(key).inserted
            acceptances.append(isNew ? .new : .duplicate)
            guard isNew else { continue }
            order.append((key, time))
            if !messages[index].isIgnored { unfinished[key] = (messages[index], []) }
        }
        return acceptances
    }

    /// Drops expired keys from the front, stopping at one that is unfinished: those never expire.
    fileprivate mutating func forget(before limit: UnixTime) {
        while oldest < order.count, order[oldest].acceptedAt < limit, unfinished[order[oldest].key] == nil {
            known.remove(order[oldest].key)
            oldest += 1
        }
        if oldest > 1024, oldest * 2 > order.count {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}

extension IdempotencyStore where Self == InMemoryStore {
    /// A store that forgets all when the process ends.
    public static var inMemory: InMemoryStore { InMemoryStore() }
}
