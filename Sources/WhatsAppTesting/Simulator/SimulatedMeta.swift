internal import Synchronization
public import WhatsAppCore

/// Plays Meta: delivers what users write to a webhook, signed, and again until it is answered with 200; takes texts through
/// ``graph``; and delivers what became of them.
///
/// Deliveries run side by side, as Meta's do, so that their order is not certain.
public final class SimulatedMeta: Sendable {
    /// How Meta behaves.
    public struct Conduct: Sendable {
        /// The share of deliveries that are made twice, from 0 to 1.
        public var duplicates = 0.0
        /// How long a delivery is under way; more than one length lets them overtake one another.
        public var delay = Duration.zero...Duration.zero
        /// The pauses between the tries of a delivery. Meta's own are not published; they grow.
        public var retries = Backoff(base: .seconds(1), cap: .seconds(3600))
        /// How long a delivery is tried. Meta goes on for seven days (developers.facebook.com, "Webhooks").
        public var patience = Duration.seconds(7 * 86_400)
        /// The statuses that follow a text that was taken, and how long after it.
        public var statuses: [(status: String, after: Duration)] = [
            ("sent", .milliseconds(100)), ("delivered", .milliseconds(400)), ("read", .seconds(2)),
        ]

        /// Makes Meta's conduct on a good day.
        public init() {}
    }

    /// One request to the webhook.
    public struct Delivery: Sendable {
        /// What it holds.
        public enum Content: Sendable {
            /// Messages of users.
            case messages([SimulatedDelivery.Message])
            /// What became of texts.
            case statuses([SimulatedDelivery.Status])
        }
        /// What it holds.
        public var content: Content
        /// How often it was tried before.
        public var attempt = 0
    }

    /// What happened.
    public enum Event: Sendable {
        /// The Graph API took a text, and has not answered yet.
        case took(SimulatedGraph.Text)
        /// A delivery is on its way.
        case delivering(Delivery)
        /// It was answered with this status after this time; without one, the connection failed.
        case answered(Delivery, status: Int?, after: Duration)
    }

    /// The Graph API.
    public let graph: SimulatedGraph
    /// How Meta behaves from now on.
    public var conduct: Conduct {
        get { state.withLock { $0.conduct } }
        set { state.withLock { $0.conduct = newValue } }
    }
    /// The URL that deliveries go to from now on.
    public var webhook: String {
        get { state.withLock { $0.webhook } }
        set { state.withLock { $0.webhook = newValue } }
    }

    private let state: Mutex<(conduct: Conduct, webhook: String)>
    private let delivery: SimulatedDelivery
    private let http: any HTTPClient
    private let clock: any ServiceClock
    private let random: @Sendable () -> Double
    private let observe: @Sendable (Event) -> Void
    private enum Errand: Sendable {
        case deliver([SimulatedDelivery.Message])
        case report(SimulatedGraph.Text)
    }
    private let errands: AsyncStream<Errand>
    private let giver: AsyncStream<Errand>.Continuation

    /// Makes Meta with one business number.
    /// - Parameters:
    ///   - conduct: how it behaves.
    ///   - delivery: writes and signs what is delivered.
    ///   - webhook: the URL that deliveries go to; it can be set later.
    ///   - accessToken: the token that the Graph API wants.
    ///   - limits: whether the Graph API keeps Meta's limits.
    ///   - faults: what goes wrong at the Graph API, asked for each text.
    ///   - remembering: how many of its events ``graph`` keeps at least; by default all.
    ///   - http: carries the deliveries.
    ///   - clock: the time.
    ///   - random: random numbers from 0 to 1.
    ///   - observe: is told what happens, from any task.
    public init(
        conduct: Conduct = Conduct(), delivery: SimulatedDelivery, webhook: String = "", accessToken: Secret,
        limits: GraphLimits = .none, faults: @escaping @Sendable () -> GraphFault? = { nil },
        remembering: Int = .max, http: any HTTPClient, clock: any ServiceClock = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
        observe: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        state = Mutex((conduct, webhook))
        self.delivery = delivery
        self.http = http
        self.clock = clock
        self.random = random
        self.observe = observe
        let (errands, giver) = AsyncStream<Errand>.makeStream()
        (self.errands, self.giver) = (errands, giver)
        graph = SimulatedGraph(
            phoneNumberID: delivery.phoneNumberID, accessToken: accessToken, limits: limits, faults: faults,
            remembering: remembering, clock: clock
        ) { text in
            observe(.took(text))
            giver.yield(.report(text))
        }
    }

    /// Delivers messages that users wrote, as one delivery, while ``run()`` runs.
    public func deliver(_ messages: [SimulatedDelivery.Message]) {
        for message in messages { graph.noteMessage(from: message.from) }
        giver.yield(.deliver(messages))
    }

    /// Delivers messages that users wrote, as one delivery and once, until it is answered with 200 or Meta has no patience
    /// left. For those who make duplicates and delays themselves.
    /// - Returns: whether it was answered with 200.
    /// - Throws: `CancellationError`.
    package func carry(_ messages: [SimulatedDelivery.Message]) async throws -> Bool {
        for message in messages { graph.noteMessage(from: message.from) }
        return try await carryUntilAnswered(.messages(messages), conduct)
    }

    /// Delivers until the calling task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for await errand in errands {
                group.addTask {
                    // Only the end of this run ends what is under way.
                    switch errand {
                    case .deliver(let messages): try? await self.carry(.messages(messages))
                    case .report(let text): try? await self.report(text)
                    }
                }
            }
        }
    }

    private func report(_ text: SimulatedGraph.Text) async throws {
        var passed = Duration.zero
        for (status, delay) in conduct.statuses {
            try await clock.sleep(for: delay - passed)
            passed = delay
            try await carry(.statuses([.init(of: text, status, timestamp: clock.now.seconds)]))
        }
    }

    private func carry(_ content: Delivery.Content) async throws {
        let conduct = conduct
        let copies = random() < conduct.duplicates ? 2 : 1
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<copies { group.addTask { try await self.carryCopy(of: content, conduct) } }
        }
    }

    private func carryCopy(of content: Delivery.Content, _ conduct: Conduct) async throws {
        let (shortest, longest) = (conduct.delay.lowerBound, conduct.delay.upperBound)
        try await clock.sleep(for: shortest + (longest - shortest) * random())
        _ = try await carryUntilAnswered(content, conduct)
    }

    /// Returns whether it was answered with 200.
    private func carryUntilAnswered(_ content: Delivery.Content, _ conduct: Conduct) async throws -> Bool {
        let body =
            switch content {
            case .messages(let messages): delivery.body(messages)
            case .statuses(let statuses): delivery.body(statuses)
            }
        let begun = clock.now
        var delivery = Delivery(content: content)
        while await !carryOnce(delivery, body) {
            guard clock.now.duration(since: begun) < conduct.patience else { return false }
            try await clock.sleep(for: conduct.retries.delay(after: delivery.attempt, random: random()))
            delivery.attempt += 1
        }
        return true
    }

    /// Returns whether it is done with.
    private func carryOnce(_ delivery: Delivery, _ body: [UInt8]) async -> Bool {
        let request = self.delivery.request(to: webhook, body: body)
        observe(.delivering(delivery))
        // Measured, and so by a real clock, in a test too.
        let begun = ContinuousClock.now
        let status = try? await http.send(request).status
        observe(.answered(delivery, status: status, after: ContinuousClock.now - begun))
        return status == 200
    }
}
