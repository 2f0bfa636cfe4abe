import WhatsAppCore

/// What one connection is about, without its socket: bytes and events go in, steps come out. A value, told the time, and not
/// copyable: there is one of it.
///
/// Requests are answered one at a time, in order. What arrives behind the one being answered is kept, and when that is too
/// much the connection is no longer read (``wantsInput``), so that a client cannot make the server hold more than it should.
struct ConnectionState: ~Copyable {
    typealias Instant = ContinuousClock.Instant

    /// How long the parts of an exchange may take.
    struct Deadlines: Sendable {
        var head = Duration.seconds(10)
        var body = Duration.seconds(20)
        var idle = Duration.seconds(60)
        var write = Duration.seconds(30)
        /// For the client to read a last response and close, before we do.
        var linger = Duration.seconds(2)
    }

    /// What the loop has to do next.
    enum Step {
        case wait
        case handle(HTTPRequest)
        case refuse(HTTPRefusal)
        /// Stop sending, and drop what still comes: closing with unread bytes would reset the connection, and the client
        /// might lose the response (RFC 9112, section 9.6).
        case linger
        case close

        var isWait: Bool { if case .wait = self { true } else { false } }
    }

    private enum Phase {
        case idle, head, body, answering, lingering
    }

    /// So many bytes behind the current request, and the connection is not read any more. One read may overshoot.
    static let backlogLimit = 16 << 10

    private let deadlines: Deadlines
    private var parser: HTTPRequestParser
    private var backlog = Backlog()
    /// The size of the current request while it is being answered.
    private var answeredBytes = 0
    private var phase = Phase.idle
    private var deadline: Instant?
    private var inputHasEnded = false
    private var responseHasEnded = false
    /// Whether the connection ends with the current response.
    private(set) var closesAfterResponse = false
    /// Whether the client of the current request speaks HTTP/1.0.
    private(set) var isHTTP10 = false
    /// Whether the current request is a `HEAD`, whose response has no body.
    private(set) var isHead = false

    init(limits: HTTPRequestLimits, deadlines: Deadlines, now: Instant) {
        self.deadlines = deadlines
        parser = HTTPRequestParser(limits: limits)
        deadline = now + deadlines.idle
    }

    /// Whether to go on reading.
    var wantsInput: Bool {
        !inputHasEnded && (phase != .answering || backlog.count < Self.backlogLimit)
    }

    /// Whether nothing is under way, so that closing harms nobody.
    var isIdle: Bool { phase == .idle }

    /// Whether a response is to come.
    var awaitsResponse: Bool { phase == .answering && !responseHasEnded }

    /// How many bytes of requests are in memory for this connection.
    var bytesHeld: Int { parser.bytesHeld + backlog.count + answeredBytes }

    // MARK: Input

    /// Bytes have arrived.
    mutating func receive(_ bytes: Span<UInt8>, now: Instant) -> Step {
        switch phase {
        case .lingering: return .wait
        case .answering:
            backlog.append(bytes, from: 0)
            return .wait
        case .idle, .head, .body:
            var position = 0
            let step = parse(bytes, at: &position, now: now)
            backlog.append(bytes, from: position)
            return step
        }
    }

    /// The client will send no more. It may still read: a request that is complete gets its answer.
    mutating func receiveEnd() -> Step {
        inputHasEnded = true
        return phase == .answering ? .wait : .close
    }

    /// Whether to send `100 Continue` now.
    mutating func takeContinue() -> Bool {
        phase == .body && parser.takeContinue()
    }

    private mutating func parse(_ bytes: Span<UInt8>, at position: inout Int, now: Instant) -> Step {
        do throws(HTTPRefusal) {
            guard let incoming = try parser.parse(bytes, at: &position) else {
                enter(parser.progress, now: now)
                return .wait
            }
            isHTTP10 = incoming.isHTTP10
            isHead = incoming.request.method == .head
            answeredBytes = incoming.size
            startAnswering(closing: !incoming.keepsAlive)
            return .handle(incoming.request)
        } catch {
            position = bytes.count  // Nothing behind a refused request counts.
            return refuse(error)
        }
    }

