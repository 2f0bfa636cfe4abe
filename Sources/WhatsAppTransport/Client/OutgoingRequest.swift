package import WhatsAppCore

/// A request that has been found fit to be sent, with the instant at which it has to be over.
///
/// Both clients send nothing else. What is refused here could otherwise become another request on the wire (a line
/// break in a field), leak (credentials in a URL), or be sent differently by the two clients.
package struct OutgoingRequest: Sendable {
    /// The longest time-out that is honoured; a longer one is shortened to it: 24 days.
    static let longestTimeout = Duration.seconds(24 * 86_400)

    /// The request as it was given.
    let request: HTTPRequest
    /// The host and port as they stand in the URL, for messages.
    package let host: String
    /// When the exchange has to be over.
    let deadline: ContinuousClock.Instant

    /// Checks `request` and starts its time.
    ///
    /// - Throws: ``HTTPClientError`` with the code `invalidRequest`, or `timedOut` when there is no time at all.
    package init(_ request: HTTPRequest, now: ContinuousClock.Instant = .now) throws {
        guard let host = Self.host(of: request.target) else {
            throw Self.invalid("The target is not an absolute http or https URL without credentials.")
        }
        guard request.method.rawValue.utf8.allSatisfy(\.isTokenByte), !request.method.rawValue.isEmpty else {
            throw Self.invalid("The method is not a token.")
        }
        guard request.body.isEmpty || (request.method != .get && request.method != .head) else {
            throw Self.invalid("A \(request.method) request carries no body.")
        }
        for field in request.fields.fields {
            guard field.name.utf8.allSatisfy(\.isTokenByte), !field.name.isEmpty else {
                throw Self.invalid("A field's name is not a token.")
            }
            guard field.value.utf8.allSatisfy({ $0 != 0x0D && $0 != 0x0A && $0 != 0 }) else {
                throw Self.invalid("The value of \(field.name) holds CR, LF or NUL.")
            }
            guard !["host", "content-length", "transfer-encoding"].contains(where: field.name.equalsIgnoringASCIICase)
            else {
                throw Self.invalid("The client sets \(field.name) itself.")
            }
        }
        self.request = request
        self.host = host
        self.deadline = now + min(request.timeout, Self.longestTimeout)
        guard request.timeout > .zero else { throw timedOut }
    }

    /// The error for a deadline that has passed.
    var timedOut: HTTPClientError {
        HTTPClientError(code: .timedOut, message: "No whole response from \(host) within \(request.timeout).")
    }

    /// The error for a redirect.
    package func redirectRefused(_ status: Int) -> HTTPClientError {
        HTTPClientError(code: .redirectRefused, message: "\(host) answered with a redirect (\(status)).")
    }

    /// Whether `status` is one of the redirects that a client could follow (RFC 9110, section 15.4).
    package static func isRedirect(_ status: Int) -> Bool {
        [301, 302, 303, 307, 308].contains(status)
    }

    private static func invalid(_ message: String) -> HTTPClientError {
        HTTPClientError(code: .invalidRequest, message: message)
    }

    /// The host and port of an absolute `http` or `https` URL of URL characters; `nil` for anything else.
    private static func host(of target: String) -> String? {
        let bytes = Array(target.utf8)
        guard bytes.allSatisfy(\.isURLByte) else { return nil }
        guard let scheme = ["http://", "https://"].first(where: { target.prefix($0.count).lowercased() == $0 })
        else { return nil }
        let authority = bytes.dropFirst(scheme.utf8.count).prefix { !Array("/?#".utf8).contains($0) }
        guard !authority.contains(UInt8(ascii: "@")) else { return nil }
        // A bracketed IPv6 address holds colons: the port's colon is the one after the bracket.
        let afterAddress = authority.lastIndex(of: UInt8(ascii: "]")) ?? authority.startIndex
        let name = authority[..<(authority[afterAddress...].firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex)]
        let port = authority[name.endIndex...].dropFirst()
        guard !name.isEmpty, port.count <= 5, port.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
        else { return nil }
        return String(decoding: authority, as: UTF8.self)
    }
}

extension UInt8 {
    /// Whether the byte may stand in a token (RFC 9110, section 5.6.2): a method or a field's name.
    fileprivate var isTokenByte: Bool { isLetterOrDigit || Self.tokenMarks.contains(self) }

    /// Whether the byte may stand in a URL (RFC 3986, section 2): reserved, unreserved, or the percent sign.
    fileprivate var isURLByte: Bool { isLetterOrDigit || Self.urlMarks.contains(self) }

    private var isLetterOrDigit: Bool {
        asciiLowercased &- UInt8(ascii: "a") < 26 || self &- UInt8(ascii: "0") < 10
    }

    private static let tokenMarks = Array("!#$%&'*+-.^_`|~".utf8)
    private static let urlMarks = Array("-._~:/?#[]@!$&'()*+,;=%".utf8)
}
