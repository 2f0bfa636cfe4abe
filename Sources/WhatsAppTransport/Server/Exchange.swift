import WhatsAppCore

/// A socket, what it is about, and the bytes on their way out: all of a connection but its place in the loop. There is one
/// of it, and what is not needed while the connection is idle takes no memory then.
struct Exchange: ~Copyable {
    typealias Instant = ConnectionState.Instant
    typealias Step = ConnectionState.Step

    let socket: Descriptor
    var state: ConnectionState
    private var output = OutputBuffer()
    /// How the body of the current response is cut.
    private var framing = HTTPResponseEncoder.Framing.none
    /// Waits for the output to be flushed; resumed with whether the connection is still there.
    private var writer: CheckedContinuation<Bool, Never>?
    /// Whether the last input filled the buffer, so that there may be more.
    private(set) var hasMoreInput = false
    /// The memory for requests and responses that was counted last.
    private(set) var bytesCounted = 0

    init(socket: consuming Descriptor, state: consuming ConnectionState) {
        self.socket = socket
        self.state = state
    }

    /// Whether nothing is under way, so that closing harms nobody.
    var isIdle: Bool { state.isIdle && output.isEmpty }

    /// What to wait for. A client that does not take its responses is not asked for more requests.
    var interest: Poller.Interest {
        guard output.isEmpty else { return .write }
        return state.wantsInput ? [.read, .once] : []
    }

    // MARK: Input

    /// Takes what has arrived, at most one buffer full, so that the others have their turn. `nil` when there was nothing, or
    /// nothing is wanted.
    mutating func receive(through buffer: inout [UInt8], now: Instant) -> Step? {
        hasMoreInput = false
        guard interest.contains(.read) else { return nil }
        switch socket.receive(into: &buffer) {
        case .bytes(0): return state.receiveEnd()
        case .bytes(let count):
            hasMoreInput = count == buffer.count
            return state.receive(buffer.span.extracting(0..<count), now: now)
        case .wouldBlock: return nil
        case .failed: return .close
        }
    }

    /// By how much the memory for requests and responses has changed since this was last asked.
    mutating func countBytes() -> Int {
        let before = bytesCounted
        bytesCounted = state.bytesHeld + min(output.count, OutputBuffer.fullAt)
        return bytesCounted - before
    }

    /// There is no more room: who does not take responses makes some.
    mutating func refuseForRoom() -> Step { output.isEmpty ? state.refuseForRoom() : .close }

    // MARK: Output

    /// Puts `100 Continue` into the output, if the client waits for it. Returns whether it does.
    mutating func putContinue(borrowing spare: inout [UInt8]) -> Bool {
        guard state.takeContinue() else { return false }
        output.borrow(&spare)
        output.bytes.append(constant: "HTTP/1.1 100 Continue\r\n\r\n")
        return true
    }

    /// Puts a whole response into the output.
    mutating func put(_ response: HTTPResponse, body: [UInt8], date: [UInt8], borrowing spare: inout [UInt8]) {
        if putHead(of: response, date: date, borrowing: &spare) { output.bytes.append(contentsOf: body) }
        state.endResponse()
    }

    /// Puts the head of a response whose body arrives over time into the output. Returns whether the body is wanted.
    mutating func begin(_ response: HTTPResponse, date: [UInt8], borrowing spare: inout [UInt8]) -> Bool {
        let isWanted = putHead(of: response, date: date, borrowing: &spare)
        if !isWanted { state.endResponse() }
        return isWanted
    }

    /// Puts a piece of a body that arrives over time into the output.
    mutating func put(_ piece: [UInt8], borrowing spare: inout [UInt8]) {
        output.borrow(&spare)
        HTTPResponseEncoder.append(piece, framing: framing, to: &output.bytes)
    }

    /// Puts the end of a body that arrived over time into the output.
    mutating func end(borrowing spare: inout [UInt8]) {
        output.borrow(&spare)
        HTTPResponseEncoder.appendEnd(framing: framing, to: &output.bytes)
        state.endResponse()
    }

    private mutating func putHead(of response: HTTPResponse, date: [UInt8], borrowing spare: inout [UInt8]) -> Bool {
        if HTTPResponseEncoder.asksToClose(response) { state.closeAfterResponse() }
        framing = HTTPResponseEncoder.framing(of: response, isHTTP10: state.isHTTP10)
        output.borrow(&spare)
        HTTPResponseEncoder.appendHead(
            of: response, framing: framing, closes: state.closesAfterResponse, date: date, to: &output.bytes)
        return framing != .none && !state.isHead
    }

    /// The next request, if there is one; else sends what there is, and tells what follows that. `.wait` when something
    /// has to come from elsewhere.
    mutating func goOn(now: Instant, givingBackTo spare: inout [UInt8]) -> Step {
        if output.hasRoom {
            let step = state.goOn(now: now)
            if !step.isWait { return step }
        }
        let (outcome, count) = output.send(to: socket)
        switch outcome {
        case .failed: return .close
        case .wouldBlock:
            state.outputIsPending(now: now, progressed: count > 0)
            return .wait
        case .done:
            output.giveBack(to: &spare)
            resumeWriter(true)
            return state.outputIsFlushed(now: now)
        }
    }

    /// Has `writer` resumed when the socket has taken the output: at once, if it has.
    mutating func wait(_ writer: CheckedContinuation<Bool, Never>) {
        self.writer = writer
        if output.isEmpty { resumeWriter(true) }
    }

    /// Lets who waits for the output go on, telling whether the connection is still there.
    mutating func resumeWriter(_ isThere: Bool) {
        if case .none = writer { return }  // Nearly always, and cheaper than to take out what is not there.
        let writer = writer.take()
        writer?.resume(returning: isThere)
    }
}

/// Bytes on their way out.
private struct OutputBuffer {
    var bytes: [UInt8] = []
    private(set) var sent = 0

    /// With so many bytes in it, the output goes out before the next request is looked at.
    static let fullAt = 64 << 10

    /// Memory that a spare buffer may keep. More was needed for one large body and is given back.
    private static let spareCapacity = 256 << 10

    /// How many bytes wait.
    var count: Int { bytes.count - sent }
    var isEmpty: Bool { count == 0 }

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
        guard bytes.capacity > 0 else { return }
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.spareCapacity)
        if bytes.capacity > spare.capacity { swap(&bytes, &spare) }
        bytes = []
    }
}
