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
    let serving = Task { try await server.run(handler) }
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body("http://127.0.0.1:\(server.port)")) } catch { result = .failure(error) }
    serving.cancel()
    try await serving.value
    return try result.get()
}
