/// An HTTP request method, as the token that stands in the request line. Methods are case-sensitive (RFC 9110, section 9.1).
public struct HTTPMethod: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The token.
    public var rawValue: String
    /// Takes any token.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The token.
    public var description: String { rawValue }

    /// `GET`
    public static let get = HTTPMethod(rawValue: "GET")
    /// `HEAD`
    public static let head = HTTPMethod(rawValue: "HEAD")
    /// `POST`
    public static let post = HTTPMethod(rawValue: "POST")
    /// `OPTIONS`
    public static let options = HTTPMethod(rawValue: "OPTIONS")
}

/// One HTTP request, as a client sends it or as a server received it, body included.
public struct HTTPRequest: Sendable {
    /// The method.
    public var method: HTTPMethod
    /// For a client the absolute URL; for a server the request target as received (`/path?query`).
    public var target: String
    /// The header fields. A client adds `Host` and `Content-Length` by itself.
    public var fields: HTTPFields
    /// The body, whole. Empty means none.
    public var body: [UInt8]
    /// For a client: the time for the whole exchange, from the call to the last byte of the response's body.
    /// When it has passed, the call or the body throws ``HTTPClientError`` with the code `timedOut`. A server ignores it.
    public var timeout: Duration

    /// Makes a request. `timeout` is 30 seconds unless told otherwise.
    public init(
        method: HTTPMethod = .get, target: String, fields: HTTPFields = [:], body: [UInt8] = [],
        timeout: Duration = .seconds(30)
    ) {
        self.method = method
        self.target = target
        self.fields = fields
        self.body = body
        self.timeout = timeout
    }

    /// The target up to the first `?`, undecoded; of an absolute URL the part behind the authority (RFC 9112, section 3.2.2).
    public var path: String {
        guard target.utf8.first != UInt8(ascii: "/") else { return Self.path(target) }
        let parts = target.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0].hasSuffix(":"), parts[1].isEmpty else { return Self.path(target) }
        return Self.path("/" + (parts.count > 3 ? parts[3] : ""))
    }

    private static func path(_ target: String) -> String {
        let length = target.withUTF8InPlace { $0.firstIndex(of: UInt8(ascii: "?")) }
        return length.map { String(Substring(target.utf8.prefix($0))) } ?? target
    }

    /// The query's names and values, percent-decoded, in order; `+` means a blank.
    ///
    /// A pair whose escapes are not valid, or do not decode to UTF-8, is kept undecoded: no input is refused here.
    public var queryItems: [(name: String, value: String)] {
        let bytes = Array(target.utf8)
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")) else { return [] }
        return bytes[(mark + 1)...].split(separator: UInt8(ascii: "&")).map { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (PercentEncoding.decode(parts[0]), parts.count > 1 ? PercentEncoding.decode(parts[1]) : "")
        }
    }
}

/// Percent-encoding of URL components (RFC 3986, section 2).
public enum PercentEncoding {
    /// Encodes everything but the unreserved characters, so that the result can stand as one query value or path segment.
    public static func encode(_ text: String) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                out.append(byte)
            default:
                out.append(UInt8(ascii: "%"))
                out.append(contentsOf: Hex.uppercase(byte))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    static func decode(_ bytes: ArraySlice<UInt8>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "+"):
                out.append(UInt8(ascii: " "))
                index += 1
            case UInt8(ascii: "%"):
                guard index + 2 < bytes.endIndex, let high = Hex.value(bytes[index + 1]),
                    let low = Hex.value(bytes[index + 2])
                else { return String(decoding: bytes, as: UTF8.self) }
                out.append(high << 4 | low)
                index += 3
            case let byte:
                out.append(byte)
                index += 1
            }
        }
        return String(validating: out, as: UTF8.self) ?? String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// A base URL, to which a path that begins with a slash is appended.
    package var droppingTrailingSlashes: String {
        var text = self[...]
        while text.utf8.last == UInt8(ascii: "/") { text.removeLast() }
        return String(text)
    }
}
