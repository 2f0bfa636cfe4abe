#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Wakes one thread that waits for work. A ring before the wait is not lost.
///
/// Unchecked: a mutex and a condition of the C library need a fixed address, which a class with stored pointers gives
/// them; `hasRung` is read and written under that mutex only.
final class ThreadBell: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var hasRung = false

    init() {
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Wakes the thread that waits, or the next wait.
    func ring() {
        pthread_mutex_lock(mutex)
        hasRung = true
        pthread_mutex_unlock(mutex)
        pthread_cond_signal(condition)
    }

    /// Waits for a ring, `seconds` at most by the wall clock.
    func wait(seconds: Int) {
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        deadline.tv_sec += seconds
        pthread_mutex_lock(mutex)
        while !hasRung, pthread_cond_timedwait(condition, mutex, &deadline) == 0 {}
        hasRung = false
        pthread_mutex_unlock(mutex)
    }
}