    /// Sets the deadline where a part of a request begins; more bytes of the same part do not move it.
    private mutating func enter(_ progress: HTTPRequestParser.Progress, now: Instant) {
        switch progress {
        case .head where phase != .head:
            phase = .head
            deadline = now + deadlines.head
        case .body where phase != .body:
            phase = .body
            deadline = now + deadlines.body
        default: break
        }
    }

    /// There is no more room for a request that is incomplete. One that is being answered is let be.
    mutating func refuseForRoom() -> Step {
        phase == .head || phase == .body ? refuse(.overloaded) : .wait
    }

    private mutating func refuse(_ refusal: HTTPRefusal) -> Step {
        parser.reset()
        isHead = false
        startAnswering(closing: true)
        return .refuse(refusal)
    }

    private mutating func startAnswering(closing: Bool) {
        phase = .answering
        deadline = nil
        responseHasEnded = false
        closesAfterResponse = closesAfterResponse || closing
    }

    // MARK: Output

    /// The connection shall end with the current response, or with the next one.
    mutating func closeAfterResponse() {
        closesAfterResponse = true
    }

    /// All of the response has been given to the output.
    mutating func endResponse() {
        responseHasEnded = true
        answeredBytes = 0
    }

    /// Goes on with what waits behind a response that is in the output, though the socket has not taken it yet: the
    /// responses to what arrived together go out together.
    mutating func goOn(now: Instant) -> Step {
        guard phase == .answering, responseHasEnded, !closesAfterResponse, !backlog.isEmpty else { return .wait }
        return next(now: now)
    }

    /// The socket has taken some bytes, or none yet, and others wait.
    mutating func outputIsPending(now: Instant, progressed: Bool) {
        guard phase == .answering, progressed || deadline == nil else { return }
        deadline = now + deadlines.write
    }

    /// The socket has taken all there was.
    mutating func outputIsFlushed(now: Instant) -> Step {
        guard phase == .answering else { return phase != .lingering && isEnding ? .close : .wait }
        deadline = nil
        guard responseHasEnded else { return .wait }
        if closesAfterResponse {
            guard !inputHasEnded else { return .close }
            phase = .lingering
            deadline = now + deadlines.linger
            backlog = Backlog()
            return .linger
        }
        let step = next(now: now)
        if case .wait = step, isEnding { return .close }
        return step
    }

    /// Whether no request can come any more: the client has ended, or nothing is under way and nothing shall begin.
    private var isEnding: Bool { inputHasEnded || phase == .idle && closesAfterResponse }

    private mutating func next(now: Instant) -> Step {
        phase = .idle
        deadline = now + deadlines.idle
        guard !backlog.isEmpty else { return .wait }
        // Shares the memory, and copies nothing.
        let bytes = backlog.bytes
        var position = backlog.position
        let step = parse(bytes.span, at: &position, now: now)
        backlog.didUse(to: position)
        return step
    }

    // MARK: Time

    /// What a deadline that has passed asks for.
    mutating func expire(now: Instant) -> Step {
        guard let deadline, now >= deadline else { return .wait }
        return switch phase {
        case .head, .body: refuse(.requestTimeout)
        case .idle, .answering, .lingering: .close
        }
    }
}

/// Bytes that arrived behind the request that is being answered. They are used from the front, and copied once.
private struct Backlog {
    private(set) var bytes: [UInt8] = []
    /// The first byte that was not used.
    private(set) var position = 0

    var count: Int { bytes.count - position }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ more: Span<UInt8>, from start: Int) {
        guard start < more.count else { return }
        if position > 0 {
            bytes.removeFirst(position)
            position = 0
        }
        bytes.append(more, start..<more.count)
    }

    /// Gives the memory back once all is used.
    mutating func didUse(to end: Int) {
        position = end
        if isEmpty { self = Backlog() }
    }
}
