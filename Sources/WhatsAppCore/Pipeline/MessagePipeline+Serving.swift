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
        let work = Task { await run() }
        let result: Result<Void, any Error>
        do { result = .success(try await server.run(handler)) } catch { result = .failure(error) }
        work.cancel()
        await work.value
        try result.get()
    }
}
