import Foundation
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

/// Kills webhooks and workers that share a queue, freezes workers past their lease, and then asks whether everybody was
/// answered: once, in full, in order.
struct SharedKillRun: Sendable {
    private static let webhooks = 2
    private static let workers = 3
    private static let lease = 10
    let cycles: Int
    let binary: String

    /// Runs it.
    /// - Returns: whether all was as promised.
    func run() async throws -> Bool {
        let crowd = Crowd(users: 30, pause: .seconds(1), lengths: [3, 60])
        var conduct = SimulatedMeta.Conduct()
        conduct.duplicates = 0.2
        conduct.delay = .zero ... .milliseconds(20)
        conduct.retries = Backoff(base: .milliseconds(100), cap: .seconds(2))
        conduct.statuses = [("sent", .milliseconds(20))]
        let behaviour = conduct
        let fleet = try await Fleet(
            webhooks: Self.webhooks, workers: Self.workers, binary: binary,
            settings: ["WORKER_LEASE_SECONDS": "\(Self.lease)"]
        ) { http in
            try Simulator(
                thinking: .milliseconds(200), conduct: behaviour, http: http, observe: crowd.note
            ) { crowd.answer(to: $0) }
        }
        let begun = ContinuousClock.now
        let meta = Task { try await fleet.simulator.run() }
        for server in fleet.all { try server.start() }
        let asking = Task { await crowd.ask(fleet.simulator.meta) }
        let freezes = try await disturb(fleet, crowd)
        crowd.stopAsking()
        asking.cancel()
        await crowd.settle()
        // With so many deaths a message may look as if it killed its worker, and is put aside for an operator.
        let dead = try await fleet.queue.replayDeadLetters()
        if dead > 0 { await crowd.settle() }
        let exitCode = fleet.stop()
        meta.cancel()
        _ = try? await meta.value
        let seconds = Int((ContinuousClock.now - begun) / .seconds(1))
        return try verdict(fleet, crowd.ledger, dead: dead, freezes: freezes, exitCode: exitCode, seconds: seconds)
    }

    /// In turn anybody is killed and started again, a worker just when a text is on its way, and one when the backend thinks;
    /// then a worker is frozen for longer than its lease, when the backend thinks, too.
    /// - Returns: how often a worker was frozen.
    private func disturb(_ fleet: Fleet, _ crowd: Crowd) async throws -> Int {
        var moments = crowd.moments.makeAsyncIterator()
        var freezes = 0
        for cycle in 0..<cycles {
            try await Task.sleep(for: .milliseconds(Int.random(in: 500...3000)))
            let wanted = [Crowd.Moment.any, .sending, .thinking, .thinking][cycle % 4]
            while wanted != .any, let moment = await moments.next(), moment != wanted {}
            if cycle % 4 == 3 {
                let worker = fleet.workers[cycle / 4 % fleet.workers.count]
                worker.freeze()
                freezes += 1
                // The queue hides its messages for one and a half leases.
                try await Task.sleep(for: .seconds(Self.lease * 2 + 1))
                worker.thaw()
            } else {
                guard let victim = (wanted == .any ? fleet.all : fleet.workers).randomElement() else { continue }
                victim.kill()
                try victim.start()
            }
        }
        return freezes
    }

    private func verdict(
        _ fleet: Fleet, _ ledger: AnswerLedger, dead: Int, freezes: Int, exitCode: Int32, seconds: Int
    ) throws -> Bool {
        let lost = ledger.unanswered
        let resent = try fleet.count("sent once more")
        let disordered = ledger.disordered.count + ledger.overtaken.count
        // A dead letter lets its user's next message pass, and is answered later.
        let isKept =
            lost.isEmpty && ledger.repeatedTexts <= resent && ledger.oftenRepeatedTexts == 0 && exitCode == 0
            && disordered <= dead
        print(
            """
            \(Self.webhooks) webhooks, \(Self.workers) workers, \(cycles) cycles in \(seconds) s, \(ledger.count) questions
            killed                       \(cycles - freezes)
            frozen past the lease        \(freezes), refused late writes \(try fleet.count("The lease of the message was lost"))
            acknowledged                 \(ledger.acknowledged.count)
            lost                         \(lost.count) \(lost.prefix(5))
            dead letters, replayed       \(dead)
            texts that came twice        \(ledger.repeatedTexts), counted as blind resends \(resent)
            texts that came more often   \(ledger.oftenRepeatedTexts)
            unknown, resolved by status  \(try fleet.count("A status shows"))
            answers out of order         \(disordered)
            exit code                    \(exitCode)
            """)
        if isKept { fleet.removeLog() } else { print("kept: \(fleet.log.path)") }
        return isKept
    }
}
