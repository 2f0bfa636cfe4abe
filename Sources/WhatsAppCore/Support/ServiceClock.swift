#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The seam for time: what o'clock it is, and how to wait. Tests and simulations hold a clock of their own.
public protocol ServiceClock: Sendable {
    /// The time of day, as Meta's timestamps count it. It may jump.
    var now: UnixTime { get }

    /// Waits.
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// The system's clock; waiting is by the monotonic clock, so a jump of the wall clock does not stretch it.
public struct SystemClock: ServiceClock {
    /// Makes the clock.
    public init() {}

    /// The time of day.
    public var now: UnixTime {
        var time = timespec()
        let result = clock_gettime(CLOCK_REALTIME, &time)
        precondition(result == 0, "clock_gettime(CLOCK_REALTIME) cannot fail")
        return UnixTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Waits by the monotonic clock.
    public func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration, clock: .continuous)
    }
}

extension ServiceClock where Self == SystemClock {
    /// The system's clock.
    public static var system: SystemClock { SystemClock() }
}
