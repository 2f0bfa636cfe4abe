#if Curl
import CCurl
import WhatsAppCore

/// The thread on which everything of one client's libcurl happens. It sleeps unless there is something to do.
///
/// The handles are made, used and freed on this thread and never leave it, so they need no lock. Other threads reach it
/// through ``CurlMailbox`` alone.
final class CurlThread {
    private let multi: UnsafeMutableRawPointer
    private let mailbox: CurlMailbox
    private let configuration: CurlHTTPClient.Configuration
    private var transfers: [UInt64: CurlTransfer] = [:]
    /// Not later than the earliest deadline of `transfers`.
    private var nextDeadline: ContinuousClock.Instant?

    /// `curl_global_init` must have returned before anything else is called; once per process is enough.
    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Starts a thread that serves `mailbox` until it is closed. If that fails, closes `mailbox`, and ends what is in it.
    static func start(mailbox: CurlMailbox, configuration: CurlHTTPClient.Configuration) {
        guard OSThread.start({ run(mailbox, configuration) }) != 0 else { return }
        refuse(mailbox, "The HTTP client could not start its thread.")
    }

    /// Lets nothing more into `mailbox`, and ends what is in it.
    private static func refuse(_ mailbox: CurlMailbox, _ message: String) {
        mailbox.close()
        for case .start(_, _, let exchange) in mailbox.take().commands {
            exchange.finish(HTTPClientError(code: .cannotConnect, message: message))
        }
    }

    /// The life of the thread.
    private static func run(_ mailbox: CurlMailbox, _ configuration: CurlHTTPClient.Configuration) {
        guard isLibraryReady, let multi = curl_multi_init() else {
            return refuse(mailbox, "libcurl could not be initialized.")
        }
        mailbox.setBell(CurlBell(multi))
        CurlThread(multi, mailbox, configuration).serve()
        mailbox.setBell(nil)
        curl_multi_cleanup(multi)
    }

    private init(
        _ multi: UnsafeMutableRawPointer, _ mailbox: CurlMailbox, _ configuration: CurlHTTPClient.Configuration
    ) {
        self.multi = multi
        self.mailbox = mailbox
        self.configuration = configuration
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, max(1, configuration.connectionsPerHost))
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(1, configuration.idleConnections))
    }

    private func serve() {
        while true {
            let (commands, isOpen) = mailbox.take()
            commands.forEach(perform)
            var running: Int32 = 0
            _ = curl_multi_perform(multi, &running)
            endFinishedTransfers()
            endLateTransfers()
            if !isOpen && transfers.isEmpty { return }
            // A bell rung since `take` makes this return at once; libcurl shortens the time to its own next timer.
            _ = curl_multi_poll(multi, nil, 0, pollTimeout, nil)
        }
    }

    private func perform(_ command: CurlCommand) {
        switch command {
        case .start(let id, let outgoing, let exchange):
            guard let easy = curl_easy_init() else {
                exchange.finish(HTTPClientError(code: .cannotConnect, message: "libcurl has no memory for a request."))
                return
            }
            let transfer = CurlTransfer(easy, id, outgoing, exchange, configuration)
            transfers[id] = transfer
            nextDeadline = min(nextDeadline ?? outgoing.deadline, outgoing.deadline)
            if let failure = transfer.setUpFailure { return end(transfer, failure) }
            guard curl_multi_add_handle(multi, easy) == CURLM_OK else { return end(transfer, CURLE_FAILED_INIT) }
        case .resume(let id):
            guard let transfer = transfers[id] else { return }
            let result = transfer.resume()
            if result != CURLE_OK { end(transfer, result) }
        case .stop(let id):
            guard let transfer = transfers[id] else { return }
            remove(transfer)
        }
    }

    private func endFinishedTransfers() {
        var waiting: Int32 = 0
        while let message = curl_multi_info_read(multi, &waiting) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let result = message.pointee.data.result
            if let transfer = CurlTransfer.of(easy) { end(transfer, result) }
        }
    }

    /// Ends the transfers whose time is over. libcurl's own time-out would do for those that are running, but in some
    /// versions it forgets those that wait for a connection.
    ///
    /// Looking at all of them is cheap because it happens only when `nextDeadline` has come.
    private func endLateTransfers() {
        guard let nextDeadline, nextDeadline <= .now else { return }
        let now = ContinuousClock.now
        for transfer in transfers.values where transfer.outgoing.deadline <= now {
            transfer.exchange.finish(transfer.outgoing.timedOut)
            remove(transfer)
        }
        self.nextDeadline = transfers.values.lazy.map(\.outgoing.deadline).min()
    }

    /// The time until the next deadline in milliseconds, rounded up.
    private var pollTimeout: Int32 {
        guard let nextDeadline else { return .max }
        let left = max(.zero, ContinuousClock.now.duration(to: nextDeadline))
        return Int32(clamping: Int64(left / .milliseconds(1)) + 1)
    }

    private func end(_ transfer: CurlTransfer, _ result: CURLcode) {
        transfer.end(result)
        remove(transfer)
    }

    private func remove(_ transfer: CurlTransfer) {
        _ = curl_multi_remove_handle(multi, transfer.easy)
        transfers[transfer.id] = nil
        if transfers.isEmpty { nextDeadline = nil }
    }
}
#endif
