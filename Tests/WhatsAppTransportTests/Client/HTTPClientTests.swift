import Testing
import WhatsAppCore
import WhatsAppTransport

/// What every HTTP client has to do, tried on each of them against a real socket.
@Suite(.timeLimit(.minutes(1)))
struct HTTPClientTests {}

/// One implementation of the port.
struct Transport: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Makes a new client.
    var make: @Sendable () -> any HTTPClient

    /// Where the two differ, a test has to say so.
    var isURLSession: Bool { testDescription == Self.urlSession.testDescription }

    static let urlSession = Transport(testDescription: "URLSession") { URLSessionHTTPClient() }
    #if Curl
    static let curl = Transport(testDescription: "libcurl") { CurlHTTPClient() }
    static let all = [urlSession, curl]
    #else
    static let all = [urlSession]
    #endif
}

/// Runs `body` and returns the client's error that it throws.
func clientError(_ body: () async throws -> Void) async throws -> HTTPClientError {
    try await #require(throws: HTTPClientError.self) { try await body() }
}
