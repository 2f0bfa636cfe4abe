import CSystem

/// A thread of its own for work that blocks, which has no place on Swift's cooperative threads.
enum LoopThread {
    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a new thread, which ends with it.
    static func start(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        // Unsafe: a C thread takes one pointer. The reference it carries is given up here and taken back there, once.
        let start = Unmanaged.passRetained(Start(body: body))
        let result = csystem_thread_start(
            { context in
                if let context { Unmanaged<Start>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            }, start.toOpaque())
        guard result == 0 else {
            start.release()
            throw SystemError(errno: -result)
        }
    }
}
