#if Curl
import CCurl
import WhatsAppCore

/// One easy handle and what it carries. Lives on the libcurl thread only.
final class CurlTransfer {
    let easy: UnsafeMutableRawPointer
    let id: UInt64
    let outgoing: OutgoingRequest
    let exchange: ResponseExchange
    /// The first failure to set an option, if there was one.
    private(set) var setUpFailure: CURLcode?

    private var fieldList: UnsafeMutablePointer<curl_slist>?
    private var head = ResponseHeadParser()
    /// Set when the transfer failed for a reason that libcurl does not know.
    private var failure: HTTPClientError?
    /// Whether a connection was made and the request handed to it.
    private var wasConnected = false
    private var isPaused = false

    /// Takes over `easy` and prepares it for the request.
    init(
        _ easy: UnsafeMutableRawPointer, _ id: UInt64, _ outgoing: OutgoingRequest, _ exchange: ResponseExchange,
        _ configuration: CurlHTTPClient.Configuration
    ) {
        self.easy = easy
        self.id = id
        self.outgoing = outgoing
        self.exchange = exchange
        setUpConnection(configuration)
        setUpRequest(outgoing.request)
        setUpCallbacks()
    }

    /// By now the handle has been removed from its multi handle.
    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(fieldList)
    }

    /// The transfer behind a handle that libcurl returned.
    static func of(_ easy: UnsafeMutableRawPointer) -> CurlTransfer? {
        ccurl_private(easy).map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Lets a paused transfer go on. libcurl may deliver what it held back within this call.
    func resume() -> CURLcode {
        isPaused = false
        return curl_easy_pause(easy, CURLPAUSE_CONT)
    }

    /// Tells the exchange how the transfer ended.
    func end(_ result: CURLcode) {
        exchange.finish(
            failure ?? HTTPClientError(result, afterConnecting: wasConnected, host: outgoing.host))
    }

    // MARK: Options

    private func setUpConnection(_ configuration: CurlHTTPClient.Configuration) {
        set(CURLOPT_NOSIGNAL, 1)
        note(ccurl_allow_http_only(easy))
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        if let authorities = configuration.certificateAuthorities { set(CURLOPT_CAINFO, authorities) }
        // A proxy's answer to CONNECT is not the response.
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // 0 would mean libcurl's own 300 seconds.
        let timeout = min(max(configuration.connectTimeout, .milliseconds(1)), OutgoingRequest.longestTimeout)
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(timeout / .milliseconds(1)))
    }

    private func setUpRequest(_ request: HTTPRequest) {
        set(CURLOPT_URL, request.target)
        switch request.method {
        case .get: set(CURLOPT_HTTPGET, 1)
        case .head: set(CURLOPT_NOBODY, 1)
        default:
            // Any other method is a POST by another name: with a length, though it may be 0, and a body.
            set(CURLOPT_POST, 1)
            set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
            note(ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)))
            // COPY: libcurl keeps bytes of its own, after the size is known.
            request.body.withUnsafeBytes {
                note(ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, $0.baseAddress ?? UnsafeRawPointer(easy)))
            }
        }
        // Without a value libcurl leaves out a field of its own; "Name;" is its way to write an empty one.
        append("Expect:")
        if request.fields["Content-Type"] == nil { append("Content-Type:") }
        for field in request.fields.fields {
            append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        note(ccurl_set_list(easy, CURLOPT_HTTPHEADER, fieldList))
    }

    private func setUpCallbacks() {
        // Unretained: libcurl calls only while the handle is in the multi handle, and so long the thread keeps `self`.
        let context = Unmanaged.passUnretained(self).toOpaque()
        for option in [CURLOPT_PRIVATE, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_PREREQDATA] {
            note(ccurl_set_pointer(easy, option, context))
        }
        note(
            ccurl_set_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                CurlTransfer.from(context)?.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
            })
        note(
            ccurl_set_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                CurlTransfer.from(context)?.receiveHead(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
            })
        note(
            ccurl_set_prereq(easy) { context, _, _, _, _ in
                CurlTransfer.from(context)?.beginRequest() ?? CURL_PREREQFUNC_ABORT
            })
    }

    private func set(_ option: CURLoption, _ value: Int) {
        note(ccurl_set_long(easy, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) {
        note(ccurl_set_string(easy, option, value))
    }

    private func note(_ result: CURLcode) {
        if result != CURLE_OK && setUpFailure == nil { setUpFailure = result }
    }

    private func append(_ line: String) {
        guard let longer = curl_slist_append(fieldList, line) else { return note(CURLE_OUT_OF_MEMORY) }
        fieldList = longer
    }

    // MARK: Callbacks

    private static func from(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Called when a connection is there, before the request is written to it.
    ///
    /// A second call means that libcurl found a kept connection dead and would send again. The peer may have acted on
    /// what it got, and this client sends nothing twice.
    private func beginRequest() -> Int32 {
        guard !wasConnected else {
            failure = HTTPClientError(
                code: .connectionLost, message: "\(outgoing.host) closed a kept connection before it answered.")
            return CURL_PREREQFUNC_ABORT
        }
        wasConnected = true
        return CURL_PREREQFUNC_OK
    }

    private func receiveHead(_ line: UnsafeRawBufferPointer) -> Int {
        switch head.take(Array(line)) {
        case .goOn:
            return line.count
        case .head(let status, let fields):
            guard !OutgoingRequest.isRedirect(status) else {
                failure = outgoing.redirectRefused(status)
                return 0
            }
            exchange.begin(status: status, fields: fields)
            return line.count
        case .malformed:
            failure = HTTPClientError(
                code: .malformedResponse, message: "What \(outgoing.host) answered is not an HTTP head.")
            return 0
        }
    }

    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        // While paused nothing is taken: libcurl keeps these bytes and brings them again.
        guard !isPaused else { return Int(CURL_WRITEFUNC_PAUSE) }
        switch exchange.receive(Array(bytes)) {
        case .goOn: break
        case .pause: isPaused = true
        case .stop: return 0
        }
        return bytes.count
    }
}

extension HTTPClientError {
    /// What libcurl's result means to the caller; `nil` for success. Its texts hold no part of the request.
    ///
    /// - Parameter afterConnecting: whether the request was handed to a connection. Before that, nothing was sent,
    ///   whatever went wrong.
    fileprivate init?(_ result: CURLcode, afterConnecting: Bool, host: String) {
        let code: Code
        switch result {
        case CURLE_OK: return nil
        case CURLE_URL_MALFORMAT: code = .invalidRequest
        case _ where !afterConnecting: code = .cannotConnect
        case CURLE_OPERATION_TIMEDOUT: code = .timedOut
        // "Could not connect" after connecting speaks of a second attempt, after a kept connection was found dead.
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_COULDNT_CONNECT:
            code = .connectionLost
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING: code = .malformedResponse
        default: code = .other
        }
        self.init(code: code, message: "\(host): \(String(cString: curl_easy_strerror(result))) (\(result.rawValue)).")
    }
}
#endif
