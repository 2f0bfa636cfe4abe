/// A point in time as milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// The core uses this in place of `Date` so that it needs no Foundation.
public struct UnixTime: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var milliseconds: Int64

    /// Makes a time from milliseconds.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Makes a time from whole seconds; beyond ±292 million years it stops at the bound.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        milliseconds = overflow ? (seconds < 0 ? .min : .max) : product
    }

    /// Whole seconds, rounded down.
    public var seconds: Int64 {
        milliseconds >= 0 ? milliseconds / 1000 : -((-(milliseconds + 1)) / 1000) - 1
    }

    /// The time that lies `earlier` before this one, up to this one. Negative when `earlier` is later.
    public func duration(since earlier: UnixTime) -> Duration {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return .milliseconds(overflow ? (milliseconds < 0 ? .min : .max) : difference)
    }

    /// A later time.
    public func advanced(by duration: Duration) -> UnixTime {
        let (sum, overflow) = milliseconds.addingReportingOverflow(duration.wholeMilliseconds)
        return UnixTime(milliseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// Whether `a` is before `b`.
    public static func < (a: UnixTime, b: UnixTime) -> Bool { a.milliseconds < b.milliseconds }
}

extension Duration {
    /// The duration in milliseconds, rounded towards zero and kept within `Int64`.
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, isBeyond) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        return isBeyond ? (seconds < 0 ? .min : .max) : sum
    }
}
