#if URLSession
import Dispatch
import Synchronization

/// One timer for many deadlines. It is set to the earliest, and not touched when that one is met: it then goes off once
/// in vain. Requests are begun and ended by the thousand, nearly all in time, and each change of a timer wakes a thread.
final class DeadlineTimer: Sendable {
    private struct State {
        var timer: any DispatchSourceTimer
        var goesOff: ContinuousClock.Instant?
    }

    private let state = Mutex(State(timer: DispatchSource.makeTimerSource()))

    /// Starts the timer, not set yet. To be called once, before anything else.
    ///
    /// - Parameter expire: ends what has to be over at the given instant, and returns the earliest deadline of the rest.
    ///   Called on a thread of Dispatch's.
    func start(_ expire: @escaping @Sendable (ContinuousClock.Instant) -> ContinuousClock.Instant?) {
        state.withLock {
            $0.timer.schedule(deadline: .distantFuture)
            $0.timer.setEventHandler { [weak self] in
                guard let self else { return }
                // Before the look at what there is: what comes after it sets the timer itself.
                state.withLock { $0.goesOff = nil }
                if let next = expire(.now) { wake(by: next) }
            }
            $0.timer.activate()
        }
    }

    deinit {
        state.withLock { $0.timer.cancel() }
    }

    /// Takes a further deadline into account.
    func wake(by deadline: ContinuousClock.Instant) {
        state.withLock {
            if let goesOff = $0.goesOff, goesOff <= deadline { return }
            $0.goesOff = deadline
            let left = ContinuousClock.now.duration(to: deadline)
            $0.timer.schedule(deadline: .now() + max(0, left / .seconds(1)))
        }
    }
}
#endif
