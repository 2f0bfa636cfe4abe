internal import AnsariClient
internal import WhatsAppCore
internal import WhatsAppTesting
internal import WhatsAppTransport

/// The server as a composition: the pipeline, the door before it, and the clients behind it.
struct Service: Sendable {
    private let server: HTTP1Server
    private let pipeline: MessagePipeline
    /// What the server gives its requests to.
    let handler: any HTTPHandler

    /// Where the server listens.
    var port: Int { server.port }

    /// Composes the server and begins to listen.
    /// - Parameters:
    ///   - store: remembers what was accepted; what it holds unfinished is taken up.
    ///   - http: carries the requests to whatever is not simulated.
    /// - Throws: `StartError` when the address cannot be listened on.
    init(
        _ configuration: ServiceConfiguration, store: any IdempotencyStore = .inMemory, observer: any PipelineObserver,
        http: any HTTPClient = DefaultHTTPClient()
    ) async throws {
        var (backendHTTP, graphHTTP) = (http, http)
        if configuration.simulatesBackend {
            backendHTTP = InMemoryHTTPClient([
                configuration.backend.serverURL.droppingTrailingSlashes: SimulatedBackend(
                    apiKey: configuration.backend.apiKey, remembering: Self.simulatedMemory)
            ])
        }
        if configuration.simulatesMeta {
            graphHTTP = InMemoryHTTPClient([
                configuration.graph.graphURL.droppingTrailingSlashes: SimulatedGraph(
                    phoneNumberID: configuration.graph.phoneNumberID, accessToken: configuration.graph.accessToken,
                    remembering: Self.simulatedMemory)
            ])
        }
        pipeline = try await MessagePipeline(
            configuration: Self.pipelineConfiguration, store: store,
            backend: AnsariBackend(
                AnsariAPI(configuration: configuration.backend, http: backendHTTP), retention: configuration.retention),
            sender: CloudAPIClient(configuration: configuration.graph, http: graphHTTP),
            translator: Self.citations(configuration, http), formatter: .whatsApp, chunker: .whatsApp,
            observer: observer)
        let webhook = WebhookEndpoint(
            configuration: configuration.webhook, admission: configuration.admission, intake: pipeline,
            observer: observer)
        handler = CORS(
            allowing: configuration.origins,
            Router([
                "/": StatusEndpoint(message: "Ansari WhatsApp service is running"),
                "/whatsapp/v2": webhook,
            ]))

        var door = HTTP1Server.Configuration(host: configuration.host, port: configuration.port)
        door.gracePeriod = Self.requestGracePeriod
        do { server = try HTTP1Server(configuration: door) } catch {
            throw StartError(
                message: error.message + " Set HOST and PORT to an address that is free on this machine.",
                code: error.code == .addressInUse ? .alreadyRunning : .configuration)
        }
    }

    /// Serves until the calling task is cancelled. Then it takes in no more, finishes what is running, 30 seconds at most,
    /// and returns.
    func run() async throws { try await pipeline.serve(handler, on: server) }

    /// A simulated half that runs for days must not keep all it saw.
    private static let simulatedMemory = 1000

    // Together the 30 seconds that a stop may take.
    private static let requestGracePeriod = Duration.seconds(5)
    private static var pipelineConfiguration: MessagePipeline.Configuration {
        var configuration = MessagePipeline.Configuration()
        configuration.gracePeriod = .seconds(25)
        return configuration
    }

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
