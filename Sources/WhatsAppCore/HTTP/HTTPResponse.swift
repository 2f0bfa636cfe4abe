/// An HTTP response: a status, header fields, and a body that may still be arriving.
public struct HTTPResponse: Sendable {
    /// The status code, 100 to 599.
    public var status: Int
    /// The header fields. A server adds `Content-Length` or `Transfer-Encoding`, and `Date`, by itself.
    public var fields: HTTPFields
    /// The body.
    public var body: HTTPBody

    /// Makes a response; without a body it is empty.
    public init(status: Int, fields: HTTPFields = [:], body: HTTPBody = .bytes([])) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// How long the server asks to wait, by a `Retry-After` in seconds; one with a date is passed over (RFC 9110, 10.2.3).
    package var retryAfter: Duration? {
        fields["Retry-After"].flatMap { value in
            let isNumber = (1...9).contains(value.utf8.count) && value.utf8.allSatisfy(\.isASCIIDigit)
            return isNumber ? Int64(value).map { .seconds($0) } : nil
        }
    }
}

/// A body as a sequence of pieces, cut anywhere. It can be read once.
///
/// A reader that stops early, by leaving the loop or by being cancelled, ends the transfer behind it.
public struct HTTPBody: AsyncSequence, Sendable {
    /// A piece, of any length but 0.
    public typealias Element = [UInt8]
    /// What the transfer throws.
    public typealias Failure = any Error

    private enum Source: Sendable {
        case bytes([UInt8])
        case stream(any AsyncSequence<[UInt8], any Error> & Sendable)
    }
    private let source: Source

    /// A body that is there already.
    public static func bytes(_ bytes: [UInt8]) -> HTTPBody { HTTPBody(source: .bytes(bytes)) }

    /// A body of UTF-8 text that is there already.
    public static func text(_ text: String) -> HTTPBody { .bytes(Array(text.utf8)) }

    /// A body that arrives over time. What `stream` throws, the reader gets.
    public static func stream(_ stream: any AsyncSequence<[UInt8], any Error> & Sendable) -> HTTPBody {
        HTTPBody(source: .stream(stream))
    }

    /// The whole body, when it was made from bytes; `nil` for one that arrives over time.
    public var knownBytes: [UInt8]? {
        if case .bytes(let bytes) = source { bytes } else { nil }
    }

    /// The length of the whole body, when it was made from bytes.
    package var knownLength: Int? {
        if case .bytes(let bytes) = source { bytes.count } else { nil }
    }

    /// Reads the body to its end.
    ///
    /// - Parameter limit: the most bytes to hold, 1 MiB by default.
    /// - Throws: ``HTTPClientError`` with the code `bodyTooLarge` past the limit, and whatever the transfer throws.
    public func collect(upTo limit: Int = 1 << 20) async throws -> [UInt8] {
        var whole: [UInt8] = []
        for try await piece in self {
            guard whole.count + piece.count <= limit else {
                throw HTTPClientError(code: .bodyTooLarge, message: "The body is longer than \(limit) bytes.")
            }
            whole.append(contentsOf: piece)
        }
        return whole
    }

    /// Begins to read. A body is read once.
    public func makeAsyncIterator() -> Iterator {
        switch source {
        case .bytes(let bytes): Iterator(bytes: bytes.isEmpty ? nil : bytes, stream: nil)
        case .stream(let stream): Iterator(bytes: nil, stream: Self.iterator(of: stream))
        }
    }

    private static func iterator(
        of stream: some AsyncSequence<[UInt8], any Error>
    ) -> any AsyncIteratorProtocol<[UInt8], any Error> {
        stream.makeAsyncIterator()
    }

    /// Reads a body piece by piece.
    public struct Iterator: AsyncIteratorProtocol {
        var bytes: [UInt8]?
        var stream: (any AsyncIteratorProtocol<[UInt8], any Error>)?

        /// The next piece; `nil` at the end.
        public mutating func next() async throws -> [UInt8]? {
            try await next(isolation: nil)
        }

        /// The next piece; `nil` at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            if stream != nil { return try await stream?.next(isolation: actor) }
            defer { bytes = nil }
            return bytes
        }
    }
}
