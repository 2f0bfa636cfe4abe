internal import Dispatch
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Hears signals that would otherwise end the process.
struct Signals {
    private let sources: [any DispatchSourceSignal]

    /// Hears `signals` from now on.
    /// - Parameter handler: gets each signal, and whether it is the first of them all; called on a queue of its own.
    init(_ signals: [Int32], handler: @escaping @Sendable (_ signal: Int32, _ isFirst: Bool) -> Void) {
        let count = SharedCount()
        let queue = DispatchQueue(label: "signals")
        sources = signals.map { number in
            // Without this the system ends the process before the source hears of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { handler(number, count.increase() == 1) }
            source.resume()
            return source
        }
    }

    func stop() { sources.forEach { $0.cancel() } }
}

private final class SharedCount: Sendable {
    private let count = Mutex(0)

    func increase() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
