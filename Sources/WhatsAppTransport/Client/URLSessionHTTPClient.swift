#if URLSession
import Dispatch
import Foundation
import Synchronization
public import WhatsAppCore

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The HTTP client over Foundation's `URLSession`. It needs nothing that is not there; the default.
///
/// Connections are kept for reuse. No redirect is followed, no cookie, cache or stored credential is used.
///
/// What `URLSession` cannot do, on Linux above all (read in swift-corelibs-foundation, and measured with Swift 6.3):
/// - A body cannot be slowed down: suspending a task restarts its request. A reader that falls behind by more than
///   ``Configuration/bodyBufferLimit`` gets `bodyTooLarge`. Ending a transfer takes effect when the peer pauses: one that
///   sends without any pause keeps the session from everything else.
/// - Fields of a response arrive in no particular order, repeated ones joined by commas; so do those of a request.
/// - When a kept connection turns out to be dead after a request was written to it, the system writes the request again
///   on a new one. That is prevented for all methods but the safe ones (`GET`, `HEAD`, `OPTIONS`).
/// - A failed TLS handshake looks like a lost connection. That errs on the safe side: `mayHaveBeenSent` is `true`.
/// - Each request leaves 150 to 250 bytes behind for good: Foundation has libcurl take the URL apart, to compare its host,
///   and then frees the handle but not the parts (`curl_free` for `curl_url_cleanup` in `CFURLSessionCurlHostIsEqual`). No
///   setting and no new session avoids that. For millions of requests build with the trait `Curl`.
/// - The first exchange on a new connection, and each with a body of more than 64 KiB, keeps most of a core busy until its
///   response is complete: once libcurl has asked when the socket can be written to, Foundation goes on telling it
///   (`createSources` of `_SocketSources` in `MultiHandle.swift` adds a write source, and none is taken back). No setting
///   avoids that; peers that keep connections open make it rare, and the trait `Curl` does not have it.
/// - Trailers after a chunked body end the process, inside Foundation. Servers send them only to who asks for them (`TE`).
///
/// When the last reference is gone, exchanges whose response is still read go on to their end; then the sessions are freed
/// (Linux forgets to close a socket now and then, so make one client, not many).
public final class URLSessionHTTPClient: HTTPClient {
    /// What may be set about a client.
    public struct Configuration: Sendable {
        /// How many connections to one host may be open at once, 64 by default. Further requests wait for one.
        public var connectionsPerHost = 64
        /// How many bytes of one body may wait for their reader, 16 MiB by default.
        public var bodyBufferLimit = 16 << 20

        /// Makes the default configuration.
        public init() {}
    }

    private let kept: Session
    /// For requests that must not be sent twice and have no body whose second sending would be noticed. Each connection
    /// serves one of them, so that none can be found dead.
    private let unkept: Session

    /// Makes a client with sessions of its own.
    public init(configuration: Configuration = Configuration()) {
        kept = Session(configuration)
        unkept = Session(configuration)
    }

    deinit {
        kept.session.finishTasksAndInvalidate()
        unkept.session.finishTasksAndInvalidate()
    }

    /// Sends `request`; see ``HTTPClient/send(_:)``.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let outgoing = try OutgoingRequest(request)
        var urlRequest = try Self.urlRequest(outgoing)
        try Task.checkCancellation()
        let isSafe = [.get, .head, .options].contains(request.method)
        guard isSafe || !request.body.isEmpty else {
            urlRequest.setValue("close", forHTTPHeaderField: "Connection")
            return try await unkept.begin(outgoing, urlRequest).response()
        }
        return try await kept.begin(outgoing, urlRequest).response()
    }

    private static func urlRequest(_ outgoing: OutgoingRequest) throws -> URLRequest {
        let request = outgoing.request
        guard let url = URL(string: request.target), url.absoluteString == request.target else {
            throw HTTPClientError(code: .invalidRequest, message: "URLSession would send another URL than the target.")
        }
        var result = URLRequest(url: url)
        result.httpMethod = request.method.rawValue
        result.httpShouldHandleCookies = false
        // Without this the system asks for compression and undoes it. What is read is to be what was sent.
        result.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        for field in request.fields.fields { result.addValue(field.value, forHTTPHeaderField: field.name) }
        if let encoding = request.fields["Accept-Encoding"] {
            result.setValue(encoding, forHTTPHeaderField: "Accept-Encoding")
        }
        if !request.body.isEmpty { result.httpBody = Data(request.body) }
        return result
    }
}

