/// Says when a text may be sent: keeps to the rate that Meta allows between the business and one user, and to the pauses
/// that refusals ask for. A pure value.
///
/// Meta allows one message every six seconds to the same user, and up to 45 at once, borrowed from the time after
/// (developers.facebook.com, "WhatsApp Business Platform: pair rate limits"). Sent faster, an answer of many parts runs
/// into error 131056.
package struct SendPacer: Sendable {
    /// What one message to a user costs in time.
    package static let pairInterval = Duration.seconds(6)
    /// How many messages to one user may be sent ahead of that time.
    package static let pairBurst = 45
    /// How often a send is tried while the account may not send.
    package static let probeInterval = Duration.seconds(300)

    /// When the allowance of a user who was sent something is whole again.
    private var replenished: [String: UnixTime] = [:]
    private var userPauses: [String: UnixTime] = [:]
    private var numberPause: UnixTime?
    /// While the account may not send: since when, and when the next text may go out as a probe.
    private var probing: (since: UnixTime, next: UnixTime)?

    /// Makes a pacer that knows of nobody.
    package init() {}

    /// What may be done now about a text to a user.
    package enum Permission: Sendable, Hashable {
        /// Send it. It is counted.
        case go
        /// Ask again after this time. Nothing is counted.
        case wait(Duration)
    }

    /// Asks to send one text to `user`.
    package mutating func reserve(_ user: String, now: UnixTime) -> Permission {
        let pauses = [numberPause, userPauses[user], probing?.next].compactMap { $0 }
        if let pause = pauses.max(), pause > now { return .wait(pause.duration(since: now)) }
        userPauses[user] = nil
        let whole = max(replenished[user] ?? now, now)
        let excess = whole.duration(since: now) - Self.pairInterval * (Self.pairBurst - 1)
        guard excess <= .zero else { return .wait(excess) }
        forgetIfMany(now: now)
        replenished[user] = whole.advanced(by: Self.pairInterval)
        probing?.next = now.advanced(by: Self.probeInterval)
        return .go
    }

    /// Holds everything back.
    package mutating func pauseNumber(until time: UnixTime) { numberPause = max(numberPause ?? time, time) }

    /// Holds what goes to one user back.
    package mutating func pause(_ user: String, until time: UnixTime) { userPauses[user] = time }

    /// Holds everything back but one probe from time to time, until one succeeds.
    package mutating func probe(now: UnixTime) {
        if probing == nil { probing = (now, now.advanced(by: Self.probeInterval)) }
    }

    /// Takes in that a text was sent whose request began at `start`: the account may send. One that began before the account
    /// was refused says nothing of that, and a pause of the number lasts as long as it was asked for.
    package mutating func sent(begun start: UnixTime) {
        if let since = probing?.since, start > since { probing = nil }
    }

    /// Users whose allowance is whole again are as if they were unknown.
    private mutating func forgetIfMany(now: UnixTime) {
        guard replenished.count >= 4096, replenished.count.isMultiple(of: 1024) else { return }
        replenished = replenished.filter { $0.value > now }
        userPauses = userPauses.filter { $0.value > now }
    }
}
