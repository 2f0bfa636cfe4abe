public import WhatsAppCore
internal import WhatsAppTransport

/// The neighbours of the service in one server on loopback: Meta, which delivers messages and takes answers, the Ansari
/// backend, and the Messages API that translates. Nothing leaves the machine, and every credential is made up anew.
public struct Simulator: Sendable {
    /// Meta: what users write, and what becomes of the texts that reach them.
    public let meta: SimulatedMeta
    /// The backend.
    public let backend: SimulatedBackend
    /// The Messages API.
    public let claude: SimulatedClaude
    /// Writes signed deliveries.
    public let delivery: SimulatedDelivery

    /// The Graph API: what reached the users.
    public var graph: SimulatedGraph { meta.graph }

    /// Where both are served: on 127.0.0.1.
    public var port: Int { server.port }

    private let server: HTTP1Server
    private let credentials: Credentials
    private let playsBackend: Bool
    private let observeCall: @Sendable (SimulatedCall) -> Void

    /// What a service and its neighbours know each other by.
    public struct Credentials: Sendable {
        /// The business number's id.
        public var phoneNumberID = "100000000000002"
        /// Signs deliveries.
        public var appSecret = Simulator.madeUpSecret()
        /// What the Graph API wants.
        public var accessToken = Simulator.madeUpSecret()
        /// What the webhook's handshake wants.
        public var verifyToken = Simulator.madeUpSecret()
        /// What the backend wants.
        public var backendKey = Simulator.madeUpSecret()
        /// What the Messages API wants.
        public var claudeKey = Simulator.madeUpSecret()

        /// Makes credentials that nobody else knows.
        public init() {}
    }

    /// Makes all of them and begins to listen on 127.0.0.1.
    /// - Parameters:
    ///   - port: where; by default a port that is free.
    ///   - credentials: by default made up.
    ///   - playsBackend: whether the backend and the Messages API are played too, or only Meta.
    ///   - thinking: how long the backend takes before its answer begins.
    ///   - conduct: how Meta behaves.
    ///   - limits: whether the Graph API keeps Meta's limits.
    ///   - faults: what goes wrong at the Graph API, asked for each text.
    ///   - remembering: how much each of them keeps of the past at least; by default all.
    ///   - http: carries Meta's deliveries; by default a `DefaultHTTPClient`.
    ///   - observeCall: is told of each request to one of them.
    ///   - observe: is told what happens at Meta.
    ///   - answer: the backend's answer to a question.
    /// - Throws: when the port cannot be listened on.
    public init(
        port: Int = 0, credentials: Credentials = .init(), playsBackend: Bool = true, thinking: Duration = .zero,
        conduct: SimulatedMeta.Conduct = .init(), limits: GraphLimits = .none,
        faults: @escaping @Sendable () -> GraphFault? = { nil }, remembering: Int = .max,
        http: (any HTTPClient)? = nil,
        observeCall: @escaping @Sendable (SimulatedCall) -> Void = { _ in },
        observe: @escaping @Sendable (SimulatedMeta.Event) -> Void = { _ in },
        answer: @escaping @Sendable (String) async -> String = ScriptedAnswers.answer(to:)
    ) throws {
        var configuration = HTTP1Server.Configuration(host: "127.0.0.1", port: port)
        configuration.gracePeriod = .seconds(1)
        server = try HTTP1Server(configuration: configuration)
        self.credentials = credentials
        self.playsBackend = playsBackend
        self.observeCall = observeCall
        backend = SimulatedBackend(
            apiKey: Secret(credentials.backendKey), remembering: remembering, delay: thinking, answer: answer)
        claude = SimulatedClaude(apiKey: Secret(credentials.claudeKey), remembering: remembering)
        delivery = SimulatedDelivery(
            phoneNumberID: credentials.phoneNumberID, appSecret: Secret(credentials.appSecret))
        meta = SimulatedMeta(
            conduct: conduct, delivery: delivery, accessToken: Secret(credentials.accessToken), limits: limits,
            faults: faults, remembering: remembering, http: http ?? DefaultHTTPClient(), observe: observe)
    }

    /// The settings under which a service talks to this simulator, on a free port of 127.0.0.1.
    public var environment: [String: String] {
        credentials.environment(url: "http://127.0.0.1:\(port)", playsBackend: playsBackend)
    }

    /// Serves, and delivers what users write, until the calling task is cancelled.
    /// - Parameter others: answers what is for none of the neighbours; by default with 404.
    public func run(others: any HTTPHandler = Router([:])) async throws {
        let neighbours = SimulatedNeighbours(
            graph: graph, backend: playsBackend ? backend : nil, claude: playsBackend ? claude : nil)
        let observed = ObservedHandler(neighbours, observe: observeCall)
        async let deliveries: Void = meta.run()
        try await server.run(
            ClosureHTTPHandler { request in
                neighbours.handler(of: request) == nil
                    ? await others.handle(request) : await observed.handle(request)
            })
        await deliveries
    }

    /// 128 random bits as hexadecimal digits.
    static func madeUpSecret() -> String {
        var generator = SystemRandomNumberGenerator()
        return Hex.encode((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
}
