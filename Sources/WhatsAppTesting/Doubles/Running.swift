/// Runs `service` while `body` runs, then cancels it, and returns when it has come to its end.
func running<Result>(
    _ service: @escaping @Sendable () async throws -> Void, _ body: () async throws -> Result
) async throws -> Result {
    let task = Task { try await service() }
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    task.cancel()
    try await task.value
    return try result.get()
}
