import WhatsAppCore

/// A request with its body, and what the connection has to know to answer it.
struct IncomingRequest: Sendable {
    var request: HTTPRequest
    /// How many bytes it has.
    var size: Int
    /// Whether the client speaks HTTP/1.0: no chunks, and the connection ends with the response.
    var isHTTP10: Bool
    /// Whether the client leaves the connection open for another request.
    var keepsAlive: Bool
}

/// Makes requests of bytes (RFC 9112), one after the other, with the same result however the bytes are cut.
///
/// Bytes are kept only while a request is incomplete; a head that comes in one piece is parsed where it lies. The work is
/// linear in the bytes.
struct HTTPRequestParser {
    /// How far the request has come.
    enum Progress: Equatable {
        /// Not a byte of it is there.
        case nothing
        case head
        case body
    }

    private let limits: HTTPRequestLimits
    private var scanner = HTTPHeadScanner()
    private var headBytes: [UInt8] = []
    private var head: HTTPRequestHead?
    /// The length of a head that is complete.
    private var headLength = 0
    private var chunks = ChunkedDecoder()
    private var body: [UInt8] = []
    private var bodyHasBegun = false
    private var refusal: HTTPRefusal?

    init(limits: HTTPRequestLimits = HTTPRequestLimits()) {
        self.limits = limits
    }

    /// How far the current request has come.
    var progress: Progress {
        if head != nil { return .body }
        return scanner.isFresh ? .nothing : .head
    }

    /// The bytes that are kept for the request that is incomplete.
    var bytesHeld: Int { headBytes.count + headLength + body.count }

    /// Forgets what has come, as for a new connection.
    mutating func reset() { self = HTTPRequestParser(limits: limits) }

    /// Whether the client waits for `100 Continue`. Answers yes once a request, and only before its body begins.
    mutating func takeContinue() -> Bool {
        guard head?.expectsContinue == true else { return false }
        head?.expectsContinue = false
        return !bodyHasBegun
    }

    /// Parses from `position` on up to the end of one request, and moves `position` behind what it used.
    ///
    /// - Returns: the request, or `nil` when more bytes are needed; then all of `bytes` is used.
    /// - Throws: the refusal, and the same one at every later call: nothing behind it can be trusted.
    mutating func parse(
        _ bytes: Span<UInt8>, at position: inout Int
    ) throws(HTTPRefusal) -> IncomingRequest? {
        if let refusal { throw refusal }
        do throws(HTTPRefusal) {
            if head == nil, !(try parseHead(bytes, at: &position)) { return nil }
            guard try parseBody(bytes, at: &position) else { return nil }
        } catch {
            refusal = error
            throw error
        }
        return takeRequest()
    }

    private mutating func parseHead(_ bytes: Span<UInt8>, at position: inout Int) throws(HTTPRefusal) -> Bool {
        let start = position
        guard let end = try scanner.scan(bytes, from: start, limits: limits) else {
            headBytes.append(bytes, start..<bytes.count)
            position = bytes.count
            return false
        }
        position = end
        if headBytes.isEmpty {
            headLength = end - start
            head = try HTTPRequestHead(bytes.extracting(start..<end), limits: limits)
        } else {
            headBytes.append(bytes, start..<end)
            let whole = headBytes
            headBytes = []
            headLength = whole.count
            head = try HTTPRequestHead(whole.span, limits: limits)
        }
        return true
    }

    /// Whether the body is complete.
    private mutating func parseBody(_ bytes: Span<UInt8>, at position: inout Int) throws(HTTPRefusal) -> Bool {
        if position < bytes.count { bodyHasBegun = true }
        switch head?.framing {
        case .chunked: return try chunks.decode(bytes, at: &position, into: &body, limits: limits)
        case .length(let length):
            let count = min(length - body.count, bytes.count - position)
            // A declared length is a claim: memory is taken for what has come, and doubles from there.
            if body.isEmpty { body.reserveCapacity(count) }
            body.append(bytes, position..<position + count)
            position += count
            return body.count == length
        case nil: return false
        }
    }

    private mutating func takeRequest() -> IncomingRequest? {
        guard var head = head.take() else { return nil }
        let size = bytesHeld
        swap(&head.request.body, &body)
        reset()
        return IncomingRequest(
            request: head.request, size: size, isHTTP10: head.isHTTP10, keepsAlive: head.keepsAlive)
    }
}
