/// What came of a load, to be shown as text, as JSON and as a picture.
package struct LoadReport: Sendable {
    /// One try of a search for the highest rate.
    package struct Round: Sendable {
        /// Messages a second that were due.
        package var rate: Double
        /// What was measured.
        package var figures: LoadFigures
        /// Whether the server bore it.
        package var isBorne: Bool

        package init(rate: Double, figures: LoadFigures, isBorne: Bool) {
            self.rate = rate
            self.figures = figures
            self.isBorne = isBorne
        }
    }

    /// What was played; of a search, the last round.
    package var plan: LoadPlan
    /// What was measured; of a search, in the round of the highest rate.
    package var figures: LoadFigures
    /// What was promised and kept, in all rounds.
    package var truth: LoadTruth
    /// What the server used meanwhile, where it is our child.
    package var server: ProcessUsage?
    /// What we used ourselves.
    package var generator: ProcessUsage?
    /// What carried the deliveries.
    package var client: String
    /// The rounds of a search.
    package var rounds: [Round] = []
    /// The highest rate that was borne, and the p99 that was asked for.
    package var highestRate: (rate: Double?, limit: Duration)?
    /// What the p99 of the 200 must not be over.
    package var longestP99: Duration?

    package init(
        plan: LoadPlan, figures: LoadFigures, truth: LoadTruth, server: ProcessUsage? = nil,
        generator: ProcessUsage? = nil, client: String, longestP99: Duration? = nil
    ) {
        self.plan = plan
        self.figures = figures
        self.truth = truth
        self.server = server
        self.generator = generator
        self.client = client
        self.longestP99 = longestP99
    }

    /// Why the run is a failure; nothing when it is none.
    package var failures: [String] {
        var failures = truth.violations
        let p99 = figures.acknowledged.percentile(0.99)
        if truth.asked == 0 { failures.append("nothing was asked") }
        if let longestP99, let p99, p99 > longestP99 {
            failures.append("the p99 of the 200 is \(Figure.time(p99)), more than \(Figure.time(longestP99))")
        }
        if let highestRate, highestRate.rate == nil {
            failures.append("no rate keeps the p99 of the 200 under \(Figure.time(highestRate.limit))")
        }
        return failures
    }

    /// The percentiles that are told.
    static let shares: [(name: String, share: Double)] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)]
}
