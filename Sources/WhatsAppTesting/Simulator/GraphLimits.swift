internal import WhatsAppCore

/// The limits that Meta keeps on texts to one user and through one number. A pure value.
public struct GraphLimits: Sendable {
    /// Whether the rate between the business and one user is limited: a text every six seconds, and 45 at once, borrowed
    /// from the time after; past that error 131056 (developers.facebook.com, "About the platform": pair rate limits).
    public var hasPairRate: Bool
    /// How many texts a second a number may send; past that error 130429. Meta's own limit is 80 at first and 1,000 later
    /// (developers.facebook.com, "Throughput"). `nil` is no limit.
    public var textsPerSecond: Int?
    /// Whether a user is sent nothing later than 24 hours after the last message: error 131047. A user who never wrote
    /// is past that, too.
    public var hasWindow: Bool

    private var pairs: [String: UnixTime] = [:]
    private var lastMessages: [String: UnixTime] = [:]
    private var second: (number: Int64, count: Int) = (0, 0)

    /// Makes limits.
    public init(hasPairRate: Bool = true, textsPerSecond: Int? = 80, hasWindow: Bool = true) {
        self.hasPairRate = hasPairRate
        self.textsPerSecond = textsPerSecond
        self.hasWindow = hasWindow
    }

    /// No limits.
    public static let none = GraphLimits(hasPairRate: false, textsPerSecond: nil, hasWindow: false)

    static let pairInterval = Duration.seconds(6)
    static let pairBurst = 45
    static let window = Duration.seconds(24 * 3600)

    /// Notes that a user wrote.
    mutating func noteMessage(from user: String, at now: UnixTime) { if hasWindow { lastMessages[user] = now } }

    /// The code with which a text is refused now; `nil` counts it as sent.
    mutating func refusal(of user: String, at now: UnixTime) -> Int64? {
        if hasWindow, lastMessages[user].map({ now.duration(since: $0) > Self.window }) ?? true { return 131_047 }
        if let textsPerSecond {
            if second.number != now.seconds { second = (now.seconds, 0) }
            guard second.count < textsPerSecond else { return 130_429 }
        }
        if hasPairRate {
            let paid = max(pairs[user] ?? now, now)
            guard paid.duration(since: now) <= Self.pairInterval * (Self.pairBurst - 1) else { return 131_056 }
            pairs[user] = paid.advanced(by: Self.pairInterval)
        }
        second.count += 1
        return nil
    }
}
