import WhatsAppCore

/// The fields that decide how a request is read, gathered line by line and judged together.
///
/// Where two readings are possible the request is refused: a proxy in front of the server may have chosen the other one,
/// and the difference is how requests are smuggled (RFC 9112, section 11.2).
struct HTTPHeadSemantics {
    private var hosts = 0
    private var length: Int?
    private var hasTransferCoding = false
    private var isChunked = false
    private var hasUnknownCoding = false
    private var expectations = 0
    private var unknownExpectations = 0
    /// Whether a `Connection` field asks for the connection to be closed.
    private(set) var asksToClose = false

    /// Looks at one field line; most are none of its business.
    mutating func note(_ bytes: Span<UInt8>, name: Range<Int>, value: Range<Int>) throws(HTTPRefusal) {
        switch name.count {
        case 4 where bytes.equals("host", in: name):
            hosts += 1
            for index in value where !bytes[index].isHost { throw .badRequest }
        case 6 where bytes.equals("expect", in: name):
            expectations += 1
            if !bytes.equals("100-continue", in: value) { unknownExpectations += 1 }
        case 10 where bytes.equals("connection", in: name):
            var rest = value
            while let option = bytes.takeListElement(&rest) {
                if bytes.equals("close", in: option) { asksToClose = true }
            }
        case 14 where bytes.equals("content-length", in: name):
            guard length == nil else { throw .badRequest }
            length = try Self.length(bytes, value)
        case 17 where bytes.equals("transfer-encoding", in: name):
            hasTransferCoding = true
            try noteCodings(bytes, value)
        default: break
        }
    }

    private mutating func noteCodings(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPRefusal) {
        var rest = value
        while let coding = bytes.takeListElement(&rest) {
            guard !isChunked else { throw .badRequest }  // `chunked` comes last, and once.
            if bytes.equals("chunked", in: coding) { isChunked = true } else { hasUnknownCoding = true }
        }
    }

    /// Digits alone. A number too big to count is clamped: it is over any limit.
    private static func length(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPRefusal) -> Int {
        guard !value.isEmpty else { throw .badRequest }
        var total = 0
        for index in value {
            guard let digit = bytes[index].digitValue else { throw .badRequest }
            let (tenfold, overflow) = total.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(digit)
            total = overflow || carry ? .max : sum
        }
        return total
    }

    /// Where the body ends, once all fields are noted.
    func framing(
        method: HTTPMethod, isHTTP10: Bool, limits: HTTPRequestLimits
    ) throws(HTTPRefusal) -> HTTPRequestHead.Framing {
        guard hosts == 1 || isHTTP10 && hosts == 0 else { throw .badRequest }
        if hasTransferCoding {
            guard length == nil, !isHTTP10 else { throw .badRequest }
            guard !hasUnknownCoding else { throw .notImplemented }
            guard isChunked else { throw .badRequest }
            return .chunked
        }
        if let length {
            guard length <= limits.body else { throw .contentTooLarge }
            return .length(length)
        }
        // Without a length there is no body (RFC 9112, section 6.3), which for a POST is surely an error.
        guard method != .post else { throw .lengthRequired }
        return .length(0)
    }

    /// Whether the client waits for `100 Continue`. HTTP/1.0 does not know of it, so there it means nothing
    /// (RFC 9110, section 10.1.1).
    func expectsContinue(isHTTP10: Bool) throws(HTTPRefusal) -> Bool {
        guard !isHTTP10 else { return false }
        guard unknownExpectations == 0 else { throw .expectationFailed }
        return expectations > 0
    }
}
