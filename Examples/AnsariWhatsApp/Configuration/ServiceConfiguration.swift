internal import AnsariClient
internal import WhatsAppCore
internal import WhatsAppTransport

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The server's settings, as the environment gives them.
struct ServiceConfiguration: Sendable {
    enum Deployment: String, CaseIterable {
        case local, development, staging, production
    }

    var deployment: Deployment
    var dataDirectory: String
    /// The queue between machines; `nil` when this process does all by itself.
    var queue: QueueConfiguration?
    var host: String
    var port: Int
    var webhook: WebhookEndpoint.Configuration
    var admission: AdmissionPolicy
    var graph: CloudAPIClient.Configuration
    var backend: AnsariAPI.Configuration
    /// What translates citations; `nil` when nothing does.
    var translator: ClaudeTranslator.Configuration?
    var retention: Duration
    /// How many users are answered at once.
    var activeUsers: Int
    var origins: [String]
    var simulatesMeta: Bool
    var simulatesBackend: Bool
    var logLevel: Log.Level
    var logFormat: Log.Format
    /// What an operator should know before the server starts.
    var warnings: [String] = []

    /// Reads the settings.
    /// - Throws: `StartError` that lists every problem.
    init(environment: [String: String], dotEnv: String?) throws {
        let file = dotEnv.map(DotEnv.parse)
        let fileNames = Set(file?.values.keys ?? [:].keys)
        var settings = SettingsReader(
            (file?.values ?? [:]).merging(environment) { _, winner in winner }, problems: file?.problems ?? [])
        self.init(&settings)
        guard settings.problems.isEmpty else {
            throw StartError(
                message: "The configuration has problems:\n" + settings.problems.map { "  - \($0)\n" }.joined()
                    + "Settings come from the environment and from .env; 'ansari-whatsapp --help' lists them.",
                code: .configuration)
        }
        warnings += fileNames.subtracting(settings.known).sorted().map {
            "\($0) in .env is not a setting of this server"
        }
    }

    private init(_ settings: inout SettingsReader) {
        let deployments = "local, development, staging or production"
        let deployment = settings.choice("DEPLOYMENT_TYPE", default: nil, deployments) { Deployment(rawValue: $0) }
        if settings.optional("DEPLOYMENT_TYPE") == nil { _ = settings.required("DEPLOYMENT_TYPE", deployments) }
        self.deployment = deployment ?? .local
        let isLocal = self.deployment == .local

        dataDirectory = Self.dataDirectory(&settings)
        queue = QueueConfiguration(&settings)
        let (hasDoor, answers) = (queue?.role.hasDoor ?? true, queue?.role.answers ?? true)
        let defaultHost = isLocal ? "127.0.0.1" : "0.0.0.0"
        host = settings.choice("HOST", default: defaultHost, "an IPv4 or IPv6 address of this machine, or localhost") {
            $0 == "localhost" || Self.isAddress($0) ? $0 : nil
        }
        port = settings.choice("PORT", default: 8001, "a port number, 0 to 65535") {
            $0.utf8.allSatisfy(\.isASCIIDigit) ? UInt16($0).map { Int($0) } : nil
        }

        webhook = WebhookEndpoint.Configuration(
            verifyToken: settings.secret(
                "META_WEBHOOK_VERIFY_TOKEN", "the token given to Meta beside the callback URL", isNeeded: hasDoor),
            appSecrets: settings.secrets(
                "META_ANSARI_APP_SECRET", "the app secret from Meta's app dashboard", isNeeded: hasDoor))
        webhook.alwaysReturnsOK = settings.boolean("ALWAYS_RETURN_OK_TO_META", default: true)

        let numberID = settings.identifier("META_BUSINESS_PHONE_NUMBER_ID", "the id of the business number at Meta")
        admission = AdmissionPolicy(phoneNumberID: numberID)
        admission.isUnderMaintenance = settings.boolean("WHATSAPP_UNDER_MAINTENANCE", default: false)
        admission.ignoresDevelopmentMessages = self.deployment == .staging
        admission.maximumAge = .seconds(
            settings.number(
                "WHATSAPP_MESSAGE_AGE_THRESHOLD_SECONDS", default: 86_400, in: 1...31_536_000, "a number of seconds"))

        graph = CloudAPIClient.Configuration(
            phoneNumberID: numberID,
            accessToken: settings.secret(
                "META_ACCESS_TOKEN_FROM_SYS_USER", "a system user's access token", isNeeded: answers))
        graph.graphURL = settings.url("META_GRAPH_URL", default: "https://graph.facebook.com")
        graph.version = settings.choice("META_API_VERSION", default: "v22.0", "a version such as v22.0") {
            let numbers = $0.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
            return $0.first == "v" && numbers.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(\.isASCIIDigit) }
                ? $0 : nil
        }

