import Synchronization
import WhatsAppCore
import WhatsAppTesting

/// How many messages a second one, two and four workers answer, when the backend takes 200 ms.
struct SharedSpeedRun: Sendable {
    private static let questions = 100
    /// So few that the workers wait for the backend: moto is one Python process, and the limit past some 20 messages a second.
    private static let users = 1
    let binary: String

    func run() async throws -> Bool {
        for workers in [1, 2, 4] {
            let rate = try await rate(workers: workers)
            print("\(workers) workers, \(Self.users) user each: \((rate * 10).rounded() / 10) messages a second")
        }
        return true
    }

    /// Fills the queue, then starts the workers, and counts from the first text to the last.
    private func rate(workers: Int) async throws -> Double {
        let taken = Recorder<ContinuousClock.Instant>()
        let acknowledged = Recorder<Void>()
        let fleet = try await Fleet(
            webhooks: 1, workers: workers, binary: binary, settings: ["MAXIMUM_ACTIVE_USERS": "\(Self.users)"]
        ) { http in
            try Simulator(
                thinking: .milliseconds(200), http: http,
                observe: { event in
                    switch event {
                    case .took: taken.append(.now)
                    case .answered(let delivery, status: 200, _):
                        if case .messages = delivery.content { acknowledged.append(()) }
                    default: break
                    }
                }, answer: { "Answer to \($0)" })
        }
        var conduct = fleet.simulator.meta.conduct
        conduct.statuses = []
        conduct.retries = Backoff(base: .milliseconds(100), cap: .seconds(1))
        fleet.simulator.meta.conduct = conduct
        let meta = Task { try await fleet.simulator.run() }
        for server in fleet.webhooks { try server.start() }
        for number in 0..<Self.questions {
            fleet.simulator.meta.deliver([
                .init(
                    id: "wamid.\(number)", from: "1555\(1_000_000 + number)", timestamp: SystemClock().now.seconds,
                    text: "question \(number)")
            ])
            try await Task.sleep(for: .milliseconds(40))
        }
        await acknowledged.wait { $0.count >= Self.questions }
        for server in fleet.workers { try server.start() }
        let times = await taken.wait { $0.count >= Self.questions }
        _ = fleet.stop()
        meta.cancel()
        _ = try? await meta.value
        fleet.removeLog()
        guard let first = times.first, let last = times.last else { return 0 }
        return Double(times.count - 1) / ((last - first) / .seconds(1))
    }
}
