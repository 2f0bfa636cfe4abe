/// Why the server itself answers a request, and closes the connection after it: the raw value is the status.
///
/// After any of these the bytes that follow cannot be trusted to start a new request.
enum HTTPRefusal: Int, Error {
    case badRequest = 400
    case requestTimeout = 408
    case lengthRequired = 411
    case contentTooLarge = 413
    case requestLineTooLong = 414
    case expectationFailed = 417
    case headTooLarge = 431
    case notImplemented = 501
    case versionNotSupported = 505
}

/// How much of a request the parser takes. Sizes in bytes.
struct HTTPRequestLimits: Sendable {
    /// The request line without its line end; over it 414.
    var requestLine = 8 << 10
    /// The request line and the fields with all their line ends; over it 431. Chunk extensions and trailers get as much
    /// again: 400, 431.
    var head = 16 << 10
    /// The number of field lines; over it 431.
    var fields = 100
    /// The decoded body; over it 413.
    var body = 4 << 20
}
