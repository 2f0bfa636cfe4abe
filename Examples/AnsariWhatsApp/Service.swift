internal import AnsariClient
internal import WhatsAppCore
internal import WhatsAppTesting
internal import WhatsAppTransport

/// The server as a composition: the pipeline, the door before it, and the clients behind it. By itself it is all of these; with
/// a queue between machines it is the door alone, the pipeline alone, or both.
struct Service: Sendable {
    private let door: (server: HTTP1Server, handler: any HTTPHandler)?
    private let work: (@Sendable () async -> Void)?

    /// Where the server listens; 0 for one that does not.
    var port: Int { door?.server.port ?? 0 }

    /// Composes the server and begins to listen.
    /// - Parameter store: remembers what was accepted; what it holds unfinished is taken up.
    /// - Throws: `StartError` when the address cannot be listened on.
    init(
        _ configuration: ServiceConfiguration, store: any IdempotencyStore = .inMemory, observer: any PipelineObserver
    ) async throws {
        let pipeline = try await Self.pipeline(configuration, store: store, observer: observer)
        work = { await pipeline.run() }
        door = try Self.door(configuration, intake: pipeline, observer: observer)
    }

    /// Composes what `shared` says is this process's part.
    /// - Throws: `StartError` when the address cannot be listened on.
    init(
        _ configuration: ServiceConfiguration, sharing shared: SharedWork, observer: any PipelineObserver
    ) async throws {
        let role = shared.configuration.role
        if role.answers {
            let pipeline = try await Self.pipeline(configuration, store: shared.store, observer: observer)
            var inHand = QueueWorker.Configuration()
            inHand.maximumMessages = configuration.activeUsers
            let worker = QueueWorker(
                configuration: inHand, queue: shared.queue, store: shared.store, pipeline: pipeline,
                observer: observer)
            work = { await worker.run() }
        } else {
            work = nil
        }
        let intake = SQSIntake(queue: shared.queue, store: shared.store, observer: observer)
        door = role.hasDoor ? try Self.door(configuration, intake: intake, observer: observer) : nil
    }

    /// Serves until the calling task is cancelled. Then it takes in no more, finishes what is running, 30 seconds at most,
    /// and returns.
    func run() async throws {
        switch (door, work) {
        case (let door?, let work?): try await door.server.run(door.handler, before: work)
        case (let door?, nil): try await door.server.run(door.handler)
        case (nil, let work): await work?()
        }
    }

    private static func door(
        _ configuration: ServiceConfiguration, intake: any MessageIntake, observer: any PipelineObserver
    ) throws -> (server: HTTP1Server, handler: any HTTPHandler) {
        let handler = handler(configuration, intake: intake, observer: observer)
        var http = HTTP1Server.Configuration()
        http.host = configuration.host
        http.port = configuration.port
        http.gracePeriod = requestGracePeriod
        do { return (try HTTP1Server(configuration: http), handler) } catch {
            throw StartError(
                message: error.message + " Set HOST and PORT to an address that is free on this machine.",
                code: error.code == .addressInUse ? .alreadyRunning : .configuration)
        }
    }

    /// What every request is answered by.
    static func handler(
        _ configuration: ServiceConfiguration, intake: any MessageIntake, observer: any PipelineObserver
    ) -> any HTTPHandler {
        let webhook = WebhookEndpoint(
            configuration: configuration.webhook, admission: configuration.admission, intake: intake,
            observer: observer)
        return CORS(
            allowing: configuration.origins,
            Router([
                "/": StatusEndpoint(message: "Ansari WhatsApp service is running"),
                "/whatsapp/v2": webhook,
            ]))
    }

    /// What answers messages.
    /// - Parameter http: carries the requests to whatever is not simulated; `nil` for a client of its own.
    static func pipeline(
        _ configuration: ServiceConfiguration, store: any IdempotencyStore, observer: any PipelineObserver,
        http: (any HTTPClient)? = nil
    ) async throws -> MessagePipeline {
        // Each active user has one request under way at each of the two; a typing indicator may be another.
        var connections = DefaultHTTPClient.Configuration()
        connections.connectionsPerHost = max(connections.connectionsPerHost, configuration.activeUsers)
        let http = http ?? DefaultHTTPClient(configuration: connections)
        var (backendHTTP, graphHTTP) = (http, http)
        if configuration.simulatesBackend {
            backendHTTP = InMemoryHTTPClient([
                configuration.backend.serverURL.droppingTrailingSlashes: SimulatedBackend(
                    apiKey: configuration.backend.apiKey, remembering: simulatedMemory)
            ])
        }
        if configuration.simulatesMeta {
            graphHTTP = InMemoryHTTPClient([
                configuration.graph.graphURL.droppingTrailingSlashes: SimulatedGraph(
                    phoneNumberID: configuration.graph.phoneNumberID, accessToken: configuration.graph.accessToken,
                    remembering: simulatedMemory)
            ])
        }
        var limits = MessagePipeline.Configuration()
        limits.gracePeriod = workGracePeriod
        limits.maximumActiveUsers = configuration.activeUsers
        return try await MessagePipeline(
            configuration: limits, store: store,
            backend: AnsariBackend(
                AnsariAPI(configuration: configuration.backend, http: backendHTTP), retention: configuration.retention),
            sender: CloudAPIClient(configuration: configuration.graph, http: graphHTTP),
            translator: citations(configuration, http), formatter: .whatsApp, chunker: .whatsApp, observer: observer)
    }

    /// A simulated half that runs for days must not keep all it saw.
    private static let simulatedMemory = 1000

    // Together the 30 seconds that a stop may take.
    private static let requestGracePeriod = Duration.seconds(5)
    private static let workGracePeriod = Duration.seconds(25)

    /// Lays citations out, and translates them where the configuration says with what.
    private static func citations(
        _ configuration: ServiceConfiguration, _ http: any HTTPClient
    ) -> CitationTranslation {
        guard let claude = configuration.translator else { return .layout }
        let log = Log(level: configuration.logLevel, format: configuration.logFormat)
        return CitationTranslation(translator: ClaudeTranslator(configuration: claude, http: http)) { error in
            log(.warning, "A citation goes out without its translation", [("error", "\(error)")])
        }
    }
}
