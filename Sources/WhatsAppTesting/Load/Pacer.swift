internal import Synchronization
internal import WhatsAppCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Tells what is due when it is due, from a thread of its own: a task's sleep may end milliseconds late, and the load would
/// come in bursts.
enum Pacer {
    /// Tells the numbers from 0 to `count`, each when it is due. Returns when all are told, or the task is cancelled.
    /// - Parameters:
    ///   - begun: what times are counted from.
    ///   - due: when a number is due; never earlier than the one before.
    ///   - tell: is called from the thread.
    static func pace(
        _ count: Int, from begun: ContinuousClock.Instant, due: @escaping @Sendable (Int) -> Duration,
        tell: @escaping @Sendable (Int) -> Void
    ) async {
        let stop = Stop()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let error = OSThread.start {
                    for index in 0..<count where stop.wait(until: begun + due(index)) { tell(index) }
                    continuation.resume()
                }
                if error != 0 { continuation.resume() }
            }
        } onCancel: {
            stop.isSet.store(true, ordering: .relaxed)
        }
    }

    private final class Stop: Sendable {
        let isSet = Atomic(false)

        /// Returns `false` when all is over.
        func wait(until due: ContinuousClock.Instant) -> Bool {
            while !isSet.load(ordering: .relaxed) {
                let left = (due - .now).nanoseconds
                guard left > 0 else { return true }
                // No longer than somebody who stops it would wait.
                var time = timespec(tv_sec: 0, tv_nsec: Int(min(left, 50_000_000)))
                nanosleep(&time, nil)
            }
            return false
        }
    }
}