        backend = AnsariAPI.Configuration(
            serverURL: settings.url("BACKEND_SERVER_URL", default: "http://localhost:8000"),
            apiKey: settings.secret(
                "WHATSAPP_SERVICE_API_KEY", "the key that the backend expects", isNeeded: answers))
        retention = .seconds(
            settings.number("WHATSAPP_CHAT_RETENTION_HOURS", default: 3, in: 0...8760, "a number of hours") * 3600)
        activeUsers = Int(
            settings.number("MAXIMUM_ACTIVE_USERS", default: 64, in: 1...10_000, "a whole number").rounded())
        translator = Self.translator(&settings)
        simulatesMeta = settings.boolean("MOCK_META_API", default: false)
        simulatesBackend = settings.boolean("MOCK_ANSARI_CLIENT", default: false)

        origins = Self.origins(settings.optional("ORIGINS") ?? "", &settings).map(\.droppingTrailingSlashes)
        for origin in origins where !origin.contains("://") {
            warnings.append(
                "ORIGINS holds \(origin), which no page has as its origin: begin it with https:// or http://")
        }
        origins += [Self.origin(of: backend.serverURL), "https://web.whatsapp.com"]
        if isLocal, let token = settings.optional("META_WEBHOOK_ZROK_SHARE_TOKEN") {
            origins.append("https://\(token).share.zrok.io")
        }

        logLevel = settings.choice(
            "LOGGING_LEVEL", default: .info, "TRACE, DEBUG, INFO, SUCCESS, WARNING, ERROR or CRITICAL"
        ) { Log.Level(name: $0) }
        logFormat = settings.choice("LOG_FORMAT", default: isLocal ? .pretty : .json, "json or pretty") {
            Log.Format(rawValue: $0.lowercased())
        }
        if simulatesMeta { warnings.append("MOCK_META_API is on: nothing is sent to WhatsApp") }
        if simulatesBackend { warnings.append("MOCK_ANSARI_CLIENT is on: answers are scripted, not Ansari's") }
        if settings.optional("BACKEND_SERVER_URL") == nil, !simulatesBackend, !isLocal {
            warnings.append("BACKEND_SERVER_URL is not set: the backend is taken to be at \(backend.serverURL)")
        }
        for name in ["ANTHROPIC_URL", "ANTHROPIC_MODEL"] where translator == nil && settings.optional(name) != nil {
            warnings.append("\(name) changes nothing without ANTHROPIC_API_KEY")
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1
    }

    /// The key alone turns translation on; the other two are checked all the same.
    private static func translator(_ settings: inout SettingsReader) -> ClaudeTranslator.Configuration? {
        let hasKey = settings.optional("ANTHROPIC_API_KEY") != nil
        let key = hasKey ? settings.secret("ANTHROPIC_API_KEY", "a key from Anthropic's console") : Secret("")
        var translator = ClaudeTranslator.Configuration(apiKey: key)
        translator.url = settings.url("ANTHROPIC_URL", default: translator.url)
        translator.model = settings.string("ANTHROPIC_MODEL", default: translator.model)
        return hasKey ? translator : nil
    }

    /// Where the journal is kept.
    static func dataDirectory(_ settings: inout SettingsReader) -> String {
        settings.string("DATA_DIRECTORY", default: "./data")
    }

    /// The scheme and the authority of a URL.
    private static func origin(of url: String) -> String {
        url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
    }

    /// A list separated by commas, or a JSON list.
    private static func origins(_ text: String, _ settings: inout SettingsReader) -> [String] {
        guard text.trimmingWhiteSpace.hasPrefix("[") else {
            return text.split(separator: ",").map(\.trimmingWhiteSpace).filter { !$0.isEmpty }
        }
        return settings.choice("ORIGINS", default: [], "a list separated by commas, or a JSON list of strings") {
            guard let elements = try? JSONDocument(Array($0.utf8)).root.elements else { return nil }
            let strings = elements.compactMap(\.string)
            return strings.count == elements.count ? strings : nil
        }
    }
}
