/// Gives each request to the handler of its path; other paths get 404.
public struct Router: HTTPHandler {
    private let paths: [String]
    private let handlers: [any HTTPHandler]

    /// Makes a router. Paths are compared as bytes, without decoding them.
    public init(_ routes: [String: any HTTPHandler]) {
        paths = Array(routes.keys)
        handlers = Array(routes.values)
    }

    /// Gives the request on.
    public func handle(_ request: HTTPRequest) async -> HTTPResponse { await answer(request).value }

    /// Gives the request on.
    public func answer(_ request: HTTPRequest) -> Eventual<HTTPResponse> {
        let path = request.path
        // They are few: looking at each costs less than hashing the path.
        guard let index = paths.firstIndex(of: path) else { return .now(.detail(404, "Not Found")) }
        return handlers[index].answer(request)
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
