/// What is asked, by whom, and when: the same for the same seed. A pure value.
///
/// *Askers* take turns. An asker is as many users as a delivery has messages, and each of its turns is one delivery, in
/// which each of them asks one question.
package struct LoadPlan: Sendable, Hashable {
    /// When a delivery is made.
    package enum Pace: Sendable, Hashable {
        /// An asker asks the next thing as soon as the last is answered.
        case answered
        /// So many deliveries are under way at any time: one that is answered with 200 makes room for the next.
        case acknowledged(connections: Int)
        /// So many messages a second are due, whatever the server does with them.
        case rate(Double)
        /// Everything is due at once.
        case burst
    }

    /// Where it ends.
    package enum Extent: Sendable, Hashable {
        /// After so many messages, rounded up to whole deliveries.
        case messages(Int)
        /// After this time no more is asked.
        case duration(Duration)
    }

    /// When deliveries are made.
    package var pace = Pace.answered
    /// Where it ends.
    package var extent = Extent.messages(1000)
    /// How many users write.
    package var users = 1000
    /// The number of the first: rounds that follow one another have users of their own.
    package var firstUser = 0
    /// Messages of a delivery, each of another user.
    package var batch = 1
    /// The share of deliveries that are made twice.
    package var duplicates = 0.0
    /// Whether deliveries are under way for up to two seconds, and so overtake one another.
    package var isReordered = false
    /// Whether answers have several parts.
    package var hasLongAnswers = false
    /// Whether the messages are old, as after an outage of a week: they are to be taken in, and nothing said to them.
    package var isReplay = false
    /// What chance begins with.
    package var seed: UInt64 = 1

    package init() {}

    /// One delivery.
    package struct Delivery: Sendable, Hashable {
        /// The users who ask, one question each.
        package var users: [String]
        /// For each, how many sentences the answer has.
        package var sentences: [Int]
        /// How long ago it was written.
        package var age = Duration.zero
        /// For each time that it is made, how long after it is due.
        package var copies: [Duration]
    }

    /// Meta may be as late with a copy, or with anything.
    private static let longestDelay = 2.0
    private static let sentences = (short: [3], long: [60, 110, 160])

    /// How many askers take turns.
    package var askers: Int { max(1, users / max(1, batch)) }

    /// How many deliveries there are; `nil` when only time ends it.
    package var deliveries: Int? {
        switch (extent, pace) {
        case (.messages(let count), _): (count + batch - 1) / max(1, batch)
        case (.duration(let duration), .rate(let rate)): max(1, Int(duration.inSeconds * rate / Double(batch)))
        case (.duration, _): nil
        }
    }

    /// When a delivery is due, counted from the beginning; `nil` when what happened before it decides.
    package func due(_ index: Int) -> Duration? {
        switch pace {
        case .answered, .acknowledged: nil
        case .rate(let rate): .seconds(Double(index * batch) / rate)
        case .burst: .zero
        }
    }

    /// A delivery where askers take turns in order.
    package func delivery(_ index: Int) -> Delivery { delivery(of: index % askers, turn: index / askers) }

    /// What an asker's turn brings.
    package func delivery(of asker: Int, turn: Int) -> Delivery {
        var source = SeededRandom(seed: seed)
        var random = SeededRandom(seed: source.next() ^ UInt64(asker) << 32 ^ UInt64(turn))
        let first = firstUser + asker * batch
        let lengths = hasLongAnswers ? Self.sentences.long : Self.sentences.short
        var delivery = Delivery(
            users: (first..<first + batch).map { "1555\(1_000_000 + $0)" },
            sentences: (0..<batch).map { _ in lengths.randomElement(using: &random) ?? 3 }, copies: [])
        delivery.copies.append(isReordered ? delay(&random) : .zero)
        if Double.random(in: 0..<1, using: &random) < duplicates { delivery.copies.append(delay(&random)) }
        // From the oldest that Meta still delivers to the youngest that is not answered any more.
        if isReplay { delivery.age = .seconds(Int64.random(in: 25 * 3600...7 * 86_400, using: &random)) }
        return delivery
    }

    private func delay(_ random: inout SeededRandom) -> Duration {
        .seconds(Double.random(in: 0...Self.longestDelay, using: &random))
    }

    /// How many texts the average user is sent, when that is more than Meta lets pass at once: then the pair rate, and not
    /// the server, says how fast answers come.
    package var textsPastPairRate: Int? {
        guard let deliveries, !isReplay else { return nil }
        let parts = hasLongAnswers ? 3 : 1
        let texts = parts * ((deliveries + askers - 1) / askers)
        return texts > GraphLimits.pairBurst ? texts : nil
    }
}
