internal import Synchronization
public import WhatsAppCore
internal import WhatsAppTransport

/// A service under test with everybody around it: the same test runs in memory and over loopback.
///
/// ```swift
/// @Test(arguments: SimulatedWorld.Wire.allCases)
/// func theUserGetsTheAnswer(wire: SimulatedWorld.Wire) async throws {
///     try await SimulatedWorld.run(over: wire) { world in
///         try await .init(world.pipeline(backend: MyBackend()), in: world)
///     } _: { world in
///         let status = try await world.write("Why?")
///         #expect(status == 200)
///         #expect(await world.texts(1) == ["*Why?*, you ask?"])
///     }
/// }
/// ```
public struct SimulatedWorld: Sendable {
    /// How requests travel.
    public enum Wire: String, Sendable, CaseIterable {
        /// From handler to handler.
        case inMemory
        /// Through real sockets on 127.0.0.1, with a `DefaultHTTPClient` and an `HTTP1Server`.
        case loopback
    }

    /// What is tested: how it answers requests, and how it runs.
    public struct Service: Sendable {
        /// Answers the webhook's requests, and others.
        public var handler: any HTTPHandler
        /// Runs until the calling task is cancelled, and returns.
        public var run: @Sendable () async throws -> Void

        /// Makes a service.
        public init(_ handler: any HTTPHandler, run: @escaping @Sendable () async throws -> Void) {
            self.handler = handler
            self.run = run
        }

        /// Makes a service of a pipeline: its webhook answers at `/`.
        public init(_ pipeline: MessagePipeline, in world: SimulatedWorld) {
            let credentials = world.credentials
            self.init(
                WebhookEndpoint(
                    configuration: .init(
                        verifyToken: Secret(credentials.verifyToken), appSecrets: [Secret(credentials.appSecret)]),
                    admission: AdmissionPolicy(phoneNumberID: credentials.phoneNumberID), intake: pipeline,
                    observer: world.observer)
            ) {
                await pipeline.run()
            }
        }
    }

    /// The Graph API: what reached the users.
    public let graph: SimulatedGraph
    /// The Ansari backend.
    public let backend: SimulatedBackend
    /// The Messages API.
    public let claude: SimulatedClaude
    /// Writes signed deliveries.
    public let delivery: SimulatedDelivery
    /// What a service and its neighbours know each other by.
    public let credentials: Simulator.Credentials
    /// Keeps what the service tells of itself, where it is given this observer.
    public let observer = RecordingObserver()
    /// Carries the service's requests, and those to it.
    public let http: any HTTPClient
    /// Where the neighbours are; without a slash at its end.
    public let url: String
    /// Where the service is; without a slash at its end.
    public let serviceURL: String

    /// The settings under which the Ansari server talks to its neighbours here.
    public var environment: [String: String] { credentials.environment(url: url, playsBackend: true) }

    /// Nothing comes of a service that has ended: the test is not to wait for it.
    private func endWaits() {
        graph.events.end()
        observer.events.end()
    }

