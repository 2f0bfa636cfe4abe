/// How long things took: counts in buckets that grow with the time, so that each is known to within 1 %, however many
/// there are (after G. Tene's HdrHistogram). A pure value.
///
/// Times are whole nanoseconds. Each power of two is cut into 128 buckets; below 128 ns each time has its own.
package struct LatencyHistogram: Sendable, Hashable {
    private static let bits = 7
    private static let perOctave = 1 << bits

    private var counts: [UInt32] = []
    /// How many were recorded.
    package private(set) var count = 0
    /// The shortest, exactly; zero while there is none.
    package private(set) var shortest = Duration.zero
    /// The longest, exactly.
    package private(set) var longest = Duration.zero

    package init() {}

    /// Counts one; a negative time, which a clock cannot give, as none.
    package mutating func record(_ duration: Duration) {
        let duration = max(duration, .zero)
        let index = Self.index(of: duration.nanoseconds)
        if index >= counts.count { counts += Array(repeating: 0, count: index + 1 - counts.count) }
        counts[index] += 1
        shortest = count == 0 ? duration : min(shortest, duration)
        longest = max(longest, duration)
        count += 1
    }

    /// The time that this share of all did not exceed, up to 1 % too long; `nil` when there is none.
    /// - Parameter share: from 0 to 1; 0.99 is the 99th percentile (nearest rank).
    package func percentile(_ share: Double) -> Duration? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((Double(count) * min(max(share, 0), 1)).rounded(.up)))
        var seen = 0
        for (index, count) in counts.enumerated() where count > 0 {
            seen += Int(count)
            if seen >= rank { return min(.nanoseconds(Self.upperBound(of: index)), longest) }
        }
        return longest
    }

    /// One bar of a picture.
    package struct Bar: Sendable, Hashable {
        /// The times in it: from this one on.
        package var from: Duration
        /// Up to this one, exclusive.
        package var to: Duration
        /// How many.
        package var count: Int
    }

    /// The whole as bars of equal width on a logarithmic scale, from the first that is not empty to the last.
    /// - Parameter perOctave: how many bars double the time: 1, 2, 4 … 128.
    package func bars(perOctave: Int) -> [Bar] {
        let width = max(1, Self.perOctave / max(1, perOctave))
        guard let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.lastIndex(where: { $0 > 0 }) else {
            return []
        }
        return (first / width...last / width).map { bar in
            let buckets = bar * width..<(bar + 1) * width
            return Bar(
                from: .nanoseconds(Self.lowerBound(of: buckets.lowerBound)),
                to: .nanoseconds(Self.lowerBound(of: buckets.upperBound)),
                count: buckets.clamped(to: counts.indices).reduce(0) { $0 + Int(counts[$1]) })
        }
    }

    /// Below 256 a bucket is a nanosecond wide; each octave from there on has 128, twice as wide as those before it.
    private static func index(of nanoseconds: Int64) -> Int {
        let octave = max(0, 63 - nanoseconds.leadingZeroBitCount - bits)
        return octave << bits + Int(nanoseconds >> octave)
    }

    private static func lowerBound(of index: Int) -> Int64 {
        let octave = max(0, index >> bits - 1)
        return Int64(index - octave << bits) << octave
    }

    /// The longest time in a bucket.
    private static func upperBound(of index: Int) -> Int64 { lowerBound(of: index + 1) &- 1 }
}

extension Duration {
    /// Whole nanoseconds; what is longer than 292 years becomes that.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product + attoseconds / 1_000_000_000
    }

    /// In seconds.
    package var inSeconds: Double { self / .seconds(1) }
    /// In milliseconds.
    package var inMilliseconds: Double { self / .milliseconds(1) }
}
