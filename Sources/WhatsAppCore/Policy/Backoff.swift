/// Growing delays with full jitter: `random(0, min(cap, base·2ⁿ))` before try n + 1, n counted from 0.
///
/// Full jitter spreads those who failed together (M. Brooker, "Exponential backoff and jitter", AWS Architecture Blog,
/// 2015). Pure: the random number comes from outside.
public struct Backoff: Sendable, Hashable {
    /// The bound of the first delay.
    public var base: Duration
    /// The bound of all delays.
    public var cap: Duration

    /// A server's `Retry-After` is a floor for the delay, as long as it asks for no more than this.
    public static let longestRetryAfter = Duration.seconds(600)

    /// Makes a backoff.
    public init(base: Duration, cap: Duration) {
        self.base = base
        self.cap = cap
    }

    /// The delay after a failure.
    /// - Parameters:
    ///   - failures: how many failures came before it.
    ///   - random: a random number from 0 to 1.
    ///   - retryAfter: what the server asked for.
    public func delay(after failures: Int, random: Double, retryAfter: Duration? = nil) -> Duration {
        // 2³² times any base is past every cap.
        let bound = min(cap, base * (1 << min(failures, 32)))
        let jittered = Duration.milliseconds(Int64(Double(bound.wholeMilliseconds) * min(max(random, 0), 1)))
        return max(jittered, Self.floor(retryAfter))
    }

    /// The least delay after a server asked for `retryAfter`.
    package static func floor(_ retryAfter: Duration?) -> Duration { min(retryAfter ?? .zero, longestRetryAfter) }
}
