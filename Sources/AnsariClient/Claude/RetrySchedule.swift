public import WhatsAppCore

/// When a request that failed is sent again: after `random(0, min(cap, base · 2ⁿ))`, and never earlier than the service asks.
///
/// | retry | with the defaults, at most |
/// |---|---|
/// | 1st | 0.5 s |
/// | 2nd | 1 s |
public struct RetrySchedule: Sendable, Hashable {
    /// How many times a request is sent again.
    public var maximumRetries = 2
    /// How the delays grow.
    public var backoff = Backoff(base: .milliseconds(500), cap: .seconds(8))
    /// The longest delay that the service may ask for. If it asks for more, nothing is sent again: nobody waits that long.
    public var longestRequestedDelay = Duration.seconds(20)

    /// Makes a schedule: two retries, half a second doubling to eight.
    public init() {}

    /// How long to wait before the next request, or `nil` when there is to be none.
    /// - Parameters:
    ///   - failure: what became of the last request.
    ///   - retries: how many there have been.
    ///   - random: a number in `0..<1`.
    func delay(after failure: ClaudeFailure, retries: Int, random: Double) -> Duration? {
        guard failure.canBeRetried, retries < maximumRetries else { return nil }
        let requested = failure.retryAfter ?? .zero
        guard requested <= longestRequestedDelay else { return nil }
        return backoff.delay(after: retries, random: random, retryAfter: requested)
    }
}
