import WhatsAppCore

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
    /// No more can be held in memory. The only one that may go better later.
    case overloaded = 503
    case versionNotSupported = 505

    /// What the client is answered.
    var response: HTTPResponse {
        HTTPResponse(status: rawValue, fields: self == .overloaded ? ["Retry-After": "5"] : [:])
    }
}
