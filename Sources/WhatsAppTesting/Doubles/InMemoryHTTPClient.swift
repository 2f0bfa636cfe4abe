public import WhatsAppCore

/// An HTTP client without a network: each request goes to the handler of its host.
public struct InMemoryHTTPClient: HTTPClient {
    private let handlers: [String: any HTTPHandler]
    private let fallback: (any HTTPClient)?

    /// Makes a client.
    /// - Parameters:
    ///   - handlers: by the beginning of the URL up to the path, such as `http://graph.test`.
    ///   - fallback: takes the requests to other hosts; without one they fail as if the host were unknown.
    public init(_ handlers: [String: any HTTPHandler], otherwise fallback: (any HTTPClient)? = nil) {
        self.handlers = handlers
        self.fallback = fallback
    }

    /// Gives the request, its target cut to path and query, to the handler of its host.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let (origin, handler) = handlers.first(where: { request.target.hasPrefix($0.key + "/") }) else {
            if let fallback { return try await fallback.send(request) }
            throw HTTPClientError(code: .cannotConnect, message: "No handler for this host.")
        }
        var request = request
        request.target.removeFirst(origin.count)
        let response = await handler.handle(request)
        try Task.checkCancellation()
        return response
    }
}
