import CSystem
import Synchronization

/// Runs an actor's jobs on one thread that also waits for sockets.
///
/// The thread calls ``bind()``, and then in turn ``prepareToWait()``, waits for ``wakeDescriptor`` among its sockets,
/// ``takeJobs(_:)`` and ``run(_:)``. Because the compiler knows the actor, nothing that belongs to the thread needs a lock.
final class LoopExecutor: SerialExecutor {
    private struct Queue {
        var jobs: [UnownedJob] = []
        /// Whether the thread may be asleep, so that it must be woken.
        var isWaiting = false
        /// Whether the next wait is to end at once, though there is no job.
        var hasRung = false
    }

    private let queue = Mutex(Queue())
    private let thread = Atomic<UInt>(0)
    private let stopped = Atomic(false)
    private let waker: Waker

    init() throws(SystemError) {
        waker = try Waker()
    }

    /// Readable when the thread is to wake up; see ``clearWake()``.
    var wakeDescriptor: Int32 { waker.reading }

    /// Whether ``stop()`` has not been called.
    var isRunning: Bool { !stopped.load(ordering: .acquiring) }

    /// Makes the calling thread the executor's own.
    func bind() {
        thread.store(csystem_this_thread(), ordering: .releasing)
    }

    /// Ends the thread's rounds. Nobody may call the actor any more.
    func stop() {
        stopped.store(true, ordering: .releasing)
        wake()
    }

    /// Ends the wait under way, or the next one, at once.
    func wake() { makeHaste { $0.hasRung = true } }

    /// Answers a wake-up.
    func clearWake() {
        csystem_waker_clear(waker.reading)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        makeHaste { $0.jobs.append(job) }
    }

    /// Changes what the thread waits for. It costs a system call only if the thread may be asleep.
    private func makeHaste(_ change: (inout sending Queue) -> Void) {
        let mustWake = queue.withLock { queue in
            change(&queue)
            defer { queue.isWaiting = false }
            return queue.isWaiting
        }
        if mustWake { csystem_waker_wake(waker.writing) }
    }

    /// Whether the thread may wait: nothing is there to be done, and what comes next will wake it.
    func prepareToWait() -> Bool {
        queue.withLock { queue in
            queue.isWaiting = queue.jobs.isEmpty && !queue.hasRung
            queue.hasRung = false
            return queue.isWaiting
        }
    }

    /// Ends the wait and exchanges the jobs that have come for `spare`, which is empty and only lends its memory.
    func takeJobs(_ spare: inout [UnownedJob]) {
        queue.withLock { queue in
            queue.isWaiting = false
            swap(&queue.jobs, &spare)
        }
    }

    /// Runs jobs on the bound thread and leaves the array empty.
    func run(_ jobs: inout [UnownedJob]) {
        for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
        jobs.removeAll(keepingCapacity: true)
    }

    func isIsolatingCurrentContext() -> Bool? {
        thread.load(ordering: .acquiring) == csystem_this_thread()
    }

    func checkIsolated() {
        precondition(isIsolatingCurrentContext() == true, "This code belongs on the server's own thread.")
    }
}

/// What ends a wait from another thread.
private struct Waker: ~Copyable, Sendable {
    let reading: Int32
    let writing: Int32

    init() throws(SystemError) {
        var reading: Int32 = -1
        var writing: Int32 = -1
        let result = csystem_waker_open(&reading, &writing)
        guard result == 0 else { throw SystemError(errno: -result) }
        self.reading = reading
        self.writing = writing
    }

    deinit {
        _ = Descriptor(owning: reading)
        if writing != reading { _ = Descriptor(owning: writing) }
    }
}
