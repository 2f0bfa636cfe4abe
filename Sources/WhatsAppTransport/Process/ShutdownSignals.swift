internal import Dispatch
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Runs `body` until it ends by itself, or until the process is asked to stop.
///
/// `body` begins when the signals are heard: open what others may see, such as a port, within it. The first SIGTERM or
/// SIGINT cancels `body`, which may then come to its end in good order; this returns when it has. Who asks a second time
/// does not want to wait: the process ends at once, with 128 and the signal's number. SIGPIPE is ignored from here on, so
/// that a reader of the log who goes away does not end the service. Call it once in a process: what it does to the signals
/// stays.
/// - Parameters:
///   - stopping: told of the first signal by its name.
///   - body: the work of the process.
/// - Throws: what `body` throws.
public func runUntilShutdown(
    stopping: @escaping @Sendable (_ signal: String) -> Void = { _ in },
    _ body: @escaping @Sendable () async throws -> Void
) async throws {
    signal(SIGPIPE, SIG_IGN)
    let (signals, heard) = AsyncStream<Int32>.makeStream()
    let count = SignalCount()
    let queue = DispatchQueue(label: "shutdown signals")
    var sources: [any DispatchSourceSignal] = []
    for number in [SIGTERM, SIGINT] {
        #if canImport(Darwin)
        // There the source only watches, and the signal would still end the process. On Linux the source takes the signal
        // over, and one that were ignored would be lost until then.
        signal(number, SIG_IGN)
        #endif
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler {
            guard count.increase() == 1 else { _exit(128 + number) }
            heard.yield(number)
        }
        await withCheckedContinuation { registered in
            source.setRegistrationHandler { registered.resume() }
            source.resume()
        }
        sources.append(source)
    }
    defer { sources.forEach { $0.cancel() } }
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await body() }
        group.addTask {
            for await number in signals {
                stopping(number == SIGINT ? "SIGINT" : "SIGTERM")
                throw Stop()
            }
        }
        defer { group.cancelAll() }
        // The first to end decides: the work by itself, or the signal, which cancels the work and waits for it.
        do { try await group.next() } catch is Stop {
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
        }
    }
}

private struct Stop: Error {}

private final class SignalCount: Sendable {
    private let count = Mutex(0)

    func increase() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
