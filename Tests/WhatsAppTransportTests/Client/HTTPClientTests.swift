import Testing
import WhatsAppCore
import WhatsAppTransport

/// What our HTTP clients do beyond the promises of the port, and how they differ, each against a real socket. For the
/// promises see `HTTPClientConformanceTests`.
@Suite(.timeLimit(.minutes(1)))
struct HTTPClientTests {}

/// One implementation of the port.
struct Transport: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Where the two differ, a test has to say so.
    var isURLSession = false
    /// Makes a new client.
    var make: @Sendable () -> any HTTPClient

    #if URLSession
    static let urlSession = [Transport(testDescription: "URLSession", isURLSession: true) { URLSessionHTTPClient() }]
    #else
    static let urlSession: [Transport] = []
    #endif
    #if Curl
    static let curl = [Transport(testDescription: "libcurl") { CurlHTTPClient() }]
    #else
    static let curl: [Transport] = []
    #endif
    static let all = urlSession + curl
    /// Also the one of load tests, which is for plain HTTP and gives a response when it is whole.
    static let allOfWholes = all + [Transport(testDescription: "keep-alive") { KeepAliveHTTPClient() }]
}

/// Runs `body` and returns the client's error that it throws.
func clientError(_ body: () async throws -> Void) async throws -> HTTPClientError {
    try await #require(throws: HTTPClientError.self) { try await body() }
}
