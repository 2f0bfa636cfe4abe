/// Looks for the highest rate that a server bears: doubles until it does not, then halves what is left between. A pure
/// value.
package struct RateSearch: Sendable, Hashable {
    /// How near the highest rate is to the lowest that was too high, at the end: a twentieth.
    private static let precision = 1.05
    private static let bounds = (lowest: 1.0, highest: 1_000_000.0)

    /// The highest rate that was borne.
    package private(set) var best: Double?
    /// The lowest rate that was not.
    private var tooHigh: Double?
    /// Whether the rate in ``next`` has failed once: a busy machine is to be asked twice.
    private var isSecondTry = false
    /// The rate to try next; `nil` at the end.
    package private(set) var next: Double?

    /// - Parameter start: the first rate to try, in messages a second.
    package init(from start: Double = 64) { next = start }

    /// Takes in whether the rate in ``next`` was borne.
    package mutating func take(_ isBorne: Bool) {
        guard let rate = next else { return }
        if isBorne {
            best = max(best ?? rate, rate)
        } else if !isSecondTry {
            isSecondTry = true
            return
        } else {
            tooHigh = min(tooHigh ?? rate, rate)
        }
        isSecondTry = false
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
