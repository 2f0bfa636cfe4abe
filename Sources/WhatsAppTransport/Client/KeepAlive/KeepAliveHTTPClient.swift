import CSystem
import Synchronization
package import WhatsAppCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The HTTP client of load tests: HTTP/1.1 to an address, without TLS, on one thread, at a few microseconds a request, so
/// that the server's limit is found and not the client's.
///
/// It keeps to the port's contract but for two things: a response is returned when it is whole, and a host is an IPv4 or
/// IPv6 literal or `localhost`, which is 127.0.0.1. A request is written once, never again on another connection. When the
/// last reference is gone the thread ends and the connections are closed.
package final class KeepAliveHTTPClient: HTTPClient {
    /// What the thread is asked.
    enum Command: Sendable {
        case start(Exchange)
        case cancel(UInt64)
    }

    /// One request on its way, and who waits for its response.
    struct Exchange: Sendable {
        var id: UInt64
        var outgoing: OutgoingRequest
        var continuation: CheckedContinuation<HTTPResponse, any Error>
    }

    /// The way to the thread: a queue, and the loop's bell. The executor runs no jobs here.
    final class Mailbox: Sendable {
        let bell: LoopExecutor
        private let state = Mutex((commands: [Command](), isOpen: true))

        init() throws(SystemError) { bell = try LoopExecutor() }

        /// Queues a command. Returns `false` when the thread takes none any more.
        func post(_ command: Command) -> Bool {
            let (isOpen, isFirst) = state.withLock { state in
                if state.isOpen { state.commands.append(command) }
                return (state.isOpen, state.commands.count == 1)
            }
            if isOpen, isFirst { bell.wake() }
            return isOpen
        }

        /// For the thread: exchanges what is queued for `spare`, which is empty and only lends its memory.
        func take(_ spare: inout [Command]) { state.withLock { swap(&$0.commands, &spare) } }

        /// For the thread: takes no more, and answers what nobody will.
        func close() {
            let commands = state.withLock { state in
                defer { state = ([], false) }
                return state.commands
            }
            for case .start(let exchange) in commands { exchange.continuation.resume(throwing: Self.isClosed) }
        }

        static let isClosed = HTTPClientError(code: .cannotConnect, message: "The HTTP client could not be set up.")
    }

    /// `nil` when the system has no descriptor or thread left.
    private let mailbox: Mailbox?
    private let lastID = Atomic<UInt64>(0)

    /// Makes a client and starts its thread.
    /// - Parameter connections: how many may be open at once; further requests wait for one.
    package init(connections: Int = 256) {
        mailbox = (try? Mailbox()).flatMap { mailbox in
            let error = OSThread.start {
                if let poller = try? Poller() {
                    KeepAliveLoop(mailbox: mailbox, poller: poller, limit: connections).run()
                }
                mailbox.close()
            }
            return error == 0 ? mailbox : nil
        }
    }

    deinit { mailbox?.bell.stop() }

    /// Whether requests to this URL can be sent.
    package static func speaks(to url: String) -> Bool {
        (try? OutgoingRequest(HTTPRequest(target: url))).flatMap { Address($0) } != nil
    }

    /// Sends `request`; see ``HTTPClient/send(_:)``.
    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let outgoing = try OutgoingRequest(request)
        guard let mailbox else { throw Mailbox.isClosed }
        let id = lastID.add(1, ordering: .relaxed).newValue
        let response = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let exchange = Exchange(id: id, outgoing: outgoing, continuation: continuation)
                if !mailbox.post(.start(exchange)) { continuation.resume(throwing: Mailbox.isClosed) }
            }
        } onCancel: {
            _ = mailbox.post(.cancel(id))
        }
        guard !OutgoingRequest.isRedirect(response.status) else { throw outgoing.redirectRefused(response.status) }
        return response
    }

    /// Where a request goes.
    struct Address: Hashable {
        var host: String
        var port: UInt16

        /// `nil` for what this client cannot reach.
        init?(_ outgoing: OutgoingRequest) {
            guard outgoing.request.target.prefix(7).lowercased() == "http://" else { return nil }
            let host = outgoing.host
            let end =
                host.hasPrefix("[") ? host.lastIndex(of: "]").map { host.index(after: $0) } : host.lastIndex(of: ":")
            let name = host[..<(end ?? host.endIndex)]
            let port = host[name.endIndex...].dropFirst()
            guard let number = port.isEmpty ? 80 : UInt16(port) else { return nil }
            self.port = number
            self.host = name == "localhost" ? "127.0.0.1" : String(name.drop { $0 == "[" }.prefix { $0 != "]" })
            var storage = sockaddr_storage()
            guard csystem_address(self.host, self.port, &storage) > 0 else { return nil }
        }
    }
}
