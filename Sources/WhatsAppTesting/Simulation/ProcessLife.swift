internal import Synchronization
package import WhatsAppCore

/// Whether a process of the simulation lives, and what waits within it.
///
/// When it dies, all that waits is woken to go home, and whoever asks is told that nothing gets out any more: the tasks of
/// a dead process run to their ends as ghosts.
package final class ProcessLife: Sendable {
    private struct State {
        var isAlive = true
        var nextNumber = 0
        var endings: [Int: @Sendable () -> Void] = [:]
    }
    private let state = Mutex(State())
    /// Counts processes from 1.
    package let number: Int

    package init(number: Int) { self.number = number }

    /// Whether it lives.
    package var isAlive: Bool { state.withLock { $0.isAlive } }

    /// Ends the process at once.
    package func die() {
        let endings = state.withLock { state in
            state.isAlive = false
            defer { state.endings = [:] }
            return state.endings.sorted { $0.key < $1.key }.map(\.value)
        }
        for ending in endings { ending() }
    }

    /// Waits for a result, or gives `otherwise` when the process dies or, unless told otherwise, the task is cancelled.
    package func wait<Value>(
        for result: OneShot<Value>, otherwise: Value, mindsCancellation: Bool = true
    ) async -> Value {
        let number = state.withLock { state -> Int? in
            guard state.isAlive else { return nil }
            state.nextNumber += 1
            state.endings[state.nextNumber] = { result.resolve(otherwise) }
            return state.nextNumber
        }
        guard let number else { return otherwise }
        defer { state.withLock { _ = $0.endings.removeValue(forKey: number) } }
        guard mindsCancellation else { return await result.value }
        return await withTaskCancellationHandler {
            await result.value
        } onCancel: {
            result.resolve(otherwise)
        }
    }
}

/// A result that is there once, and is waited for once.
package final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case awaited(CheckedContinuation<Value, Never>)
        case resolved(Value)
    }
    private let state = Mutex(State.empty)

    package init() {}

    /// Sets the result; the first one counts.
    package func resolve(_ value: Value) {
        let waiter = state.withLock { state -> CheckedContinuation<Value, Never>? in
            switch state {
            case .empty: state = .resolved(value)
            case .resolved: break
            case .awaited(let waiter):
                state = .resolved(value)
                return waiter
            }
            return nil
        }
        waiter?.resume(returning: value)
    }

    /// The result, once it is there.
    package var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let value = state.withLock { state -> Value? in
                    if case .resolved(let value) = state { return value }
                    state = .awaited(continuation)
                    return nil
                }
                if let value { continuation.resume(returning: value) }
            }
        }
    }
}

/// The clock of one process: the wall's to look at, and virtual time to wait by.
package struct ProcessClock: ServiceClock {
    let time: VirtualTime
    let life: ProcessLife

    package var now: UnixTime { time.wall }

    package func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        let woken = OneShot<Bool>()
        let timer = time.after(duration.wholeMilliseconds * 1000) { woken.resolve(true) }
        guard await life.wait(for: woken, otherwise: false) else {
            time.cancel(timer)
            throw CancellationError()
        }
    }
}
