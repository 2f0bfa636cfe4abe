/// Gives each request to the handler of its path; other paths get 404.
public struct Router: HTTPHandler {
    private struct Route {
        var path: String
        var handler: any HTTPHandler
    }
    private let routes: [Route]

    /// Makes a router. Paths are compared as bytes, without decoding them.
    public init(_ routes: [String: any HTTPHandler]) {
        self.routes = routes.map { Route(path: $0, handler: $1) }
    }

    /// Gives the request on.
    public func handle(_ request: HTTPRequest) async -> HTTPResponse { await answer(request).value }

    /// Gives the request on.
    public func answer(_ request: HTTPRequest) -> Eventual<HTTPResponse> {
        let path = request.path
        // They are few: looking at each costs less than hashing the path.
        for index in routes.indices where routes[index].path == path { return routes[index].handler.answer(request) }
        return .now(.detail(404, "Not Found"))
    }
}

/// Answers `GET` with one fixed JSON object: that the service is up.
public struct StatusEndpoint: HTTPHandler {
    private let message: String

    /// Makes the endpoint.
    /// - Parameter message: what it says beside `"status":"ok"`.
    public init(message: String) { self.message = message }

    /// Answers the status.
    public func handle(_ request: HTTPRequest) async -> HTTPResponse { await answer(request).value }

    /// Answers the status at once.
    public func answer(_ request: HTTPRequest) -> Eventual<HTTPResponse> {
        guard request.method == .get || request.method == .head else { return .now(.methodNotAllowed(allowed: "GET")) }
        return .now(
            .json(200) {
                $0.add("status", "ok")
                $0.add("message", message)
            })
    }
}
