internal import Synchronization
public import WhatsAppCore

/// A clock that moves only when it is told to: nothing waits for real time.
public final class HeldClock: ServiceClock {
    fileprivate struct Sleeper {
        var wakesAt: UnixTime
        var continuation: CheckedContinuation<Void, any Error>
    }
    fileprivate struct State {
        var now: UnixTime
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        /// Sleeps that were cancelled before they began.
        var cancelled: Set<Int> = []
        var watchers: [(count: Int, continuation: AsyncStream<Never>.Continuation)] = []
    }
    private let state: Mutex<State>

    /// Makes a clock that stands at `now`; by default 2026-07-01T10:00:00Z.
    public init(now: UnixTime = UnixTime(seconds: 1_782_900_000)) { state = Mutex(State(now: now)) }

    /// Where the clock stands.
    public var now: UnixTime { state.withLock { $0.now } }

    /// Waits until the clock has been moved far enough, or the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let ready = state.withLock { state -> [AsyncStream<Never>.Continuation] in
                    if state.cancelled.remove(id) != nil {
                        continuation.resume(throwing: CancellationError())
                        return []
                    }
                    guard duration > .zero else {
                        continuation.resume()
                        return []
                    }
                    state.sleepers[id] = Sleeper(wakesAt: state.now.advanced(by: duration), continuation: continuation)
                    return state.takeReadyWatchers()
                }
                ready.forEach { $0.finish() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
        state.withLock { _ = $0.cancelled.remove(id) }
    }

    /// Moves the clock and wakes those whose time has come, in the order of their times.
    public func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let due = state.sleepers.filter { $0.value.wakesAt <= state.now }
                .sorted { ($0.value.wakesAt, $0.key) < ($1.value.wakesAt, $1.key) }
            due.forEach { state.sleepers[$0.key] = nil }
            return due.map(\.value.continuation)
        }
        woken.forEach { $0.resume() }
    }

    /// Waits until at least `count` sleeps are under way, or the task is cancelled.
    public func waitForSleepers(_ count: Int) async {
        let (stream, continuation) = AsyncStream<Never>.makeStream()
        state.withLock { state in
            if state.sleepers.count >= count {
                continuation.finish()
            } else {
                state.watchers.append((count, continuation))
            }
        }
        for await _ in stream {}
    }
}

extension HeldClock.State {
    fileprivate mutating func takeReadyWatchers() -> [AsyncStream<Never>.Continuation] {
        let ready = watchers.filter { sleepers.count >= $0.count }
        watchers.removeAll { sleepers.count >= $0.count }
        return ready.map(\.continuation)
    }
}
