internal import Synchronization
internal import WhatsAppCore

/// Where a test belongs that computes for long without a pause: on a thread beside Swift's cooperative ones, one such test
/// after the other.
///
/// Swift Testing begins all tests at once, and there are as many cooperative threads as cores. There each test that computes
/// holds up all that wait for one another, and those that talk over loopback meet their time-outs.
@globalActor package actor LongWork {
    package static let shared = LongWork()

    private let executor = Executor()

    nonisolated package var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Its thread is there while there is work.
    private final class Executor: SerialExecutor {
        private let state = Mutex<(jobs: [UnownedJob], isRunning: Bool)>(([], false))

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            let begins = state.withLock { state in
                state.jobs.append(job)
                defer { state.isRunning = true }
                return !state.isRunning
            }
            if begins, OSThread.start({ self.run() }) != 0 { run() }
        }

        private func run() {
            while true {
                let jobs = state.withLock { state in
                    defer { state.jobs = [] }
                    state.isRunning = !state.jobs.isEmpty
                    return state.jobs
                }
                if jobs.isEmpty { return }
                for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
            }
        }
    }
}
