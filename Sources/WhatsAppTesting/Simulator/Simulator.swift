public import WhatsAppCore
internal import WhatsAppTransport

/// Both neighbours of the service in one server on loopback: Meta, which delivers messages and takes answers, and the
/// Ansari backend. Nothing leaves the machine, and every credential is made up anew.
public struct Simulator: Sendable {
    /// Meta: what users write, and what becomes of the texts that reach them.
    public let meta: SimulatedMeta
    /// The backend.
    public let backend: SimulatedBackend
    /// Writes signed deliveries.
    public let delivery: SimulatedDelivery

    /// The Graph API: what reached the users.
    public var graph: SimulatedGraph { meta.graph }

    private let server: HTTP1Server
    private let credentials: [String: String]

    /// Makes both and begins to listen on a free port of 127.0.0.1.
    /// - Parameters:
    ///   - thinking: how long the backend takes before its answer begins.
    ///   - conduct: how Meta behaves.
    ///   - limits: whether the Graph API keeps Meta's limits.
    ///   - http: carries Meta's deliveries; by default a `URLSessionHTTPClient`.
    ///   - observe: is told what happens at Meta.
    ///   - answer: the backend's answer to a question.
    /// - Throws: when no port can be listened on.
    public init(
        thinking: Duration = .zero, conduct: SimulatedMeta.Conduct = .init(), limits: GraphLimits = .none,
        http: (any HTTPClient)? = nil,
        observe: @escaping @Sendable (SimulatedMeta.Event) -> Void = { _ in },
        answer: @escaping @Sendable (String) async -> String = ScriptedAnswers.answer(to:)
    ) throws {
        var configuration = HTTP1Server.Configuration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        configuration.gracePeriod = .seconds(1)
        server = try HTTP1Server(configuration: configuration)
        credentials = [
            "META_ACCESS_TOKEN_FROM_SYS_USER": Self.madeUpSecret(), "META_WEBHOOK_VERIFY_TOKEN": Self.madeUpSecret(),
            "META_ANSARI_APP_SECRET": Self.madeUpSecret(), "WHATSAPP_SERVICE_API_KEY": Self.madeUpSecret(),
        ]
        backend = SimulatedBackend(
            apiKey: Secret(credentials["WHATSAPP_SERVICE_API_KEY", default: ""]), delay: thinking, answer: answer)
        delivery = SimulatedDelivery(
            phoneNumberID: Self.phoneNumberID, appSecret: Secret(credentials["META_ANSARI_APP_SECRET", default: ""]))
        meta = SimulatedMeta(
            conduct: conduct, delivery: delivery,
            accessToken: Secret(credentials["META_ACCESS_TOKEN_FROM_SYS_USER", default: ""]), limits: limits,
            http: http ?? URLSessionHTTPClient(),
            observe: observe)
    }

    /// The id of the business number that is played.
    public static let phoneNumberID = "100000000000002"

    /// The settings under which a service talks to this simulator, on a free port of 127.0.0.1.
    public var environment: [String: String] {
        let url = "http://127.0.0.1:\(server.port)"
        return credentials.merging([
            "DEPLOYMENT_TYPE": "local", "META_BUSINESS_PHONE_NUMBER_ID": Self.phoneNumberID, "META_GRAPH_URL": url,
            "BACKEND_SERVER_URL": url, "PORT": "0",
        ]) { own, _ in own }
    }

    /// Serves, and delivers what users write, until the calling task is cancelled.
    public func run() async throws {
        let (graph, backend) = (graph, backend)
        async let deliveries: Void = meta.run()
        try await server.run(
            ClosureHTTPHandler { request in
                let isGraph = request.path.hasPrefix("/v") && request.path.hasSuffix("/messages")
                return isGraph ? await graph.handle(request) : await backend.handle(request)
            })
        await deliveries
    }

    /// 128 random bits as hexadecimal digits.
    private static func madeUpSecret() -> String {
        var generator = SystemRandomNumberGenerator()
        return Hex.encode((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
}
