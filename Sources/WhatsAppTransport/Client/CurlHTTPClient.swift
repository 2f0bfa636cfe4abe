#if Curl
import CCurl
import Synchronization
public import WhatsAppCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The HTTP client over libcurl: one thread for all exchanges, little processor time, and real back-pressure.
///
/// Needs the package trait `Curl` and libcurl 7.80 or newer. It speaks HTTP/1.1 and keeps connections for reuse. A body
/// that is not read makes the transfer pause, at 256 KiB, and with it the peer.
///
/// A request is sent once. When a kept connection turns out to be dead after the request was written to it, libcurl
/// would write it again on a new one; this client throws `connectionLost` instead, because the peer may have acted.
///
/// When the last reference is gone, exchanges whose response is still read go on to their end; then the thread ends and
/// the connections are closed. The proxy variables of the environment (`https_proxy`, `no_proxy`) are honoured.
public final class CurlHTTPClient: HTTPClient {
    /// What may be set about a client.
    public struct Configuration: Sendable {
        /// How many connections to one host may be open at once, 64 by default. Further requests wait for one.
        public var connectionsPerHost = 64
        /// How many idle connections, to all hosts together, are kept for reuse, 64 by default.
        public var idleConnections = 64
        /// How long finding the host, connecting and the TLS handshake may take together, 10 seconds by default. When it
        /// is over, the request fails with `cannotConnect`.
        public var connectTimeout = Duration.seconds(10)
        /// The file of the certificate authorities to trust, in PEM; `nil` means those that libcurl was built for. By default
        /// what `SSL_CERT_FILE` in the environment names, as OpenSSL has it: for a program that runs on a system other than
        /// its libcurl's.
        public var certificateAuthorities = getenv("SSL_CERT_FILE").map { String(cString: $0) }

        /// Makes the default configuration.
        public init() {}
    }

    /// The bytes of one body that may wait for their reader. With libcurl's pieces of at most 16 KiB this is the bound.
    static let bodyCapacity = 256 << 10

    private let mailbox = CurlMailbox()
    private let configuration: Configuration
    private let hasStarted = Atomic(false)
    private let lastID = Atomic<UInt64>(0)

    /// Makes a client. Its thread starts with the first request, and so takes no memory before.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    deinit {
        mailbox.close()
    }

    /// Sends `request`; see ``HTTPClient/send(_:)``.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let outgoing = try OutgoingRequest(request)
        try Task.checkCancellation()
        if !hasStarted.exchange(true, ordering: .relaxed) {
            CurlThread.start(mailbox: mailbox, configuration: configuration)
        }
        let id = lastID.add(1, ordering: .relaxed).newValue
        let exchange = ResponseExchange(
            capacity: Self.bodyCapacity,
            resume: { [mailbox] in mailbox.post(.resume(id)) },
            stop: { [mailbox] in mailbox.post(.stop(id)) })
        guard mailbox.post(.start(id, outgoing, exchange)) else {
            throw HTTPClientError(code: .cannotConnect, message: "The HTTP client could not start its thread.")
        }
        return try await exchange.response()
    }
}
#endif
