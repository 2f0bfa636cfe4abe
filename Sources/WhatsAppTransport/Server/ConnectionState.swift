import WhatsAppCore

/// What one connection is about, without its socket: bytes and events go in, steps come out. A value, told the time.
///
/// Requests are answered one at a time. What arrives behind the one being answered is kept, and when that is too much the
/// connection is no longer read (``wantsInput``), so that a client cannot make the server hold more than it should.
struct ConnectionState {
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
    }

    private enum Phase {
        case idle, head, body, answering, lingering
    }

    /// So many bytes behind the current request, and the connection is not read any more. One read may overshoot.
    static let backlogLimit = 16 << 10

    private let deadlines: Deadlines
    private var parser: HTTPRequestParser
    private var backlog: [UInt8] = []
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

    // MARK: Input

    /// Bytes have arrived.
    mutating func receive(_ bytes: Span<UInt8>, now: Instant) -> Step {
        switch phase {
        case .lingering: return .wait
        case .answering:
            backlog.append(bytes, 0..<bytes.count)
            return .wait
        case .idle, .head, .body: return parse(bytes, now: now)
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

    private mutating func parse(_ bytes: Span<UInt8>, now: Instant) -> Step {
        var position = 0
        do throws(HTTPRefusal) {
            guard let incoming = try parser.parse(bytes, at: &position) else {
                enter(parser.progress, now: now)
                return .wait
            }
            backlog.append(bytes, position..<bytes.count)
            isHTTP10 = incoming.isHTTP10
            isHead = incoming.request.method == .head
            startAnswering(closing: !incoming.keepsAlive)
            return .handle(incoming.request)
        } catch {
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

    private mutating func refuse(_ refusal: HTTPRefusal) -> Step {
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
    }

    /// The socket has taken some bytes, or none yet, and others wait.
    mutating func outputIsPending(now: Instant, progressed: Bool) {
        guard phase == .answering, progressed || deadline == nil else { return }
        deadline = now + deadlines.write
    }

    /// The socket has taken all there was.
    mutating func outputIsFlushed(now: Instant) -> Step {
        guard phase == .answering else { return .wait }
        deadline = nil
        guard responseHasEnded else { return .wait }
        if closesAfterResponse {
            guard !inputHasEnded else { return .close }
            phase = .lingering
            deadline = now + deadlines.linger
            backlog = []
            return .linger
        }
        phase = .idle
        deadline = now + deadlines.idle
        return parseBacklog(now: now)
    }

    private mutating func parseBacklog(now: Instant) -> Step {
        guard !backlog.isEmpty else { return inputHasEnded ? .close : .wait }
        let bytes = backlog
        backlog = []
        let step = parse(bytes.span, now: now)
        if case .wait = step, inputHasEnded { return .close }
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
