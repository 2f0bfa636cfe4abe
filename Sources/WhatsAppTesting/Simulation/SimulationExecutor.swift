internal import Synchronization

/// Runs Swift tasks one at a time on the thread that calls ``runOne()``, in an order that a seed decides.
///
/// Whatever may run next is a choice among all jobs that are ready: each seed is another schedule, and the same seed the
/// same one.
package final class SimulationExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var random: SeededRandom
    }
    private let state: Mutex<State>

    /// Makes an executor without jobs.
    package init(random: SeededRandom) { state = Mutex(State(random: random)) }

    /// Adds a job to those that are ready.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    /// Runs one of the jobs that are ready, up to its next suspension.
    /// - Returns: `false` when there is none.
    package func runOne() -> Bool {
        let job = state.withLock { state -> UnownedJob? in
            guard !state.jobs.isEmpty else { return nil }
            state.jobs.swapAt(Int.random(in: state.jobs.indices, using: &state.random), state.jobs.count - 1)
            return state.jobs.removeLast()
        }
        guard let job else { return false }
        job.runSynchronously(on: asUnownedTaskExecutor())
        return true
    }
}