/// A session and its delegate. The session keeps its delegate until it is invalidated; the delegate knows no session.
private struct Session: Sendable {
    let session: URLSession
    private let exchanges: SessionExchanges

    init(_ configuration: URLSessionHTTPClient.Configuration) {
        let settings = URLSessionConfiguration.ephemeral
        settings.httpMaximumConnectionsPerHost = max(1, configuration.connectionsPerHost)
        settings.httpCookieStorage = nil
        settings.httpShouldSetCookies = false
        settings.httpCookieAcceptPolicy = .never
        settings.urlCache = nil
        settings.requestCachePolicy = .reloadIgnoringLocalCacheData
        settings.urlCredentialStorage = nil
        // These count idle time. The request's own time-out counts all of it, and is kept by a timer of ours.
        settings.timeoutIntervalForRequest = OutgoingRequest.longestTimeout / .seconds(1)
        settings.timeoutIntervalForResource = OutgoingRequest.longestTimeout / .seconds(1)
        exchanges = SessionExchanges(bufferLimit: configuration.bodyBufferLimit)
        session = URLSession(configuration: settings, delegate: exchanges, delegateQueue: .forDelegate)
    }

    func begin(_ outgoing: OutgoingRequest, _ request: URLRequest) -> ResponseExchange {
        let task = session.dataTask(with: request)
        let exchange = exchanges.begin(task, outgoing)
        task.resume()
        return exchange
    }
}

/// The exchanges of one session, and its delegate: gives each callback to the exchange that it belongs to.
///
/// The session calls its delegate on one serial queue.
private final class SessionExchanges: NSObject, URLSessionDataDelegate {
    private struct Entry: Sendable {
        let task: URLSessionDataTask
        let outgoing: OutgoingRequest
        let exchange: ResponseExchange
    }

    private let bufferLimit: Int
    private let entries = Mutex<[Int: Entry]>([:])
    /// On Linux `cancel` waits for the session's own queue, which may wait for this delegate's: so it is called here.
    private let canceller = DispatchQueue(label: "URLSessionHTTPClient.cancel")
    private let timer = DeadlineTimer()

    init(bufferLimit: Int) {
        self.bufferLimit = bufferLimit
        super.init()
        timer.start { [weak self] in self?.expire($0) }
    }

    /// Makes the exchange of a task that has not been resumed yet, and starts its time.
    func begin(_ task: URLSessionDataTask, _ outgoing: OutgoingRequest) -> ResponseExchange {
        // A task holds its session. Only the entry holds the task, so that a body still in use does not hold the session.
        let id = task.taskIdentifier
        let exchange = ResponseExchange(
            capacity: bufferLimit,
            resume: {},  // Never needed: a full buffer ends the exchange.
            stop: { [weak self] in self?.end(id, with: CancellationError()) })
        entries.withLock { $0[id] = Entry(task: task, outgoing: outgoing, exchange: exchange) }
        timer.wake(by: outgoing.deadline)
        return exchange
    }

    private func entry(_ task: URLSessionTask) -> Entry? {
        entries.withLock { $0[task.taskIdentifier] }
    }

    private func remove(_ id: Int) -> Entry? {
        entries.withLock { $0.removeValue(forKey: id) }
    }

    /// Ends the exchanges whose time is over, and returns the earliest deadline of the others.
    private func expire(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let entries = entries.withLock { $0 }
        for (id, entry) in entries where entry.outgoing.deadline <= now { end(id, with: entry.outgoing.timedOut) }
        return entries.values.lazy.map(\.outgoing.deadline).filter { $0 > now }.min()
    }

    /// Ends the exchange early. What the task still reports finds no entry any more.
    private func end(_ id: Int, with error: (any Error)?) {
        guard let entry = remove(id) else { return }
        canceller.async { entry.task.cancel() }
        entry.exchange.finish(error)
    }

