import Dispatch

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// As many threads as there are processors.
enum Workers {
    /// Runs `body` on each, and returns when all are done.
    static func run(_ body: @escaping @Sendable () -> Void) {
        let count = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        DispatchQueue.concurrentPerform(iterations: count) { _ in body() }
    }
}
