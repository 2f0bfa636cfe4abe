import Testing
import WhatsAppTesting

@Suite struct LoadPlanTests {
    private func plan(_ change: (inout LoadPlan) -> Void) -> LoadPlan {
        var plan = LoadPlan()
        change(&plan)
        return plan
    }

    @Test func theSameSeedIsTheSamePlan() {
        let change: (inout LoadPlan) -> Void = {
            ($0.users, $0.batch, $0.duplicates, $0.isReordered, $0.hasLongAnswers) = (60, 3, 0.3, true, true)
        }
        let (one, same) = (plan(change), plan(change))
        let other = plan {
            change(&$0)
            $0.seed = 2
        }
        #expect((0..<200).map(one.delivery) == (0..<200).map(same.delivery))
        #expect((0..<200).map(one.delivery) != (0..<200).map(other.delivery))
    }

    @Test func whatADeliveryBringsDoesNotDependOnTheOthers() {
        let plan = plan { ($0.users, $0.duplicates, $0.hasLongAnswers) = (10, 0.5, true) }
        #expect(plan.delivery(37) == plan.delivery(of: 7, turn: 3))
    }

    @Test(arguments: [(1, 10), (3, 10), (10, 10), (4, 10)]) func eachMessageOfADeliveryIsAnotherUsers(
        batch: Int, users: Int
    ) {
        let plan = plan { ($0.users, $0.batch) = (users, batch) }
        for index in 0..<100 {
            let delivery = plan.delivery(index)
            #expect(Set(delivery.users).count == batch)
            #expect(delivery.sentences.count == batch)
        }
        #expect(Set((0..<100).flatMap { plan.delivery($0).users }).count == users / batch * batch)
    }

    @Test func roundsHaveUsersOfTheirOwn() {
        let (first, second) = (plan { $0.users = 5 }, plan { ($0.users, $0.firstUser) = (5, 5) })
        let users = [first, second].map { plan in Set((0..<20).flatMap { plan.delivery($0).users }) }
        #expect(users[0].isDisjoint(with: users[1]))
    }

    @Test(arguments: [(0.0, 0...0), (0.25, 2200...2800), (1.0, 10_000...10_000)])
    func thatManyAreMadeTwice(share: Double, expected: ClosedRange<Int>) {
        let plan = plan { $0.duplicates = share }
        let twice = (0..<10_000).count { plan.delivery($0).copies.count == 2 }
        #expect(expected.contains(twice))
        #expect((0..<1000).allSatisfy { plan.delivery($0).copies[0] == .zero })
    }

    @Test func whatIsReorderedIsLateByTwoSecondsAtMost() {
        let delays = (0..<1000).map { plan { $0.isReordered = true }.delivery($0).copies[0] }
        #expect(delays.allSatisfy { $0 >= .zero && $0 <= .seconds(2) })
        #expect(Set(delays).count > 900)
    }

    @Test func aReplayIsOlderThanADayAndNotOlderThanMetaKeepsIt() {
        let ages = (0..<1000).map { plan { $0.isReplay = true }.delivery($0).age }
        #expect(ages.allSatisfy { $0 > .seconds(86_400) && $0 <= .seconds(7 * 86_400) })
        #expect(plan { _ in }.delivery(0).age == .zero)
    }

    @Test(
        arguments: [
            (LoadPlan.Extent.messages(10), LoadPlan.Pace.answered, 4, 3), (.messages(10), .burst, 4, 3),
            (.messages(12), .rate(5), 4, 3), (.duration(.seconds(2)), .rate(100), 4, 50),
            (.duration(.seconds(2)), .answered, 4, nil),
        ] as [(LoadPlan.Extent, LoadPlan.Pace, Int, Int?)])
    func soManyDeliveriesThereAre(extent: LoadPlan.Extent, pace: LoadPlan.Pace, batch: Int, count: Int?) {
        #expect(plan { ($0.extent, $0.pace, $0.batch) = (extent, pace, batch) }.deliveries == count)
    }

    @Test func aRateIsKeptFromTheBeginningToTheEnd() {
        let plan = plan { ($0.pace, $0.batch) = (.rate(100), 2) }
        #expect([0, 1, 50, 5000].map { plan.due($0) } == [.zero, .milliseconds(20), .seconds(1), .seconds(100)])
        #expect(self.plan { $0.pace = .burst }.due(99) == .zero)
        #expect(self.plan { $0.pace = .answered }.due(99) == nil)
    }

    @Test(arguments: [(1000, 1000, nil), (10, 1000, 100), (10, 450, nil)] as [(Int, Int, Int?)])
    func itKnowsWhenUsersAreTooFewForMetasPairRate(users: Int, messages: Int, texts: Int?) {
        #expect(plan { ($0.users, $0.extent) = (users, .messages(messages)) }.textsPastPairRate == texts)
    }
}

@Suite struct RateSearchTests {
    @Test(arguments: [8.0, 9, 37, 64, 65, 1000, 54_321, 900_000]) func findsTheHighestRateToATwentieth(limit: Double)
        throws
    {
        var search = RateSearch()
        var tries = 0
        while let rate = search.next {
            tries += 1
            search.take(rate <= limit)
        }
        let best = try #require(search.best)
        #expect(best <= limit)
        #expect(best * 1.06 > min(limit, 524_288))
        #expect(tries < 60)
    }

    @Test(arguments: [(1000.0, 3, 3000), (10, 3, 100), (33.5, 4, 134)])
    func aRoundHasEnoughForAPercentile(rate: Double, seconds: Int, messages: Int) {
        #expect(RateSearch.messages(at: rate, in: .seconds(seconds)) == messages)
    }

    @Test(arguments: [
        ([true, true], 200), ([false, true, true], 200), ([true, false, true], 200), ([false, false], 50),
        ([false, true, false], 50), ([true], 100), ([false], 100), ([true, false], 100),
    ])
    func ofThreeTriesTwoDecide(tries: [Bool], next: Double) {
        var search = RateSearch(from: 100)
        for isBorne in tries { search.take(isBorne) }
        #expect(search.next == next)
    }

    @Test func aServerThatBearsNothingIsToldSo() {
        var search = RateSearch()
        while search.next != nil { search.take(false) }
        #expect(search.best == nil)
    }
}
