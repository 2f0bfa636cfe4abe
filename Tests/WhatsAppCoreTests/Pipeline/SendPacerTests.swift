import Testing
import WhatsAppCore
import WhatsAppTesting

@Suite struct SendPacerTests {
    private let start = UnixTime(seconds: 1_782_900_000)

    private func after(_ seconds: Double) -> UnixTime { start.advanced(by: .seconds(seconds)) }

    @Test func aUserGetsABurstAndThenOneTextEverySixSeconds() {
        var pacer = SendPacer()
        for _ in 0..<45 { #expect(pacer.reserve("a", now: start) == .go) }
        #expect(pacer.reserve("a", now: start) == .wait(.seconds(6)))
        #expect(pacer.reserve("a", now: after(5)) == .wait(.seconds(1)))
        #expect(pacer.reserve("a", now: after(6)) == .go)
        #expect(pacer.reserve("a", now: after(6)) == .wait(.seconds(6)))
        #expect(pacer.reserve("b", now: start) == .go)
    }

    /// Over any stretch of time a user gets no more than the burst and one text for each six seconds.
    @Test func theRateIsNeverExceeded() {
        var random = SeededRandom(seed: 7)
        var pacer = SendPacer()
        var sent: [Double] = []
        var time = 0.0
        for _ in 0..<5000 {
            time += Double.random(in: 0...4, using: &random)
            if pacer.reserve("a", now: after(time)) == .go { sent.append(time) }
        }
        for first in sent.indices {
            for last in first..<min(first + 120, sent.count) {
                #expect(Double(last - first + 1) <= 45 + (sent[last] - sent[first]) / 6 + 0.001)
            }
        }
    }

    @Test func pausesHoldWhatTheySay() {
        var pacer = SendPacer()
        pacer.pause("a", until: after(10))
        #expect(pacer.reserve("a", now: start) == .wait(.seconds(10)))
        #expect(pacer.reserve("b", now: start) == .go)
        pacer.pauseNumber(until: after(20))
        pacer.pauseNumber(until: after(15))
        #expect(pacer.reserve("b", now: start) == .wait(.seconds(20)))
        #expect(pacer.reserve("a", now: after(20)) == .go)
    }

    /// A request that was under way when another was refused says nothing of what is allowed since.
    @Test func aTextThatWasUnderWayEndsNoPause() {
        var pacer = SendPacer()
        #expect(pacer.reserve("a", now: start) == .go)
        pacer.pauseNumber(until: after(60))
        pacer.sent(begun: start)
        #expect(pacer.reserve("b", now: after(1)) == .wait(.seconds(59)))
        #expect(pacer.reserve("b", now: after(60)) == .go)
        pacer.probe(now: after(61))
        pacer.sent(begun: after(60))
        #expect(pacer.reserve("a", now: after(62)) == .wait(.seconds(299)))
    }

    @Test func oneProbeGoesOutFromTimeToTimeUntilOneSucceeds() {
        var pacer = SendPacer()
        pacer.probe(now: start)
        #expect(pacer.reserve("a", now: after(299)) == .wait(.seconds(1)))
        #expect(pacer.reserve("a", now: after(300)) == .go)
        #expect(pacer.reserve("b", now: after(300)) == .wait(.seconds(300)))
        pacer.probe(now: after(301))
        #expect(pacer.reserve("b", now: after(600)) == .go)
        pacer.sent(begun: after(600))
        #expect(pacer.reserve("a", now: after(600)) == .go)
        #expect(pacer.reserve("c", now: after(600)) == .go)
    }

    @Test(arguments: [
        (0, 1.0, 1_000), (1, 1, 2_000), (3, 0.5, 4_000), (20, 1, 60_000), (1_000_000, 1, 60_000), (5, 0, 0),
    ])
    func backoff(failures: Int, random: Double, milliseconds: Int) {
        let backoff = Backoff(base: .seconds(1), cap: .seconds(60))
        #expect(backoff.delay(after: failures, random: random) == .milliseconds(milliseconds))
        #expect(backoff.delay(after: failures, random: random, retryAfter: .seconds(90)) == .seconds(90))
        #expect(backoff.delay(after: failures, random: random, retryAfter: .seconds(9000)) == .seconds(600))
    }
}
