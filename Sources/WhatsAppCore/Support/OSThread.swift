#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A thread of its own for work that blocks, which has no place on Swift's cooperative threads.
package enum OSThread {
    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a new thread, which ends with it. No signal is delivered there, SIGPIPE neither.
    /// - Returns: 0, or the system's error number when there is no room for another thread.
    package static func start(_ body: @escaping @Sendable () -> Void) -> Int32 {
        // Signals belong to the program's threads: here one would interrupt a sync, or end the process. The new thread takes its mask from this one.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // Unsafe: a C thread takes one pointer. The reference it carries is given up here and taken back there, once.
        let start = Unmanaged.passRetained(Start(body: body))
        #if canImport(Darwin)
        var thread: pthread_t?
        let result = pthread_create(
            &thread, &attributes,
            { context in
                Unmanaged<Start>.fromOpaque(context).takeRetainedValue().body()
                return nil
            }, start.toOpaque())
        #else
        var thread = pthread_t()
        let result = pthread_create(
            &thread, &attributes,
            { context in
                if let context { Unmanaged<Start>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            }, start.toOpaque())
        #endif
        if result != 0 { start.release() }
        return result
    }
}
