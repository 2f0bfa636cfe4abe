import Testing
import WhatsAppTesting

@testable import WhatsAppCore

@Suite struct IDIndexTests {
    private let start = UnixTime(seconds: 1_782_900_000)
    private func fingerprint(_ number: Int) -> IDFingerprint {
        var random = SeededRandom(seed: UInt64(number))
        return IDFingerprint(low: random.next(), high: UInt32(truncatingIfNeeded: random.next()))
    }

    @Test func whatWasInsertedIsThereAndNothingElse() {
        var index = IDIndex(retention: .seconds(100))
        for number in 0..<20_000 { index.insert(fingerprint(number), acceptedAt: IDIndex.second(start), now: start) }
        #expect((0..<20_000).allSatisfy { index.contains(fingerprint($0), at: start) })
        #expect(!(20_000..<30_000).contains { index.contains(fingerprint($0), at: start) })
        #expect(index.count == 20_000)
        #expect((0..<index.tableCount).reduce(0) { $0 + index.slots(ofTable: $1, at: start).count } == 20_000)
    }

    @Test func idsExpireByTimeAndTheirSlotsAreUsedAgain() {
        var index = IDIndex(retention: .seconds(100))
        for round in 0..<50 {
            let now = start.advanced(by: .seconds(round * 60))
            for number in 0..<2000 {
                index.insert(fingerprint(round * 2000 + number), acceptedAt: IDIndex.second(now), now: now)
            }
            #expect(index.contains(fingerprint(round * 2000), at: now.advanced(by: .seconds(100))))
            #expect(!index.contains(fingerprint(round * 2000), at: now.advanced(by: .seconds(101))))
            if round > 0 { #expect(index.contains(fingerprint(round * 2000 - 1), at: now)) }
        }
        // Two rounds are alive at a time; without reuse there would be 100,000.
        #expect(index.count < 12_000)
        #expect(MemoryLayout<IDIndex.Slot>.stride == 16)
    }

    @Test func insertedTwiceTheLaterTimeCounts() {
        var index = IDIndex(retention: .seconds(100))
        index.insert(fingerprint(1), acceptedAt: 1000, now: UnixTime(seconds: 1000))
        index.insert(fingerprint(1), acceptedAt: 1050, now: UnixTime(seconds: 1050))
        index.insert(fingerprint(1), acceptedAt: 1020, now: UnixTime(seconds: 1050))
        #expect(index.contains(fingerprint(1), at: UnixTime(seconds: 1150)))
        #expect(index.count == 1)
    }

    @Test func aCopyStaysAsItWas() {
        var index = IDIndex(retention: .seconds(100))
        index.insert(fingerprint(1), acceptedAt: IDIndex.second(start), now: start)
        let copy = index
        for number in 2..<5000 { index.insert(fingerprint(number), acceptedAt: IDIndex.second(start), now: start) }
        #expect(copy.count == 1)
        #expect(!copy.contains(fingerprint(2), at: start))
    }
}
