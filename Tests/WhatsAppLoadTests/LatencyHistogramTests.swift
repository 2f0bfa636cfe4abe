import Testing
import WhatsAppTesting

@Suite struct LatencyHistogramTests {
    /// Times of every magnitude, from a nanosecond to an hour.
    private static func times(_ count: Int, seed: UInt64) -> [Duration] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in
            let octave = Int64.random(in: 0...41, using: &random)
            return .nanoseconds(Int64.random(in: 1 << octave..<2 << octave, using: &random))
        }
    }

    @Test(arguments: [0.0, 0.001, 0.5, 0.9, 0.99, 0.999, 0.99999, 1], [1, 2, 100, 5000])
    func aPercentileIsTheNearestRankUpToOnePerCent(share: Double, count: Int) throws {
        let times = Self.times(count, seed: UInt64(count))
        var histogram = LatencyHistogram()
        for time in times { histogram.record(time) }
        let rank = max(1, Int((Double(count) * share).rounded(.up)))
        let exact = times.sorted()[rank - 1]
        let told = try #require(histogram.percentile(share))
        #expect(told >= exact)
        #expect(told <= exact * 1.01)
        #expect(histogram.count == count)
        #expect(histogram.longest == times.max())
        #expect(histogram.shortest == times.min())
    }

    @Test @LongWork func whatIsThereOnceIsToldExactly() {
        for time in Self.times(1000, seed: 7) {
            var histogram = LatencyHistogram()
            histogram.record(time)
            #expect(histogram.percentile(0.5) == time)
        }
    }

    @Test func anEmptyOneTellsNothing() {
        let histogram = LatencyHistogram()
        #expect(histogram.percentile(0.99) == nil)
        #expect(histogram.bars(perOctave: 8).isEmpty)
    }

    @Test(arguments: [
        (Duration.seconds(-1), Duration.zero), (.zero, .zero), (.seconds(Int64.max), .seconds(Int64.max)),
    ])
    func timesThatNoClockGivesDoNoHarm(time: Duration, told: Duration) {
        var histogram = LatencyHistogram()
        histogram.record(time)
        #expect(histogram.longest == told)
        #expect(histogram.percentile(1) != nil)
        #expect(histogram.bars(perOctave: 4).map(\.count) == [1])
    }

    @Test(arguments: [1, 2, 8, 128]) @LongWork func barsHoldAllAndTouch(perOctave: Int) {
        let times = Self.times(3000, seed: 3)
        var histogram = LatencyHistogram()
        for time in times { histogram.record(time) }
        let bars = histogram.bars(perOctave: perOctave)
        #expect(bars.reduce(0) { $0 + $1.count } == times.count)
        #expect(zip(bars, bars.dropFirst()).allSatisfy { $0.to == $1.from })
        for bar in bars { #expect(bar.count == times.count { $0 >= bar.from && $0 < bar.to }) }
        #expect(bars.first?.count != 0 && bars.last?.count != 0)
    }
}
