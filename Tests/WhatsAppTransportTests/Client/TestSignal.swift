import Dispatch

/// Something that happens once, for which a task or a thread can wait.
final class TestSignal: Sendable {
    private let stream: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation
    private let semaphore = DispatchSemaphore(value: 0)

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func fire() {
        continuation.finish()
        semaphore.signal()
    }

    /// Waits as a task. One may.
    func wait() async {
        for await _ in stream {}
    }

    /// Waits as a thread. One may.
    func block() {
        semaphore.wait()
    }
}
