internal import WhatsAppCore

/// Everybody whom the service asks, on one origin: the Graph API, and where they are played the Ansari backend and the
/// Messages API.
struct SimulatedNeighbours: HTTPHandler {
    let graph: SimulatedGraph
    let backend: SimulatedBackend?
    let claude: SimulatedClaude?

    func handle(_ request: HTTPRequest) async -> HTTPResponse {
        await handler(of: request)?.handle(request) ?? .detail(404, "Not Found")
    }

    /// Who takes a request; `nil` for one that is for none of them.
    func handler(of request: HTTPRequest) -> (any HTTPHandler)? {
        let path = request.path
        if path == "/v1/messages" { return claude }
        if path.hasPrefix("/v"), path.hasSuffix("/messages") { return graph }
        return path.hasPrefix("/whatsapp/v2/") || path == "/api/v1/complete" ? backend : nil
    }
}

extension Simulator.Credentials {
    /// The settings under which a service talks to its neighbours at this URL.
    func environment(url: String, playsBackend: Bool) -> [String: String] {
        var settings = [
            "META_BUSINESS_PHONE_NUMBER_ID": phoneNumberID, "META_GRAPH_URL": url,
            "META_ACCESS_TOKEN_FROM_SYS_USER": accessToken, "META_WEBHOOK_VERIFY_TOKEN": verifyToken,
            "META_ANSARI_APP_SECRET": appSecret, "DEPLOYMENT_TYPE": "local", "PORT": "0",
        ]
        if playsBackend {
            settings["WHATSAPP_SERVICE_API_KEY"] = backendKey
            settings["BACKEND_SERVER_URL"] = url
            settings["ANTHROPIC_API_KEY"] = claudeKey
            settings["ANTHROPIC_URL"] = url
        }
        return settings
    }
}
