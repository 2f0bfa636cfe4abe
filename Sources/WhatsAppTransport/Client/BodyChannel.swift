import Synchronization
import WhatsAppCore

/// Hands the pieces of a body from a transfer's callbacks to one reader, bounded.
///
/// The transfer pushes; when the buffer is full it is told to pause, and `resume` is called when the reader has taken
/// what there was. `stop` is called once, when the reader has gone before the end: it was cancelled, left its loop, or
/// never began. Both are called outside the lock, on the reader's side, and must not block.
final class BodyChannel: Sendable {
    /// Whether a transfer may go on after a push.
    enum Flow: Sendable {
        case goOn, pause, stop
    }

    private typealias Waiter = CheckedContinuation<[UInt8]?, any Error>
    private let state: Mutex<BodyHandover<Waiter>>
    private let resume: @Sendable () -> Void
    private let stop: @Sendable () -> Void

    /// Makes an open channel that asks for a pause when `capacity` bytes are waiting.
    init(capacity: Int, resume: @escaping @Sendable () -> Void, stop: @escaping @Sendable () -> Void) {
        self.state = Mutex(BodyHandover(capacity: capacity))
        self.resume = resume
        self.stop = stop
    }

    /// Hands over one piece.
    func push(_ piece: [UInt8]) -> Flow {
        switch state.withLock({ $0.push(piece) }) {
        case .deliver(let waiter):
            waiter.resume(returning: piece)
            return .goOn
        case .goOn: return .goOn
        case .pause: return .pause
        case .stop: return .stop
        }
    }

    /// Ends the body; with an error when it is not whole. Only the first call counts.
    func finish(_ error: (any Error)? = nil) {
        guard let waiter = state.withLock({ $0.finish(error) }) else { return }
        if let error { waiter.resume(throwing: error) } else { waiter.resume(returning: nil) }
    }

    /// Ends the reading. Stops the transfer unless it has ended.
    func abandon(_ error: any Error = CancellationError()) {
        let (waiter, mustStop) = state.withLock { $0.abandon(error) }
        waiter?.resume(throwing: error)
        if mustStop { stop() }
    }

    /// The next piece, or `nil` at the end. Cancelling the task stops the transfer.
    fileprivate func next(isolation: isolated (any Actor)?) async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation(isolation: isolation) { waiter in
                switch state.withLock({ $0.next(waiter) }) {
                case .deliver(let piece, let mustResume):
                    if mustResume { resume() }
                    waiter.resume(returning: piece)
                case .end: waiter.resume(returning: nil)
                case .fail(let error): waiter.resume(throwing: error)
                case .wait: break
                }
            }
        } onCancel: {
            abandon()
        }
    }
}

/// The reader's end of a ``BodyChannel``. When it and its iterators are gone before the end, the transfer is stopped.
struct BodyStream: AsyncSequence, Sendable {
    private let unread: Presence

    init(_ channel: BodyChannel) {
        unread = Presence(channel)
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(reader: unread.handOn())
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let reader: Presence

        mutating func next() async throws -> [UInt8]? {
            try await next(isolation: nil)
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            try await reader.channel.next(isolation: actor)
        }
    }

    /// Stands for somebody who may still read. Its end is noticed by `deinit`, which is what makes a loop's `break`
    /// and a body that nobody looks at end the transfer.
    fileprivate final class Presence: Sendable {
        let channel: BodyChannel
        private let handedOn = Mutex(false)

        init(_ channel: BodyChannel) {
            self.channel = channel
        }

        /// Passes the duty to read to an iterator: from then on the iterator's life decides, not the sequence's.
        func handOn() -> Presence {
            handedOn.withLock { $0 = true }
            return Presence(channel)
        }

        deinit {
            guard !handedOn.withLock({ $0 }) else { return }
            channel.abandon(HTTPClientError(code: .other, message: "The body was given up by an earlier reader."))
        }
    }
}
