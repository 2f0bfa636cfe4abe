public import WhatsAppCore
internal import WhatsAppTransport

/// An HTTP client without a network: each request goes to the handler of its host. It keeps the promises of the port,
/// except that no time-out passes.
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
        let outgoing = try OutgoingRequest(request)
        guard let (origin, handler) = handlers.first(where: { request.target.hasPrefix(at: $0.key) }) else {
            if let fallback { return try await fallback.send(request) }
            throw HTTPClientError(code: .cannotConnect, message: "No handler for this host.")
        }
        try Task.checkCancellation()
        var response = await handler.handle(Self.received(request, at: origin, host: outgoing.host))
        try Task.checkCancellation()
        guard !OutgoingRequest.isRedirect(response.status) else { throw outgoing.redirectRefused(response.status) }
        if response.body.knownBytes == nil { response.body = .stream(ReceivedBody(base: response.body)) }
        return response
    }

    /// The request as a server would see it.
    private static func received(_ request: HTTPRequest, at origin: String, host: String) -> HTTPRequest {
        var request = request
        request.target.removeFirst(origin.count)
        if !request.target.hasPrefix("/") { request.target = "/" + request.target }
        request.fields["Host"] = host
        if !request.body.isEmpty { request.fields["Content-Length"] = "\(request.body.count)" }
        return request
    }
}

extension String {
    /// Whether a URL is of this origin, and not of one whose name only begins so.
    fileprivate func hasPrefix(at origin: String) -> Bool {
        hasPrefix(origin) && ["/", "?", nil].contains(dropFirst(origin.count).first)
    }
}

/// A body as it comes through a client: what goes wrong is an error of the client's, and a reader who was cancelled is
/// told so, where the sequence behind may simply end.
private struct ReceivedBody: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    var base: HTTPBody

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        var base: HTTPBody.Iterator

        mutating func next() async throws -> [UInt8]? {
            do {
                let piece = try await base.next()
                try Task.checkCancellation()
                return piece
            } catch let error as HTTPClientError {
                throw error
            } catch {
                try Task.checkCancellation()
                throw HTTPClientError(code: .connectionLost, message: "The handler's body failed.", cause: error)
            }
        }
    }
}
