extension MessagePipeline {
    /// Runs the pipeline and a server before it, until the calling task is cancelled. Call it in place of ``run()``, once.
    ///
    /// The server is stopped first and the pipeline after it, each within its own grace period, so that what the door let
    /// in last is still worked on.
    /// - Parameters:
    ///   - handler: what the server gives its requests to; somewhere in it a ``WebhookEndpoint`` has this pipeline as its
    ///     intake.
    ///   - server: the server.
    /// - Throws: what the server throws when it cannot serve any more.
    public func serve(_ handler: any HTTPHandler, on server: any HTTPServer) async throws {
        try await server.run(handler, before: { await self.run() })
    }
}

extension HTTPServer {
    /// Serves until the calling task is cancelled, and has `work` done meanwhile and until the server has stopped. Returns when
    /// both have ended.
    package func run(_ handler: any HTTPHandler, before work: @escaping @Sendable () async -> Void) async throws {
        let work = Task { await work() }
        let result: Result<Void, any Error>
        do { result = .success(try await run(handler)) } catch { result = .failure(error) }
        work.cancel()
        await work.value
        try result.get()
    }
}
