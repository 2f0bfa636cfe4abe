#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A system call that failed.
struct SystemError: Error, CustomStringConvertible {
    /// The call's `errno`.
    var errno: Int32

    var description: String {
        // Unsafe: `strerror` gives a string of the C library, which is copied at once.
        guard let text = strerror(errno) else { return "error \(errno)" }
        return "\(String(cString: text)) (\(errno))"
    }
}
