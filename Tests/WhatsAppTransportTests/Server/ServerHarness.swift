import Synchronization
import WhatsAppCore

@testable import WhatsAppTransport

/// Runs a server on a free port for the time of `body`, and then until it has stopped gracefully.
func withServer(
    _ configuration: HTTP1Server.Configuration = HTTP1Server.Configuration(),
    handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse,
    body: (Int) async throws -> Void
) async throws {
    let server = try HTTP1Server(configuration: configuration)
    try await withThrowingTaskGroup { group in
        group.addTask { try await server.run(ClosureHTTPHandler(handler)) }
        try await body(server.port)
        group.cancelAll()
        try await group.waitForAll()
    }
}

/// Something that happens once or several times, and that others wait for.
struct Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    /// Lets one waiter pass, now or later.
    func fire() {
        continuation.yield()
    }

    /// Waits for one ``fire()``, or for the task to be cancelled.
    func wait() async {
        for await _ in stream { return }
    }
}

/// A handler's answer for tests: what it was asked.
func echo(_ request: HTTPRequest) -> HTTPResponse {
    let body = String(decoding: request.body, as: UTF8.self)
    return HTTPResponse(status: 200, body: .text("\(request.method) \(request.target) \(body)"))
}

/// A body that arrives piece by piece, as the returned continuation is given them.
func liveBody() -> (HTTPBody, AsyncThrowingStream<[UInt8], any Error>.Continuation) {
    let (stream, continuation) = AsyncThrowingStream.makeStream(of: [UInt8].self)
    return (.stream(stream), continuation)
}

/// A body without end, which tells how many pieces were asked for, and when its reader has let go of it.
struct EndlessBody: AsyncSequence, Sendable {
    /// So many bytes a piece.
    var size: Int
    let asked = Asked()
    let released = Signal()

    final class Asked: Sendable {
        let count = Atomic(0)
    }

    final class Iterator: AsyncIteratorProtocol {
        let body: EndlessBody

        init(body: EndlessBody) { self.body = body }

        deinit { body.released.fire() }

        func next() async throws -> [UInt8]? { make() }

        func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> [UInt8]? { make() }

        private func make() -> [UInt8]? {
            body.asked.count.add(1, ordering: .relaxed)
            return [UInt8](repeating: 0x78, count: body.size)
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(body: self) }
}

let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
