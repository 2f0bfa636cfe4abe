internal import Synchronization

/// Holds back whoever comes, until it is opened or they are cancelled: a test looks at a moment in the middle.
public final class Gate: Sendable {
    /// Who has come, in order.
    public let arrivals = Recorder<String>()
    private let state = Mutex<(isOpen: Bool, held: [AsyncStream<Never>.Continuation])>((false, []))

    /// Makes a closed gate.
    public init() {}

    /// Waits until the gate is open, or the task is cancelled.
    /// - Parameter name: what ``arrivals`` is to hold.
    public func pass(_ name: String) async {
        let (stream, continuation) = AsyncStream<Never>.makeStream()
        state.withLock {
            if $0.isOpen { continuation.finish() } else { $0.held.append(continuation) }
        }
        arrivals.append(name)
        for await _ in stream {}
    }

    /// Lets all pass, now and from now on.
    public func open() {
        state.withLock {
            $0.isOpen = true
            $0.held.forEach { $0.finish() }
            $0.held = []
        }
    }
}
