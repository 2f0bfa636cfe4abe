/// Answers requests. The port between a server and what it serves; what wraps a handler is a handler too.
public protocol HTTPHandler: Sendable {
    /// Answers one request. Called for many requests at once. A failure is an answer like any other (a 500 or a 503).
    func handle(_ request: HTTPRequest) async -> HTTPResponse

    /// Begins to answer one request, on the server's own thread: at once, or later without a task, where the handler can.
    /// It must return soon. The default has ``handle(_:)`` run in a task.
    ///
    /// Whoever implements it answers the same by both, and so has `handle` return `await answer(request).value`.
    func answer(_ request: HTTPRequest) -> Eventual<HTTPResponse>
}

extension HTTPHandler {
    /// Has ``handle(_:)`` run in a task.
    public func answer(_ request: HTTPRequest) -> Eventual<HTTPResponse> { .awaiting { await handle(request) } }
}

/// A handler made of a closure.
public struct ClosureHTTPHandler: HTTPHandler {
    private let body: @Sendable (HTTPRequest) async -> HTTPResponse

    /// Makes a handler that answers with what `body` returns.
    public init(_ body: @escaping @Sendable (HTTPRequest) async -> HTTPResponse) {
        self.body = body
    }

    /// Answers with what the closure returns.
    public func handle(_ request: HTTPRequest) async -> HTTPResponse { await body(request) }
}

/// Receives HTTP requests and gives them to a handler.
public protocol HTTPServer: Sendable {
    /// Serves until the calling task is cancelled. Then it takes no new connection and no new request, answers those it
    /// has, within its own limit of time, and returns. No task of its own is left behind.
    ///
    /// - Throws: when it cannot serve any more; not for a failure of one connection.
    func run(_ handler: any HTTPHandler) async throws
}
