internal import Synchronization

/// Makes the deliveries of a plan.
struct LoadAsker: Sendable {
    typealias Instant = ContinuousClock.Instant

    var plan: LoadPlan
    var book: LoadBook
    var meta: SimulatedMeta
    var begun: Instant

    /// Returns when all that was delivered is answered with 200 or given up.
    func ask() async {
        switch plan.pace {
        case .rate, .burst: await askWhenDue()
        case .answered: await askInTurns(of: plan.askers, waitsForAnswers: true)
        case .acknowledged(let connections): await askInTurns(of: connections, waitsForAnswers: false)
        }
    }

    /// Whatever the server does.
    private func askWhenDue() async {
        let (indices, due) = AsyncStream<Int>.makeStream()
        await withDiscardingTaskGroup { group in
            group.addTask {
                await Pacer.pace(
                    plan.deliveries ?? 0, from: begun, due: { plan.due($0) ?? .zero }, tell: { due.yield($0) })
                due.finish()
            }
            for await index in indices {
                let due = begun + (plan.due(index) ?? .zero)
                let (delivery, asked) = ask(plan.delivery(index), due: due)
                group.addTask { await carry(delivery, asked, due: due) }
            }
        }
    }

    /// Each of `count` asks one thing after the other. Whoever is ready first takes what is next.
    private func askInTurns(of count: Int, waitsForAnswers: Bool) async {
        let counter = Counter()
        await withDiscardingTaskGroup { group in
            for asker in 0..<count {
                group.addTask {
                    var turn = 0
                    while !Task.isCancelled, isBeforeEnd {
                        let index = counter.next()
                        guard index < plan.deliveries ?? .max else { return }
                        // Who waits for answers is an asker; else any asker's turn is next.
                        let due = Instant.now
                        let (delivery, asked) = ask(
                            waitsForAnswers ? plan.delivery(of: asker, turn: turn) : plan.delivery(index), due: due)
                        await carry(delivery, asked, due: due)
                        guard waitsForAnswers else { continue }
                        for number in asked.numbers { guard await book.awaitAnswer(to: number) else { return } }
                        turn += 1
                    }
                }
            }
        }
    }

    private final class Counter: Sendable {
        private let taken = Atomic(0)
        func next() -> Int { taken.wrappingAdd(1, ordering: .relaxed).oldValue }
    }

    private var isBeforeEnd: Bool {
        guard case .duration(let duration) = plan.extent else { return true }
        return Instant.now - begun < duration
    }

    private typealias Asked = (numbers: [Int], messages: [SimulatedDelivery.Message])

    private func ask(_ delivery: LoadPlan.Delivery, due: Instant) -> (LoadPlan.Delivery, Asked) {
        (delivery, book.ask(delivery, due: due))
    }

    /// Makes a delivery as often as the plan says.
    private func carry(_ delivery: LoadPlan.Delivery, _ asked: Asked, due: Instant) async {
        guard delivery.copies.count > 1 else {
            return await carryCopy(asked, due: due, after: delivery.copies.first ?? .zero)
        }
        await withDiscardingTaskGroup { group in
            for delay in delivery.copies { group.addTask { await carryCopy(asked, due: due, after: delay) } }
        }
    }

    private func carryCopy(_ asked: Asked, due: Instant, after delay: Duration) async {
        var due = due
        if delay > .zero {
            guard (try? await Task.sleep(for: delay)) != nil else { return }
            due = .now  // Nobody expects what Meta brings late at a certain time.
        }
        book.began(due: due)
        // Cancelled, it is neither answered nor given up.
        guard let isAcknowledged = try? await meta.carry(asked.messages) else { return }
        book.ended(asked.numbers, due: due, isAcknowledged: isAcknowledged)
    }
}
