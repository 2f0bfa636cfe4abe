import WhatsAppCore

/// Turns responses into bytes (RFC 9112).
enum HTTPResponseEncoder {
    /// How the client knows where the body ends.
    enum Framing: Equatable {
        /// There is no body, and no length: 204 and 304.
        case none
        case length(Int)
        case chunked
        /// The end of the connection is the end of the body.
        case untilClose
    }

    /// How `response` has to go out, by what its client understands.
    static func framing(of response: HTTPResponse, isHTTP10: Bool) -> Framing {
        if response.status == 204 || response.status == 304 { return .none }
        if let length = response.body.knownLength { return .length(length) }
        return isHTTP10 ? .untilClose : .chunked
    }

    /// Whether the response can be sent as it is: a final status, names that are tokens, and values that cannot end their
    /// line early.
    static func isValid(_ response: HTTPResponse) -> Bool {
        guard (200...599).contains(response.status) else { return false }
        let bytes = response.fields.bytes.span
        for line in response.fields.lines {
            guard !line.name.isEmpty, bytes.endOfToken(in: line.name) == line.name.upperBound else { return false }
            for index in line.value {
                if bytes[index] == .carriageReturn || bytes[index] == .lineFeed || bytes[index] == 0 { return false }
            }
        }
        return true
    }

    /// Whether the handler asked for the connection to be closed.
    static func asksToClose(_ response: HTTPResponse) -> Bool {
        let bytes = response.fields.bytes.span
        return response.fields.lines.contains {
            bytes.equals("connection", in: $0.name) && bytes.equals("close", in: $0.value)
        }
    }

    /// Writes the head of a valid response. The fields that frame a message are the server's: the handler's own are left out.
    static func appendHead(
        of response: HTTPResponse, framing: Framing, closes: Bool, date: [UInt8], to bytes: inout [UInt8]
    ) {
        bytes.append(constant: "HTTP/1.1 ")
        appendStatus(response.status, to: &bytes)
        bytes.appendLineEnd()
        bytes.append(contentsOf: date)
        let fields = response.fields.bytes.span
        for line in response.fields.lines where !isOwn(fields, line.name) {
            bytes.append(fields, line.name)
            bytes.append(constant: ": ")
            bytes.append(fields, line.value)
            bytes.appendLineEnd()
        }
        switch framing {
        case .none, .untilClose: break
        case .chunked: bytes.append(constant: "Transfer-Encoding: chunked\r\n")
        case .length(let length):
            bytes.append(constant: "Content-Length: ")
            bytes.append(decimal: Int64(length))
            bytes.appendLineEnd()
        }
        if closes { bytes.append(constant: "Connection: close\r\n") }
        bytes.appendLineEnd()
    }

    /// Writes one piece of a body that arrives over time. An empty one is nothing: as a chunk it would end the body.
    static func append(_ piece: [UInt8], framing: Framing, to bytes: inout [UInt8]) {
        guard !piece.isEmpty else { return }
        guard framing == .chunked else { return bytes.append(contentsOf: piece) }
        bytes.append(contentsOf: String(piece.count, radix: 16).utf8)
        bytes.appendLineEnd()
        bytes.append(contentsOf: piece)
        bytes.appendLineEnd()
    }

    /// Writes the end of a body that arrived over time.
    static func appendEnd(framing: Framing, to bytes: inout [UInt8]) {
        if framing == .chunked { bytes.append(constant: "0\r\n\r\n") }
    }

    private static func isOwn(_ bytes: Span<UInt8>, _ name: Range<Int>) -> Bool {
        switch name.count {
        case 4: bytes.equals("date", in: name)
        case 10: bytes.equals("connection", in: name) || bytes.equals("keep-alive", in: name)
        case 14: bytes.equals("content-length", in: name)
        case 17: bytes.equals("transfer-encoding", in: name)
        default: false
        }
    }

    private static func appendStatus(_ status: Int, to bytes: inout [UInt8]) {
        if let known = known(status) { return bytes.append(constant: known) }
        bytes.append(decimal: Int64(status))
        bytes.append(.space)  // Stands also before a phrase that is not there.
    }

    /// The statuses in use here with the phrases of RFC 9110, section 15, which clients ignore.
    private static func known(_ status: Int) -> StaticString? {
        switch status {
        case 200: "200 OK"
        case 202: "202 Accepted"
        case 204: "204 No Content"
        case 304: "304 Not Modified"
        case 400: "400 Bad Request"
        case 401: "401 Unauthorized"
        case 403: "403 Forbidden"
        case 404: "404 Not Found"
        case 405: "405 Method Not Allowed"
        case 408: "408 Request Timeout"
        case 411: "411 Length Required"
        case 413: "413 Content Too Large"
        case 414: "414 URI Too Long"
        case 417: "417 Expectation Failed"
        case 429: "429 Too Many Requests"
        case 431: "431 Request Header Fields Too Large"
        case 500: "500 Internal Server Error"
        case 501: "501 Not Implemented"
        case 502: "502 Bad Gateway"
        case 503: "503 Service Unavailable"
        case 504: "504 Gateway Timeout"
        case 505: "505 HTTP Version Not Supported"
        default: nil
        }
    }
}

extension Array<UInt8> {
    fileprivate mutating func appendLineEnd() {
        append(constant: "\r\n")
    }
}
