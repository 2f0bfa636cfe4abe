internal import Synchronization

/// Where statuses meet the parts that wait for one: by the token that a part carries.
///
/// A token is expected from before its part is sent, so that a status which overtakes the answer to the send is not
/// missed.
final class StatusBoard: Sendable {
    private enum Entry {
        case expected
        case arrived(id: String)
        case awaited(AsyncStream<String>.Continuation)
    }
    private let entries = Mutex<[String: Entry]>([:])

    /// Begins to look out for a token.
    func expect(_ token: String) {
        entries.withLock { if $0[token] == nil { $0[token] = .expected } }
    }

    /// Stops looking out for a token.
    func forget(_ token: String) {
        entries.withLock { _ = $0.removeValue(forKey: token) }
    }

    /// Whether a part with this token is under way, and nothing is known of it.
    func expects(_ token: String) -> Bool {
        entries.withLock { entries in
            switch entries[token] {
            case .expected, .awaited: true
            case .arrived, nil: false
            }
        }
    }

    /// Takes in that a status carried the token. One that nobody expects is passed over.
    func report(_ token: String, id: String) {
        entries.withLock { entries in
            switch entries[token] {
            case .expected:
                entries[token] = .arrived(id: id)
            case .awaited(let waiter):
                entries[token] = .arrived(id: id)
                waiter.yield(id)
                waiter.finish()
            case .arrived, nil:
                break
            }
        }
    }

    /// The id of the message in a status that has arrived; `nil` while there is none.
    func arrival(for token: String) -> String? {
        entries.withLock { if case .arrived(let id) = $0[token] { id } else { nil } }
    }

    /// Waits for a status that carries the token. Returns the id of the message that it names; `nil` when none came in
    /// time.
    func wait(for token: String, upTo limit: Duration, clock: any ServiceClock) async throws -> String? {
        let (arrivals, waiter) = AsyncStream<String>.makeStream()
        entries.withLock { entries in
            if case .arrived(let id) = entries[token] {
                waiter.yield(id)
                waiter.finish()
            } else {
                entries[token] = .awaited(waiter)
            }
        }
        return try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask {
                for await id in arrivals { return id }
                return nil
            }
            group.addTask {
                try await clock.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
