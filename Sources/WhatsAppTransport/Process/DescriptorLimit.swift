#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// How many files and sockets this process may have open at a time (`RLIMIT_NOFILE`).
public enum DescriptorLimit {
    /// The limit now.
    public static var current: Int {
        // More than anybody has; a limit without end does not fit an Int.
        Int(min(limits.rlim_cur, 1 << 30))
    }

    /// Raises the limit as far as the system lets this process. Shells begin with 1,024, which suits programs that use
    /// `select`; a server has no use for so low a limit. Call it before anything listens.
    public static func raise() {
        var limits = limits
        limits.rlim_cur = limits.rlim_max
        #if canImport(Darwin)
        // What is told there as no limit is refused when it is asked for: getrlimit(2).
        limits.rlim_cur = min(limits.rlim_max, rlim_t(OPEN_MAX))
        #endif
        setrlimit(resource, &limits)
    }

    private static var limits: rlimit {
        var limits = rlimit()
        getrlimit(resource, &limits)
        return limits
    }

    #if canImport(Darwin)
    private static var resource: Int32 { RLIMIT_NOFILE }
    #else
    private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #endif
}
