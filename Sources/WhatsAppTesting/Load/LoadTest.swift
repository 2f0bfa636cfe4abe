internal import Synchronization
package import WhatsAppCore
internal import WhatsAppTransport

/// A load on a server between a simulated Meta and a simulated backend, and the account of it.
///
/// ``run(_:)`` serves both neighbours; within it ``round(_:progress:)`` plays one plan after another.
package struct LoadTest: Sendable {
    /// What the server has to live with.
    package struct Conditions: Sendable {
        /// How long the backend thinks.
        package var thinking = Duration.zero
        /// Whether each text is followed by what became of it: sent, delivered, read.
        package var hasStatuses = false
        /// The share of texts that the Graph API refuses with 500.
        package var errors = 0.0
        /// The share of texts that it takes without a word.
        package var silences = 0.0
        /// How long a round goes on without a sign of life, and a delivery without a 200.
        package var patience = Duration.seconds(60)
        /// How long it must be quiet after the last answer, for what comes twice to come.
        package var quiet = Duration.seconds(1)
        /// What chance begins with.
        package var seed: UInt64 = 1

        package init() {}
    }

    /// Meta and the backend, on one port.
    package let simulator: Simulator
    private let book: LoadBook
    private let conditions: Conditions

    /// Begins to listen.
    /// - Throws: when the port cannot be listened on.
    package init(
        port: Int, credentials: Simulator.Credentials, conditions: Conditions, http: any HTTPClient
    ) throws {
        let book = LoadBook(run: "load." + Simulator.madeUpSecret().prefix(8))
        self.book = book
        self.conditions = conditions
        var conduct = SimulatedMeta.Conduct()
        if !conditions.hasStatuses { conduct.statuses = [] }
        conduct.retries = Backoff(base: .seconds(1), cap: .seconds(10))
        conduct.patience = conditions.patience
        let random = Mutex(SeededRandom(seed: conditions.seed))
        simulator = try Simulator(
            port: port, credentials: credentials, thinking: conditions.thinking, conduct: conduct,
            limits: GraphLimits(textsPerSecond: nil, hasWindow: false),
            faults: {
                let number = random.withLock { Double.random(in: 0..<1, using: &$0) }
                if number < conditions.errors { return .error(status: 500, code: 131_000) }
                guard number < conditions.errors + conditions.silences else { return nil }
                book.noteSilence()
                return .silence
            }, remembering: 1000, http: http, observeCall: { book.note($0) }, observe: { book.note($0) },
            answer: { AnswerLedger.answer(to: $0) })
    }

    /// Where deliveries go to.
    package func deliver(to webhook: String) { simulator.meta.webhook = webhook }

    /// Tries the webhook with the status of a text that nobody sent, which is to be ignored.
    /// - Returns: what it is answered with; `nil` when nobody answers.
    package func probe(_ http: any HTTPClient) async -> Int? {
        let text = SimulatedGraph.Text(recipient: "15550000000", body: "", id: "wamid.probe")
        let delivery = simulator.delivery
        let body = delivery.body([SimulatedDelivery.Status(of: text, "sent", timestamp: SystemClock().now.seconds)])
        return try? await http.send(delivery.request(to: simulator.meta.webhook, body: body)).status
    }

    /// Serves Meta and the backend while `body` runs.
    package func run<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await simulator.run()
                return nil
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let result = try await group.next() { if let result { return result } }
            throw CancellationError()
        }
    }

    /// What was promised and kept, in all rounds so far.
    package var truth: LoadTruth { book.truth }

    /// Plays a plan until all is answered, or nothing has come for as long as the patience lasts.
    /// - Parameter progress: is told ten times a second how far it has come.
    package func round(
        _ plan: LoadPlan, progress: @escaping @Sendable (LoadProgress) -> Void = { _ in }
    ) async -> LoadFigures {
        let begun = book.begin(plan)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await LoadAsker(plan: plan, book: book, meta: simulator.meta, begun: begun).ask()
                book.endAsking()
            }
            group.addTask { await watch(progress) }
        }
        return book.figures
    }

    /// Goes on until everything is settled, or nothing is to be expected any more.
    private func watch(_ progress: @Sendable (LoadProgress) -> Void) async {
        var count = 0
        while true {
            let standing = book.standing
            if count.isMultiple(of: 5) { progress(standing.progress) }
            if !standing.isAsking, standing.open == 0, standing.silence >= conditions.quiet { break }
            if standing.open > 0, standing.silence >= conditions.patience {
                book.giveUp()
                if !standing.isAsking { break }
            }
            do { try await Task.sleep(for: .milliseconds(20)) } catch { break }
            count += 1
        }
        book.giveUp()
        progress(book.standing.progress)
    }
}
