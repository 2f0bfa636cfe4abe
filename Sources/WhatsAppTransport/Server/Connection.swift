import WhatsAppCore

/// One connection as the loop holds it. Not `Sendable`: the compiler keeps it on the loop's thread.
final class Connection {
    let socket: Descriptor
    let ticket: Ticket
    /// Whether it has not been closed. Then it is in the loop's table, too.
    var isOpen = true
    var state: ConnectionState
    var output = OutputBuffer()
    /// What the poller watches; `nil` while the socket is not registered.
    var interest: Poller.Interest?
    /// How the body of the current response is cut.
    var framing = HTTPResponseEncoder.Framing.none
    /// Where the answers go that take a task. Made for the first one: other connections have none.
    var answers: AsyncStream<ServerLoop.Answer>.Continuation?
    /// What the connection was last known to hold in memory.
    var bytesHeld = 0
    /// Waits for the output to be flushed; resumed with whether the connection is still there.
    var writer: CheckedContinuation<Bool, Never>?

    /// Whether to go on reading. A client that does not take its responses is not asked for more requests.
    var wantsInput: Bool { state.wantsInput && output.isEmpty }

    init(socket: consuming Descriptor, ticket: Ticket, state: consuming ConnectionState) {
        self.socket = socket
        self.ticket = ticket
        self.state = state
    }
}

/// Bytes on their way out.
struct OutputBuffer {
    var bytes: [UInt8] = []
    private(set) var sent = 0

    /// With so many bytes in it, the output goes out before the next request is looked at.
    private static let fullAt = 64 << 10

    /// Memory that a spare buffer may keep. More was needed for one large body and is given back.
    private static let spareCapacity = 256 << 10

    var isEmpty: Bool { sent == bytes.count }

    /// Whether another response may be gathered before this goes out.
    var hasRoom: Bool { bytes.count < Self.fullAt }

    /// How sending ended.
    enum Outcome { case done, wouldBlock, failed }

    /// Sends what the socket takes, and tells how many bytes that were.
    mutating func send(to socket: borrowing Descriptor) -> (Outcome, count: Int) {
        let start = sent
        while !isEmpty {
            switch socket.send(bytes, from: sent) {
            case .bytes(let count): sent += count
            case .wouldBlock: return (.wouldBlock, sent - start)
            case .failed: return (.failed, sent - start)
            }
        }
        return (.done, sent - start)
    }

    /// Borrows the memory of `spare` if it has none itself, so that a response needs no allocation of its own.
    mutating func borrow(_ spare: inout [UInt8]) {
        if bytes.isEmpty { swap(&bytes, &spare) }
    }

    /// Forgets what it held and gives its memory back.
    mutating func giveBack(to spare: inout [UInt8]) {
        sent = 0
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.spareCapacity)
        if bytes.capacity > spare.capacity { swap(&bytes, &spare) }
        bytes = []
    }
}
