import Testing
import WhatsAppCore
import WhatsAppTesting

@Suite struct LanesTests {
    @Test func aLaneIsWorkedOnInOrderAndOneAtATime() {
        var lanes = Lanes<Int>(maximumActive: 8)
        #expect(lanes.add(1, to: "a") == 1)
        #expect(lanes.add(2, to: "a") == nil)
        #expect(lanes.add(3, to: "a") == nil)
        #expect(lanes.waitingCount == 2)
        #expect(lanes.finish("a") == [2])
        #expect(lanes.finish("a") == [3])
        #expect(lanes.finish("a") == [])
        #expect(lanes.isIdle)
    }

    @Test func manyLanesAreWorkedOnAtOnceUpToTheBound() {
        var lanes = Lanes<Int>(maximumActive: 2)
        #expect(lanes.add(1, to: "a") == 1)
        #expect(lanes.add(2, to: "b") == 2)
        #expect(lanes.add(3, to: "c") == nil)
        #expect(!lanes.isIdle)
        #expect(lanes.finish("a") == [3])
        #expect(lanes.finish("b") == [])
        #expect(lanes.finish("c") == [])
        #expect(lanes.isIdle)
    }

    @Test func suspectsAreWorkedOnOneAtATimeAndHoldNobodyUp() {
        var lanes = Lanes<Int>(maximumActive: 3) { $0 < 0 }
        #expect(lanes.add(-1, to: "a") == -1)
        #expect(lanes.add(-2, to: "b") == nil)
        #expect(lanes.add(3, to: "b") == nil)
        #expect(lanes.add(4, to: "c") == 4)
        #expect(lanes.add(5, to: "d") == 5)
        #expect(lanes.add(6, to: "e") == nil)
        #expect(lanes.finish("c") == [6])
        #expect(lanes.finish("d") == [])
        #expect(lanes.finish("a") == [-2])
        #expect(lanes.add(-7, to: "a") == nil)
        #expect(lanes.finish("e") == [])
        #expect(lanes.finish("b") == [-7, 3])
        #expect(lanes.finish("a") == [])
        #expect(lanes.finish("b") == [])
        #expect(lanes.isIdle)
    }

    /// A suspect goes first, but the lane that has just ended has work that another free place can take.
    @Test func noPlaceStaysFreeWhileSomethingCanBegin() {
        var lanes = Lanes<Int>(maximumActive: 8) { $0 < 0 }
        #expect(lanes.add(-1, to: "a") == -1)
        #expect(lanes.add(-2, to: "b") == nil)
        #expect(lanes.add(3, to: "a") == nil)
        #expect(lanes.finish("a") == [-2, 3])
    }

    @Test func aLaneThatIsPausedTakesNoPlaceAndStaysTaken() {
        var lanes = Lanes<Int>(maximumActive: 1)
        #expect(lanes.add(1, to: "a") == 1)
        #expect(lanes.add(2, to: "b") == nil)
        #expect(lanes.pause("a") == [2])
        #expect(lanes.add(3, to: "a") == nil)
        #expect(lanes.add(4, to: "c") == nil)
        lanes.resume("a")
        // Two are active for a bound of one: the first to end makes no room.
        #expect(lanes.finish("b") == [])
        #expect(!lanes.isIdle)
        #expect(lanes.finish("a") == [4])
        #expect(lanes.finish("c") == [3])
        #expect(lanes.pause("a") == [])
        #expect(!lanes.isIdle)
        lanes.resume("a")
        #expect(lanes.finish("a") == [])
        #expect(lanes.isIdle)
    }

    @Test func aUserWithManyMessagesDelaysNobodyByMoreThanOne() {
        var lanes = Lanes<String>(maximumActive: 1)
        #expect(lanes.add("a0", to: "a") == "a0")
        for number in 1..<100 { #expect(lanes.add("a\(number)", to: "a") == nil) }
        #expect(lanes.add("b0", to: "b") == nil)
        #expect(lanes.add("c0", to: "c") == nil)
        var order: [String] = []
        var lane = "a"
        while let next = lanes.finish(lane).first {
            order.append(next)
            lane = String(next.prefix(1))
        }
        #expect(order.prefix(4) == ["b0", "c0", "a1", "a2"])
        #expect(order.count == 101)
    }

    /// Whatever the order of events, nothing is lost, no lane is worked on twice at once, and lanes keep their order.
    @Test(arguments: 0..<50)
    func anySchedule(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let bound = Int.random(in: 1...4, using: &random)
        var lanes = Lanes<(lane: String, number: Int)>(maximumActive: bound)
        var active: Set<String> = []
        var next: [String: Int] = [:]
        var added: [String: Int] = [:]
        func begin(_ item: (lane: String, number: Int)) {
            #expect(active.insert(item.lane).inserted)
            #expect(active.count <= bound)
            #expect(item.number == next[item.lane, default: 0])
            next[item.lane] = item.number + 1
        }
        for _ in 0..<500 {
            if Bool.random(using: &random) {
                let lane = "lane \(Int.random(in: 0..<8, using: &random))"
                if let item = lanes.add((lane, added[lane, default: 0]), to: lane) { begin(item) }
                added[lane, default: 0] += 1
            } else if let lane = active.sorted().randomElement(using: &random) {
                active.remove(lane)
                lanes.finish(lane).forEach(begin)
            }
        }
        while let lane = active.first {
            active.remove(lane)
            lanes.finish(lane).forEach(begin)
        }
        #expect(lanes.isIdle)
        #expect(next == added)
    }
}
