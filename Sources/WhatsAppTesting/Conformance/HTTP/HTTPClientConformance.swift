public import WhatsAppCore

/// Checks the promises of ``WhatsAppCore/HTTPClient``, against servers on 127.0.0.1 and against peers that are no decent
/// servers.
///
/// ```swift
/// #expect(await HTTPClientConformance.check { MyHTTPClient() }.isEmpty)
/// ```
public enum HTTPClientConformance {
    /// What is checked, each by itself.
    public enum Promise: String, Sendable, CaseIterable {
        /// Methods, targets, fields and bodies of up to 3 MB; no cookies are kept, and no compression asked for.
        case request = "The server gets exactly the request"
        /// With its fields and its body; a challenge is not answered.
        case anyStatus = "A response of any status but a redirect is returned as it is"
        /// To the same host or another, and without a target.
        case redirects = "A redirect is refused, and not followed"
        /// Of a body that arrives over time.
        case streams = "The head is there before the body is, and pieces as they arrive"
        /// Requests that would become another request on the wire.
        case invalidRequest = "A request that cannot be sent as it is is refused as invalid, and not sent"
        /// Before the call.
        case cancelledBefore = "A cancelled task sends nothing and gets a CancellationError"
        /// Between the request and the head.
        case cancelledInHead = "Cancelling while the head is awaited throws a CancellationError"
        /// While the body is read.
        case cancelledInBody = "Cancelling while the body is read throws a CancellationError, and is not an end"
        /// A hundred requests.
        case manyAtOnce = "Of many requests at once each gets its own response"

        /// By length, chunked, by the end of the connection, and cut anywhere.
        case framing = "Framing and cuts do not matter, and interim heads are passed over"
        /// Short of its length, or of its last chunk.
        case truncation = "A body that is cut off is an error, never an end"
        /// An orderly end, and a reset.
        case lostConnection = "A connection that ends before the head is lost, and the request may have been acted on"
        /// What does not begin as HTTP does.
        case notHTTP = "What is not HTTP is an error, after which the request may have been acted on"
        /// Nobody listens, no such host, and no TLS.
        case cannotConnect = "Where no connection can be made the error says so, and that nothing was sent"
        /// Before the head, within the body, and while nobody reads.
        case timeout = "When the time-out has passed, the call or the body throws"
        /// Zero and less.
        case noTime = "Without any time nothing is sent, and the call throws as if it had passed"
        /// By cancelling, by leaving the loop, by never reading.
        case letsGo = "An exchange that is given up ends on the wire"
        /// One after the other, and after an idle connection was closed.
        case reuse = "Connections are used again, unless the peer has closed them"
        /// A kept connection that ends under a request.
        case noRetry = "Nothing is sent again"
        /// A body without end, and nobody reads. The port does not ask this: a client may be unable to slow a peer down.
        case bounded = "A body that nobody reads is not taken in without bound"
        /// Of each error above.
        case discreet = "Errors tell of the request no more than the host"

        /// Whether it can be seen only on a wire.
        public var needsWire: Bool {
            switch self {
            case .request, .anyStatus, .redirects, .streams, .invalidRequest, .cancelledBefore, .cancelledInHead,
                .cancelledInBody, .manyAtOnce:
                false
            default: true
            }
        }
    }

    /// Checks a client over loopback.
    /// - Parameters:
    ///   - promises: what is checked; by default all.
    ///   - limit: how long a check may take; a client that hangs does not keep its promise.
    ///   - make: makes a client, once or several times for each promise.
    /// - Returns: what was found; nothing if all is well.
    public static func check(
        _ promises: [Promise] = Promise.allCases, within limit: Duration = .seconds(30),
        _ make: @escaping @Sendable () -> any HTTPClient
    ) async -> [Violation] {
        await violations(of: promises, within: limit) { promise, findings in
            if promise.needsWire {
                try await checkWire(promise, make, findings)
            } else {
                try await checkExchange(
                    promise, { handler, body in try await withLoopbackServer(handler) { try await body(make(), $0) } },
                    findings)
            }
        }
    }

    /// Checks a client that has no wire below it, but handlers: what can be seen without one.
    /// - Parameters:
    ///   - promises: what is checked; of these, those that need no wire.
    ///   - limit: how long a check may take.
    ///   - make: makes a client that gives the requests to a host, such as `http://peer.test`, to its handler.
    /// - Returns: what was found; nothing if all is well.
    public static func check(
        _ promises: [Promise] = Promise.allCases, within limit: Duration = .seconds(30),
        inMemory make: @escaping @Sendable (_ handlers: [String: any HTTPHandler]) -> any HTTPClient
    ) async -> [Violation] {
        let url = "http://peer.test"
        return await violations(of: promises.filter { !$0.needsWire }, within: limit) { promise, findings in
            try await checkExchange(promise, { try await $1(make([url: $0]), url) }, findings)
        }
    }

    /// Brings a client before a handler while `body` runs, which is given the URL without a slash at its end.
    typealias Setting =
        @Sendable (
            _ handler: any HTTPHandler, _ body: (_ client: any HTTPClient, _ url: String) async throws -> Void
        ) async throws -> Void
    typealias Make = @Sendable () -> any HTTPClient

    private static func checkExchange(_ promise: Promise, _ setting: Setting, _ findings: Findings) async throws {
        switch promise {
        case .request: try await request(setting, findings)
        case .anyStatus: try await anyStatus(setting, findings)
        case .redirects: try await redirects(setting, findings)
        case .streams: try await streams(setting, findings)
        case .invalidRequest: try await invalidRequest(setting, findings)
        case .cancelledBefore: try await cancelledBefore(setting, findings)
        case .cancelledInHead: try await cancelledInHead(setting, findings)
        case .cancelledInBody: try await cancelledInBody(setting, findings)
        default: try await manyAtOnce(setting, findings)
        }
    }

    private static func checkWire(_ promise: Promise, _ make: @escaping Make, _ findings: Findings) async throws {
        switch promise {
        case .framing: try await framing(make, findings)
        case .truncation: try await truncation(make, findings)
        case .lostConnection: try await lostConnection(make, findings)
        case .notHTTP: try await notHTTP(make, findings)
        case .cannotConnect: try await cannotConnect(make, findings)
        case .timeout: try await timeout(make, findings)
        case .noTime: try await noTime(make, findings)
        case .letsGo: try await letsGo(make, findings)
        case .reuse: try await reuse(make, findings)
        case .noRetry: try await noRetry(make, findings)
        case .bounded: try await bounded(make, findings)
        default: try await discreet(make, findings)
        }
    }
}

extension Findings {
    /// Runs `body`, and reports unless it throws a client's error with one of these codes.
    @discardableResult
    func expectClientError(
        _ what: String, _ codes: HTTPClientError.Code..., body: () async throws -> Void
    ) async -> HTTPClientError? {
        guard let error = await expectError(what, body) else { return nil }
        guard let error = error as? HTTPClientError else {
            report("\(what): \(error)")
            return nil
        }
        expect(codes.isEmpty || codes.contains(error.code), "\(what): \(error)")
        return error
    }

    /// Runs `body`, and reports unless it throws a `CancellationError`.
    func expectCancellation(_ what: String, _ body: () async throws -> Void) async {
        guard let error = await expectError(what, body) else { return }
        expect(error is CancellationError, "\(what): \(error)")
    }
}
