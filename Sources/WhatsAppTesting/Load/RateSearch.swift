/// Looks for the highest rate that a server bears: doubles until it does not, then halves what is left between. Of three
/// tries at a rate two decide, because a machine has other things to do, too. A pure value.
package struct RateSearch: Sendable {
    /// How near the highest rate is to the lowest that was too high, at the end: a twentieth.
    private static let precision = 1.05
    private static let bounds = (lowest: 8.0, highest: 1_000_000.0)

    /// The highest rate that was borne.
    package private(set) var best: Double?
    /// The lowest rate that was not.
    private var tooHigh: Double?
    /// How the tries at the rate in ``next`` went.
    private var tries = (borne: 0, failed: 0)
    /// The rate to try next; `nil` at the end.
    package private(set) var next: Double?

    /// - Parameter start: the first rate to try, in messages a second.
    package init(from start: Double = 64) { next = start }

    /// How many messages a round of this length has at a rate: enough for a 99th percentile to say something.
    package static func messages(at rate: Double, in duration: Duration) -> Int {
        max(100, Int((rate * duration.inSeconds).rounded()))
    }

    /// Takes in whether the rate in ``next`` was borne.
    package mutating func take(_ isBorne: Bool) {
        guard let rate = next else { return }
        if isBorne { tries.borne += 1 } else { tries.failed += 1 }
        guard max(tries.borne, tries.failed) == 2 else { return }
        if tries.borne == 2 { best = max(best ?? rate, rate) } else { tooHigh = min(tooHigh ?? rate, rate) }
        tries = (0, 0)
        next = rateToTry
    }

    private var rateToTry: Double? {
        switch (best, tooHigh) {
        case (let best?, nil): best * 2 <= Self.bounds.highest ? best * 2 : nil
        case (nil, let tooHigh?): tooHigh / 2 >= Self.bounds.lowest ? tooHigh / 2 : nil
        case (let best?, let tooHigh?): tooHigh / best > Self.precision ? (best * tooHigh).squareRoot() : nil
        case (nil, nil): nil
        }
    }
}
