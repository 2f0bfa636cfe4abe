import WhatsAppCore

/// The state of a body on its way from a transfer to its one reader: what has arrived, who waits, how it ended.
///
/// A value without locks or callbacks: each input returns what its caller has to do. ``BodyChannel`` is its shell.
/// Arrived bytes are kept as one buffer that the reader takes whole, so that a drained buffer is an empty one.
struct BodyHandover<Waiter> {
    private enum State {
        /// The transfer is under way; a reader waits only while nothing is buffered.
        case open(waiter: Waiter?, paused: Bool)
        case finished((any Error)?)
        case abandoned(any Error)
    }

    private let capacity: Int
    private var state = State.open(waiter: nil, paused: false)
    private var buffer: [UInt8] = []

    /// Makes the state of a body of which nothing has arrived.
    ///
    /// - Parameter capacity: with this many bytes in the buffer the transfer has to pause. The buffer never holds more
    ///   than this and one piece.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// What a piece that arrived asks for.
    enum PushAction {
        /// Give the piece to the waiting reader; more may come.
        case deliver(Waiter)
        /// The piece is kept; more may come.
        case goOn
        /// The piece is kept; nothing more may come until the reader has drained the buffer.
        case pause
        /// Nobody reads any more; the piece is dropped.
        case stop
    }

    /// Takes a piece in, even while paused: a transfer may have been under way when it was told.
    mutating func push(_ piece: [UInt8]) -> PushAction {
        guard case .open(let waiter, let paused) = state else { return .stop }
        guard !piece.isEmpty else { return paused ? .pause : .goOn }
        if let waiter {
            state = .open(waiter: nil, paused: false)
            return .deliver(waiter)
        }
        if buffer.isEmpty { buffer = piece } else { buffer.append(contentsOf: piece) }
        let full = buffer.count >= capacity
        state = .open(waiter: nil, paused: full)
        return full ? .pause : .goOn
    }

    /// Ends the body, with `error` when it is not whole. What has arrived can still be read; then comes the end.
    ///
    /// - Returns: the reader to tell at once, if one waits. The first end counts.
    mutating func finish(_ error: (any Error)?) -> Waiter? {
        guard case .open(let waiter, _) = state else { return nil }
        state = .finished(error)
        return waiter
    }

    /// What a reader's wish for the next piece asks for.
    enum NextAction {
        /// Give it this piece, and let a paused transfer go on.
        case deliver([UInt8], resume: Bool)
        /// The body is over.
        case end
        /// The body is not whole, or not this reader's.
        case fail(any Error)
        /// Nothing is there yet: the waiter is kept.
        case wait
    }

    /// Asks for the next piece on behalf of `waiter`.
    mutating func next(_ waiter: Waiter) -> NextAction {
        switch state {
        case .open(.some, _):
            return .fail(HTTPClientError(code: .other, message: "The body is being read by another reader."))
        case .open(nil, let paused):
            state = .open(waiter: buffer.isEmpty ? waiter : nil, paused: false)
            return buffer.isEmpty ? .wait : .deliver(takeBuffer(), resume: paused)
        case .finished(let error):
            if !buffer.isEmpty { return .deliver(takeBuffer(), resume: false) }
            return error.map { .fail($0) } ?? .end
        case .abandoned(let error):
            return .fail(error)
        }
    }

    /// Ends the reading from the reader's side and forgets what has arrived.
    ///
    /// - Parameter error: what a waiting or a later reader gets.
    /// - Returns: the reader that waits, and whether the transfer is to be stopped. That is `true` once at most, and
    ///   never after the transfer's own end.
    mutating func abandon(_ error: any Error) -> (waiter: Waiter?, stop: Bool) {
        switch state {
        case .open(let waiter, _):
            state = .abandoned(error)
            buffer = []
            return (waiter, true)
        case .finished where !buffer.isEmpty:
            state = .abandoned(error)
            buffer = []
            return (nil, false)
        case .finished, .abandoned:
            return (nil, false)
        }
    }

    private mutating func takeBuffer() -> [UInt8] {
        defer { buffer = [] }
        return buffer
    }
}

extension BodyHandover.PushAction: Sendable where Waiter: Sendable {}
extension BodyHandover.NextAction: Sendable where Waiter: Sendable {}
