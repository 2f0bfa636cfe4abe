internal import Dispatch

/// Something that happens once, for which a task or a thread can wait.
package final class TestSignal: Sendable {
    private let stream: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation
    private let semaphore = DispatchSemaphore(value: 0)

    /// Makes one that has not happened.
    package init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    /// Lets it happen.
    package func fire() {
        continuation.finish()
        semaphore.signal()
    }

    /// Waits as a task. One may.
    package func wait() async {
        for await _ in stream {}
    }

    /// Waits as a thread. One may.
    package func block() {
        semaphore.wait()
    }
}
