extension HTTP1Server {
    /// What a server listens on and what it takes. The defaults suit a webhook behind a proxy.
    public struct Configuration: Sendable {
        /// An IPv4 or IPv6 literal, or `localhost`, which is 127.0.0.1. Names are not looked up. `0.0.0.0` and `::` are all
        /// addresses of the machine. By default 127.0.0.1.
        public var host: String
        /// The TCP port; 0, the default, lets the system choose: see ``HTTP1Server/port``.
        public var port: Int
        /// The most connections at a time, 10,000 by default. Others wait in the kernel's queue until one ends.
        ///
        /// Of the descriptors that the process may have open, 100 are left to everything else, however many clients come:
        /// without them no journal and no answer. See ``DescriptorLimit``.
        public var maximumConnections = 10_000

        /// The longest request line in bytes, 8 KiB by default. A longer one is answered with 414.
        public var requestLineLimit = 8 << 10
        /// The longest request head in bytes, 16 KiB by default. A longer one is answered with 431.
        public var headLimit = 16 << 10
        /// The most header fields, 100 by default. More are answered with 431.
        public var fieldLimit = 100
        /// The longest request body in bytes, decoded, 4 MiB by default. A longer one, declared or sent, is answered
        /// with 413.
        public var bodyLimit = 4 << 20
        /// The most bytes that all connections hold together, 32 MiB by default: requests, incomplete or being answered, and
        /// responses that wait for their client, up to 64 KiB each. The request that exceeds it while it is incomplete is
        /// answered with 503 and `Retry-After`, and a client that does not take its responses is cut off; small requests,
        /// which come in one piece, are served on. The memory that is taken may be twice as much.
        public var requestMemoryLimit = 32 << 20

        /// The time from the first byte of a request to the end of its head, 10 seconds by default. Then 408.
        ///
        /// All deadlines are looked at once a second, or as often as the shortest of them asks for.
        public var headDeadline = Duration.seconds(10)
        /// The time from the end of the head to the end of the body, 20 seconds by default. Then 408.
        public var bodyDeadline = Duration.seconds(20)
        /// How long a connection may stay open without a request, 60 seconds by default. Then it is closed silently.
        public var idleDeadline = Duration.seconds(60)
        /// How long a client may leave a response unread, 30 seconds by default. Then the connection is cut.
        public var writeDeadline = Duration.seconds(30)
        /// How long requests under way are waited for when the server is to stop, 30 seconds by default.
        public var gracePeriod = Duration.seconds(30)

        /// Makes a configuration with defaults for all that is not said here.
        public init(host: String = "127.0.0.1", port: Int = 0) {
            self.host = host
            self.port = port
        }

        /// The literal to listen on.
        var address: String { host == "localhost" ? "127.0.0.1" : host }

        var settings: ServerLoop.Settings {
            ServerLoop.Settings(
                connections: min(maximumConnections, max(DescriptorLimit.current - 100, 1)),
                bytesHeld: requestMemoryLimit,
                limits: HTTPRequestLimits(
                    requestLine: requestLineLimit, head: headLimit, fields: fieldLimit, body: bodyLimit),
                deadlines: ConnectionState.Deadlines(
                    head: headDeadline, body: bodyDeadline, idle: idleDeadline, write: writeDeadline),
                gracePeriod: gracePeriod)
        }

        /// Checks everything that can be checked without the system, and lists all problems at once.
        func validate() throws(HTTP1ServerError) {
            var problems: [String] = []
            func check(_ isRight: Bool, _ problem: String) {
                if !isRight { problems.append(problem) }
            }
            check((0...65_535).contains(port), "port: \(port) is not from 0 to 65535")
            check(!host.isEmpty, "host: empty")
            let counts = [
                ("maximumConnections", maximumConnections), ("requestLineLimit", requestLineLimit),
                ("headLimit", headLimit), ("fieldLimit", fieldLimit), ("bodyLimit", bodyLimit),
                ("requestMemoryLimit", requestMemoryLimit),
            ]
            for (name, count) in counts {
                check((1...1 << 31).contains(count), "\(name): \(count) is not from 1 to 2^31")
            }
            let times = [
                ("headDeadline", headDeadline), ("bodyDeadline", bodyDeadline), ("idleDeadline", idleDeadline),
                ("writeDeadline", writeDeadline),
            ]
            for (name, time) in times { check(time > .zero, "\(name): \(time) is not more than zero") }
            check(gracePeriod >= .zero, "gracePeriod: \(gracePeriod) is less than zero")
            guard problems.isEmpty else {
                throw HTTP1ServerError(
                    code: .invalidConfiguration, message: problems.joined(separator: "; ") + ".")
            }
        }
    }
}
