import WhatsAppCore

/// A request's head, understood: what the handler gets of it and what the connection has to know.
struct HTTPRequestHead {
    /// Where the body ends (RFC 9112, section 6).
    enum Framing: Equatable {
        case length(Int)
        case chunked
    }

    /// The request, as yet without its body.
    var request: HTTPRequest
    var framing: Framing
    /// Whether the client speaks HTTP/1.0: no chunks, and the connection ends with the response.
    var isHTTP10: Bool
    /// Whether the client leaves the connection open for another request.
    var keepsAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    var expectsContinue: Bool

    /// Parses a whole head, the last, empty line included, which ``HTTPHeadScanner`` has let pass.
    init(_ bytes: Span<UInt8>, limits: HTTPRequestLimits) throws(HTTPRefusal) {
        var position = 0
        while position < bytes.count, bytes[position] == .carriageReturn { position += 2 }  // Empty lines before it.
        let requestLine = try HTTPRequestLine(bytes, bytes.takeLine(&position))
        var semantics = HTTPHeadSemantics()
        var lines: [HTTPFields.Line] = []
        lines.reserveCapacity(8)
        while true {
            let line = bytes.takeLine(&position)
            if line.isEmpty { break }
            let name = line.lowerBound..<bytes.endOfToken(in: line)
            guard !name.isEmpty, name.upperBound < line.upperBound, bytes[name.upperBound] == .colon else {
                throw .badRequest
            }
            let value = bytes.trimmed(name.upperBound + 1..<line.upperBound)
            try semantics.note(bytes, name: name, value: value)
            lines.append(HTTPFields.Line(name: name, value: value))
        }
        isHTTP10 = requestLine.isHTTP10
        framing = try semantics.framing(method: requestLine.method, isHTTP10: isHTTP10, limits: limits)
        expectsContinue = try semantics.expectsContinue(isHTTP10: isHTTP10)
        keepsAlive = !isHTTP10 && !semantics.asksToClose
        request = HTTPRequest(
            method: requestLine.method, target: requestLine.target,
            fields: HTTPFields(bytes: bytes.array(0..<bytes.count), lines: lines))
    }
}

/// `GET /path HTTP/1.1` (RFC 9112, section 3): two single blanks, and nothing else that is blank.
private struct HTTPRequestLine {
    var method: HTTPMethod
    var target: String
    var isHTTP10: Bool

    init(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(HTTPRefusal) {
        guard let first = bytes.firstIndex(of: .space, in: line),
            let second = bytes.firstIndex(of: .space, in: first + 1..<line.upperBound)
        else { throw .badRequest }
        let method = line.lowerBound..<first
        let target = first + 1..<second
        guard !method.isEmpty, !target.isEmpty, bytes.endOfToken(in: method) == method.upperBound else {
            throw .badRequest
        }
        for index in target where !bytes[index].isVisible { throw .badRequest }
        isHTTP10 = try Self.isHTTP10(bytes, second + 1..<line.upperBound)
        self.method = HTTPMethod(rawValue: bytes.string(method))
        self.target = bytes.string(target)
        guard Self.isTarget(bytes, target, of: self.method) else { throw .badRequest }
    }

    private static func isHTTP10(_ bytes: Span<UInt8>, _ version: Range<Int>) throws(HTTPRefusal) -> Bool {
        let start = version.lowerBound
        // The name is case-sensitive, so it is not compared with `equals`.
        guard version.count == 8, bytes[start] == UInt8(ascii: "H"), bytes[start + 1] == UInt8(ascii: "T"),
            bytes[start + 2] == UInt8(ascii: "T"), bytes[start + 3] == UInt8(ascii: "P"),
            bytes[start + 4] == UInt8(ascii: "/"), let major = bytes[start + 5].digitValue,
            bytes[start + 6] == UInt8(ascii: "."), let minor = bytes[start + 7].digitValue
        else { throw .badRequest }
        guard major == 1, minor <= 1 else { throw .versionNotSupported }
        return minor == 0
    }

    /// A path, an absolute URL, or the asterisk of `OPTIONS` (RFC 9112, section 3.2). There is no `CONNECT` here.
    private static func isTarget(_ bytes: Span<UInt8>, _ target: Range<Int>, of method: HTTPMethod) -> Bool {
        let start = target.lowerBound
        if bytes[start] == UInt8(ascii: "/") { return true }
        if bytes[start] == UInt8(ascii: "*") { return target.count == 1 && method == .options }
        return target.count > 7 && bytes.equals("http://", in: start..<start + 7)
            || target.count > 8 && bytes.equals("https://", in: start..<start + 8)
    }
}