    // MARK: URLSessionDataDelegate

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        completionHandler(begin(dataTask, response) ? .allow : .cancel)
    }

    /// Hands over the head, unless it is a redirect.
    private func begin(_ task: URLSessionTask, _ response: URLResponse?) -> Bool {
        guard let entry = entry(task) else { return false }
        guard let response = response as? HTTPURLResponse else {
            let message = "\(entry.outgoing.host) did not answer with HTTP."
            end(task.taskIdentifier, with: HTTPClientError(code: .malformedResponse, message: message))
            return false
        }
        // Linux shows interim heads too.
        guard response.statusCode >= 200 else { return true }
        guard !OutgoingRequest.isRedirect(response.statusCode) else {
            end(task.taskIdentifier, with: entry.outgoing.redirectRefused(response.statusCode))
            return false
        }
        var fields = HTTPFields()
        for case (let name as String, let value as String) in response.allHeaderFields {
            // Linux leaves the white space after a value.
            fields.add(name, value.trimmingCharacters(in: .whitespaces))
        }
        entry.exchange.begin(status: response.statusCode, fields: fields)
        return true
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard let entry = entry(dataTask), entry.exchange.receive(Array(data)) == .pause else { return }
        end(
            dataTask.taskIdentifier,
            with: HTTPClientError(
                code: .bodyTooLarge, message: "\(entry.outgoing.host) sends faster than the body is read."))
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        // Linux announces no head for a redirect that names no location.
        if error == nil, let status = (task.response as? HTTPURLResponse)?.statusCode,
            OutgoingRequest.isRedirect(status), !begin(task, task.response)
        {
            return
        }
        guard let entry = remove(task.taskIdentifier) else { return }
        let wasSent = task.countOfBytesSent > 0
        entry.exchange.finish(error.map { HTTPClientError($0, afterSending: wasSent, host: entry.outgoing.host) })
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
        guard let entry = entry(task) else { return }
        end(task.taskIdentifier, with: entry.outgoing.redirectRefused(response.statusCode))
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        #if canImport(FoundationNetworking)
        // Linux asks when the whole 401 response has been delivered. Whoever called is to see it as it is; any other way
        // out would send the request again, or crash for "Digest".
        end(task.taskIdentifier, with: nil)
        completionHandler(.cancelAuthenticationChallenge, nil)
        #else
        // Trust in the server's certificate is asked for here too, and has to be judged as usual.
        completionHandler(.performDefaultHandling, nil)
        #endif
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        needNewBodyStream completionHandler: @escaping (InputStream?) -> Void
    ) {
        // A kept connection was dead, and the body would be sent again on a new one. The peer may have acted on the
        // first copy. Linux would send the second one empty, and wait for ever.
        if let entry = entry(task) {
            end(
                task.taskIdentifier,
                with: HTTPClientError(
                    code: .connectionLost,
                    message: "\(entry.outgoing.host) closed a kept connection before it answered."))
        }
        completionHandler(nil)
    }
}

extension HTTPClientError {
    /// What a failed task means to the caller. Of the error's own text nothing is kept: it holds the URL.
    ///
    /// - Parameter afterSending: whether a part of the body was written. Then "cannot connect" speaks of a second attempt,
    ///   after a kept connection was found dead.
    fileprivate init(_ error: any Error, afterSending: Bool, host: String) {
        let reason = (error as? URLError)?.code ?? .unknown
        let code: Code
        switch reason {
        case .badURL: code = .invalidRequest
        case .cannotFindHost, .dnsLookupFailed, .cannotConnectToHost, .notConnectedToInternet, .secureConnectionFailed,
            .serverCertificateHasBadDate, .serverCertificateUntrusted, .serverCertificateHasUnknownRoot,
            .serverCertificateNotYetValid, .clientCertificateRejected, .clientCertificateRequired:
            code = afterSending ? .connectionLost : .cannotConnect
        case .timedOut: code = .timedOut
        // On Linux "bad server response" means a close without an answer, and "unknown" most of what happens later: a
        // body cut off, but a failed TLS handshake too. "Unsupported URL" is an answer that is not HTTP: the request's
        // URL has been checked.
        case .networkConnectionLost, .badServerResponse, .unknown: code = .connectionLost
        case .unsupportedURL, .cannotParseResponse, .cannotDecodeRawData, .cannotDecodeContentData:
            code = .malformedResponse
        default: code = .other
        }
        self.init(code: code, message: "\(host): URLSession failed (\(reason.rawValue)).")
    }
}
#endif
