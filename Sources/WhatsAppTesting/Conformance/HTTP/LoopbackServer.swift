internal import WhatsAppCore
internal import WhatsAppTransport

/// Serves a handler on a free port of 127.0.0.1 while `body` runs, which is given the URL without a slash at its end.
@discardableResult
func withLoopbackServer<Result>(
    _ handler: any HTTPHandler, _ body: (_ url: String) async throws -> Result
) async throws -> Result {
    var configuration = HTTP1Server.Configuration(host: "127.0.0.1", port: 0)
    configuration.gracePeriod = .zero
    let server = try HTTP1Server(configuration: configuration)
    return try await running({ try await server.run(handler) }) { try await body("http://127.0.0.1:\(server.port)") }
}
