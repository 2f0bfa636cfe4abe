internal import Dispatch
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Runs `body` until it ends by itself, or until the process is asked to stop.
///
/// The first SIGTERM or SIGINT cancels `body`, which may then come to its end in good order; this returns when it has. Who
/// asks a second time does not want to wait: the process ends at once, with 128 and the signal's number. Call it once in a
/// process: it takes both signals over for good.
/// - Parameters:
///   - stopping: told of the first signal by its name.
///   - body: the work of the process.
/// - Throws: what `body` throws.
public func runUntilShutdown(
    stopping: @escaping @Sendable (_ signal: String) -> Void = { _ in },
    _ body: @escaping @Sendable () async throws -> Void
) async throws {
    let work = Task { try await body() }
    let count = SignalCount()
    let queue = DispatchQueue(label: "shutdown signals")
    let sources = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")].map { number, name in
        // Without this the system ends the process before the source hears of it.
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler {
            guard count.increase() == 1 else { _exit(128 + number) }
            stopping(name)
            work.cancel()
        }
        source.resume()
        return source
    }
    defer { sources.forEach { $0.cancel() } }
    try await withTaskCancellationHandler {
        try await work.value
    } onCancel: {
        work.cancel()
    }
}

private final class SignalCount: Sendable {
    private let count = Mutex(0)

    func increase() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
