import Dispatch
import Synchronization

/// Runs a closure at an instant unless it is cancelled before. A cancelled one leaves nothing behind, unlike a sleeping
/// task, whose timer stays until it fires.
final class Deadline: Sendable {
    private let timer: Mutex<any DispatchSourceTimer>

    init(_ instant: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void) {
        let timer = DispatchSource.makeTimerSource()
        let left = ContinuousClock.now.duration(to: instant)
        timer.schedule(deadline: .now() + max(0, left / .seconds(1)))
        timer.setEventHandler(handler: action)
        timer.activate()
        self.timer = Mutex(timer)
    }

    func cancel() {
        timer.withLock { $0.cancel() }
    }
}