    /// Runs a service in a world of its own while `body` runs. Should the service end before it, nobody waits for texts and
    /// outcomes any longer.
    /// - Parameters:
    ///   - wire: how requests travel.
    ///   - answer: the backend's answer to a question.
    ///   - make: composes the service. Its requests go through ``http``.
    ///   - body: the test.
    /// - Returns: what `body` returns, when the service has come to its end.
    /// - Throws: what the service throws, and what `body` does.
    public static func run<Result>(
        over wire: Wire, answer: @escaping @Sendable (String) async -> String = ScriptedAnswers.answer(to:),
        service make: (SimulatedWorld) async throws -> Service, _ body: (SimulatedWorld) async throws -> Result
    ) async throws -> Result {
        let credentials = Simulator.Credentials()
        let graph = SimulatedGraph(
            phoneNumberID: credentials.phoneNumberID, accessToken: Secret(credentials.accessToken))
        let backend = SimulatedBackend(apiKey: Secret(credentials.backendKey), answer: answer)
        let claude = SimulatedClaude(apiKey: Secret(credentials.claudeKey))
        let neighbours = SimulatedNeighbours(graph: graph, backend: backend, claude: claude)
        let slot = ServiceSlot()
        func inhabit(_ url: String, _ serviceURL: String, _ http: any HTTPClient) async throws -> Result {
            let delivery = SimulatedDelivery(
                phoneNumberID: credentials.phoneNumberID, appSecret: Secret(credentials.appSecret))
            let world = SimulatedWorld(
                graph: graph, backend: backend, claude: claude, delivery: delivery, credentials: credentials,
                http: http,
                url: url, serviceURL: serviceURL)
            let service = try await make(world)
            slot.fill(service.handler)
            return try await running {
                defer { world.endWaits() }
                try await service.run()
            } _: {
                try await body(world)
            }
        }
        switch wire {
        case .inMemory:
            let (url, serviceURL) = ("http://neighbours.test", "http://service.test")
            return try await inhabit(url, serviceURL, InMemoryHTTPClient([url: neighbours, serviceURL: slot]))
        case .loopback:
            return try await withLoopbackServer(neighbours) { url in
                try await withLoopbackServer(slot) { try await inhabit(url, $0, DefaultHTTPClient()) }
            }
        }
    }
}

extension SimulatedWorld {
    /// A pipeline in this world: it sends through the Graph API here, with WhatsApp's formatter and chunker.
    public func pipeline(
        backend: any BackendClient, store: any IdempotencyStore = .inMemory, clock: any ServiceClock = .system
    ) async throws -> MessagePipeline {
        var configuration = CloudAPIClient.Configuration(
            phoneNumberID: credentials.phoneNumberID, accessToken: Secret(credentials.accessToken))
        configuration.graphURL = url
        return try await MessagePipeline(
            store: store, backend: backend, sender: CloudAPIClient(configuration: configuration, http: http),
            formatter: .whatsApp, chunker: .whatsApp, observer: observer, clock: clock)
    }

    /// Delivers what a user writes to the service's webhook, once.
    /// - Parameters:
    ///   - text: what is written.
    ///   - user: who writes: a phone number without `+`.
    ///   - id: the message's id, by default a new one. With the same id it is the same message, delivered once more.
    ///   - path: where the webhook is.
    /// - Returns: the status that Meta is answered.
    /// - Throws: what the client throws.
    public func write(
        _ text: String, from user: String = "15550100001",
        id: String = "wamid.\(UInt64.random(in: 0 ... .max))", to path: String = "/"
    ) async throws -> Int {
        let message = SimulatedDelivery.Message(id: id, from: user, timestamp: SystemClock().now.seconds, text: text)
        return try await http.send(delivery.request(to: serviceURL + path, [message])).status
    }

    /// Asks the service something with GET.
    /// - Throws: what the client throws.
    public func get(_ path: String) async throws -> HTTPResponse {
        try await http.send(HTTPRequest(target: serviceURL + path))
    }

    /// Waits until so many texts have reached users, and returns the texts in order. If the task is cancelled, or the service has
    /// ended, it returns those that there are: give the test a `.timeLimit` for a service that sends too few.
    public func texts(_ count: Int) async -> [String] {
        @Sendable func texts(_ events: [SimulatedGraph.Event]) -> [String] {
            events.compactMap { if case .text(let text) = $0 { text.body } else { nil } }
        }
        return texts(await graph.events.wait { events in texts(events).count >= count })
    }
}

/// The service's place on the wire, from before the service is there.
private final class ServiceSlot: HTTPHandler {
    private let handler = Mutex<(any HTTPHandler)?>(nil)

    func fill(_ handler: any HTTPHandler) { self.handler.withLock { $0 = handler } }

    func handle(_ request: HTTPRequest) async -> HTTPResponse {
        guard let handler = handler.withLock({ $0 }) else { return HTTPResponse(status: 503) }
        return await handler.handle(request)
    }
}
