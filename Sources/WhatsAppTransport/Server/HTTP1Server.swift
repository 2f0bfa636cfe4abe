public import WhatsAppCore

import CSystem
import Synchronization

/// An HTTP/1.1 server (RFC 9112) without TLS, for use behind a proxy that ends it: one thread for all sockets, and a
/// task only for requests whose handler needs one (``WhatsAppCore/HTTPHandler/answer(_:)``).
///
/// ```swift
/// let server = try HTTP1Server(configuration: .init(port: 8080))
/// try await server.run(ClosureHTTPHandler { _ in HTTPResponse(status: 200, body: .text("Hello")) })
/// ```
///
/// **Requests** are read strictly: where two servers could read one differently, it is refused and the connection closed.
/// A handler gets a request when its body is complete. The requests of a connection are answered in order, one at a time.
///
/// **Responses** get `Date`, and `Content-Length` or `Transfer-Encoding`; what the handler says in these fields, or in
/// `Connection` beyond `close`, is left out. A body that arrives over time goes out piece by piece, and the next piece is
/// asked for when the socket has taken the last. If it fails, the connection is cut. A response that cannot be sent as it is
/// (a status outside 200–599, a field that holds CR, LF or NUL or whose name is not a token) becomes an empty 500.
///
/// **A client that goes away** cancels the task of the handler that works for it, and ends the iteration of its body. A
/// client that only ends its own sending is still answered: until something is sent to it, it cannot be told from one that
/// has closed.
public final class HTTP1Server: HTTPServer {
    /// The port that the server listens on, also where the configuration left the choice to the system.
    public let port: Int

    private let loop: ServerLoop
    private let hasRun = Atomic(false)

    /// Makes a server that listens from now on. Connections wait until ``run(_:)`` takes them.
    ///
    /// - Throws: ``HTTP1ServerError`` when the configuration is wrong or the address cannot be had.
    public convenience init(configuration: Configuration = Configuration()) throws(HTTP1ServerError) {
        try self.init(configuration: configuration, clock: { .now })
    }

    /// Makes a server whose deadlines go by `clock`.
    init(
        configuration: Configuration, clock: @escaping @Sendable () -> ContinuousClock.Instant
    ) throws(HTTP1ServerError) {
        try configuration.validate()
        var bound: UInt16 = 0
        let listener = csystem_listen(configuration.address, UInt16(configuration.port), 4096, &bound)
        guard listener >= 0 else { throw HTTP1ServerError(cannotListenOn: configuration, errno: -listener) }
        port = Int(bound)
        do {
            loop = try ServerLoop(
                listener: Descriptor(owning: listener), settings: configuration.settings, clock: clock)
        } catch {
            throw HTTP1ServerError(code: .system, message: "The server cannot be set up: \(error).")
        }
    }

    /// Serves until the calling task is cancelled. Then the listener is closed, idle connections are closed, and requests
    /// under way are answered with `Connection: close`. What is left after the configuration's `gracePeriod` is cut off and
    /// its handlers cancelled; this returns when they have returned.
    ///
    /// - Throws: ``HTTP1ServerError`` when it is called a second time, or the system gives no thread.
    public func run(_ handler: any HTTPHandler) async throws {
        guard !hasRun.exchange(true, ordering: .relaxed) else {
            throw HTTP1ServerError(code: .alreadyRun, message: "A server runs once; make another one.")
        }
        // The caller's cancellation means "drain", and must not reach the handlers at work, as it would reach child tasks.
        let serving = Task { [loop] in try await loop.serve(handler) }
        do {
            try await withTaskCancellationHandler {
                try await serving.value
            } onCancel: { [loop] in
                loop.drain()
            }
        } catch {
            throw HTTP1ServerError(code: .system, message: "The server's thread cannot be started: \(error).")
        }
    }
}
