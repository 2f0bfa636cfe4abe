import CSystem
import WhatsAppCore

/// The thread of a ``KeepAliveHTTPClient``: its sockets and what is under way on them. Made on the thread that runs it, and
/// not `Sendable`: nobody else can touch it.
final class KeepAliveLoop {
    typealias Exchange = KeepAliveHTTPClient.Exchange
    typealias Address = KeepAliveHTTPClient.Address

    /// One connection.
    private final class Link {
        let socket: Descriptor
        let token: UInt64
        let address: Address
        var exchange: Exchange?
        var output: [UInt8] = []
        var sent = 0
        var isConnected = false
        var interest = Poller.Interest.write
        var reader = ResponseReader(toHead: false)

        init(socket: consuming Descriptor, token: UInt64, address: Address) {
            self.socket = socket
            self.token = token
            self.address = address
        }
    }

    private static let bellToken = UInt64.max
    private let mailbox: KeepAliveHTTPClient.Mailbox
    private var poller: Poller
    private let limit: Int
    private var links: [UInt64: Link] = [:]
    private var idle: [Address: [UInt64]] = [:]
    /// Requests without a connection, in order, those before `waitingHead` being done with.
    private var waiting: [Exchange] = []
    private var waitingHead = 0
    /// Cancellations that came before what they cancel, and a few that came too late.
    private var cancelled: Set<UInt64> = []
    private var lastToken: UInt64 = 0
    private var nextSweep = ContinuousClock.now
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    init(mailbox: KeepAliveHTTPClient.Mailbox, poller: consuming Poller, limit: Int) {
        self.mailbox = mailbox
        self.poller = poller
        self.limit = max(1, limit)
    }

    /// Runs until the bell is stopped.
    func run() {
        guard (try? poller.set(mailbox.bell.wakeDescriptor, token: Self.bellToken, from: nil, to: .read)) != nil else {
            return
        }
        var commands: [KeepAliveHTTPClient.Command] = []
        while mailbox.bell.isRunning {
            let patience: Int32 = links.count > idle.values.reduce(0, { $0 + $1.count }) ? 100 : -1
            let count = poller.wait(milliseconds: mailbox.bell.prepareToWait() ? patience : 0)
            for index in 0..<count { take(poller[index]) }
            mailbox.take(&commands)
            for command in commands {
                switch command {
                case .start(let exchange): start(exchange)
                case .cancel(let id): cancel(id)
                }
            }
            commands.removeAll(keepingCapacity: true)
            if ContinuousClock.now >= nextSweep { sweep() }
        }
    }

    // MARK: Requests

    private func start(_ exchange: Exchange) {
        if !cancelled.isEmpty, cancelled.remove(exchange.id) != nil {
            return exchange.continuation.resume(throwing: CancellationError())
        }
        guard let address = Address(exchange.outgoing) else {
            return fail(exchange, .cannotConnect, "is no address that this client can reach.")
        }
        while let token = idle[address]?.popLast(), let link = links[token] {
            // Its end may have come since the poller looked. Nothing else may have: nobody asked.
            if link.socket.receive(into: &buffer) == .wouldBlock { return begin(exchange, on: link) }
            links[token] = nil
        }
        guard links.count < limit else { return waiting.append(exchange) }
        let result = csystem_connect(address.host, address.port)
        guard result >= 0 else {
            return fail(exchange, .cannotConnect, "cannot be reached: \(SystemError(errno: -result)).")
        }
        lastToken += 1
        let link = Link(socket: Descriptor(owning: result), token: lastToken, address: address)
        guard (try? poller.set(result, token: link.token, from: nil, to: .write)) != nil else {
            return fail(exchange, .cannotConnect, "cannot be reached: the system watches no more sockets.")
        }
        links[link.token] = link
        begin(exchange, on: link)
    }

    private func begin(_ exchange: Exchange, on link: Link) {
        link.exchange = exchange
        link.reader = ResponseReader(toHead: exchange.outgoing.request.method == .head)
        link.output.removeAll(keepingCapacity: true)
        link.sent = 0
        exchange.outgoing.write(into: &link.output)
        if link.isConnected { flush(link) }
    }

    private func cancel(_ id: UInt64) {
        if let link = links.values.first(where: { $0.exchange?.id == id }) {
            link.exchange?.continuation.resume(throwing: CancellationError())
            link.exchange = nil
            close(link)
        } else if let index = waiting[waitingHead...].firstIndex(where: { $0.id == id }) {
            waiting.remove(at: index).continuation.resume(throwing: CancellationError())
        } else {
            cancelled.insert(id)
        }
    }

    private func fail(_ exchange: Exchange, _ code: HTTPClientError.Code, _ problem: String) {
        exchange.continuation.resume(
            throwing: HTTPClientError(code: code, message: "\(exchange.outgoing.host) \(problem)"))
    }

    // MARK: Sockets

    private func take(_ event: Poller.Event) {
        guard event.token != Self.bellToken else { return mailbox.bell.clearWake() }
        guard let link = links[event.token] else { return }
        if event.isGone, !link.isConnected { return lose(link, .cannotConnect, "does not accept the connection.") }
        link.isConnected = true
        // What came before the end is read first.
        if event.isReadable || event.isGone { read(link) }
        if event.isWritable, links[event.token] != nil { flush(link) }
    }

    private func flush(_ link: Link) {
        while link.sent < link.output.count {
            switch link.socket.send(link.output, from: link.sent) {
            case .bytes(let count): link.sent += count
            case .wouldBlock: return watch(link, [.read, .write])
            // What the peer said before it closed may still be there to be read.
            case .failed: return read(link)
            }
        }
        watch(link, .read)
    }

    private func watch(_ link: Link, _ interest: Poller.Interest) {
        guard interest != link.interest else { return }
        guard (try? poller.set(link.socket.raw, token: link.token, from: link.interest, to: interest)) != nil else {
            return lose(link, .connectionLost, "cannot be watched any more.")
        }
        link.interest = interest
    }

    private func read(_ link: Link) {
        switch link.socket.receive(into: &buffer) {
        case .bytes(0):
            let progress = link.reader.end()
            finish(link, progress, otherwise: "closed the connection.")
        case .bytes(let count):
            // Bytes that nobody asked for end a connection that is idle.
            let progress = link.exchange == nil ? .malformed : link.reader.take(buffer.span.extracting(0..<count))
            finish(link, progress, otherwise: nil)
        case .wouldBlock: break
        case .failed(let errno): lose(link, .connectionLost, "broke the connection: \(SystemError(errno: errno)).")
        }
    }

    private func finish(_ link: Link, _ progress: ResponseReader.Progress, otherwise problem: String?) {
        switch progress {
        case .incomplete:
            if let problem { lose(link, .connectionLost, problem) }
        case .malformed: lose(link, .malformedResponse, "sent what is no HTTP response.")
        case .complete(let response, let keepsAlive):
            let exchange = link.exchange
            link.exchange = nil
            if keepsAlive, problem == nil { release(link) } else { close(link) }
            exchange?.continuation.resume(returning: response)
        }
    }

    /// Gives a connection to the next request, or keeps it.
    private func release(_ link: Link) {
        if waitingHead < waiting.count, Address(waiting[waitingHead].outgoing) == link.address {
            begin(takeWaiting(), on: link)
        } else {
            idle[link.address, default: []].append(link.token)
        }
    }

    private func takeWaiting() -> Exchange {
        defer {
            waitingHead += 1
            if waitingHead * 2 > waiting.count {
                waiting.removeFirst(waitingHead)
                waitingHead = 0
            }
        }
        return waiting[waitingHead]
    }

    private func lose(_ link: Link, _ code: HTTPClientError.Code, _ problem: String) {
        let exchange = link.exchange
        link.exchange = nil
        close(link)
        if let exchange { fail(exchange, code, problem) }
    }

    private func close(_ link: Link) {
        links[link.token] = nil
        idle[link.address]?.removeAll { $0 == link.token }
        if waitingHead < waiting.count { start(takeWaiting()) }
    }

    /// Sees to the deadlines that have passed.
    private func sweep() {
        let now = ContinuousClock.now
        nextSweep = now + .milliseconds(100)
        for link in Array(links.values) {
            guard let exchange = link.exchange, exchange.outgoing.deadline <= now else { continue }
            link.exchange = nil
            exchange.continuation.resume(throwing: exchange.outgoing.timedOut)
            close(link)
        }
        let late = waiting[waitingHead...].filter { $0.outgoing.deadline <= now }
        waiting.removeAll { exchange in late.contains { $0.id == exchange.id } }
        for exchange in late { exchange.continuation.resume(throwing: exchange.outgoing.timedOut) }
    }
}

extension OutgoingRequest {
    /// Writes the request as it goes over the wire (RFC 9112, sections 3 and 5).
    fileprivate func write(into bytes: inout [UInt8]) {
        let afterScheme = request.target.dropFirst(7)
        let path = afterScheme.utf8.dropFirst(host.utf8.count).prefix { $0 != UInt8(ascii: "#") }
        bytes.append(contentsOf: "\(request.method) \(path.first == UInt8(ascii: "/") ? "" : "/")".utf8)
        bytes.append(contentsOf: path)
        bytes.append(contentsOf: " HTTP/1.1\r\nHost: \(host)\r\n".utf8)
        for field in request.fields.fields { bytes.append(contentsOf: "\(field.name): \(field.value)\r\n".utf8) }
        if !request.body.isEmpty || request.method != .get && request.method != .head {
            bytes.append(contentsOf: "Content-Length: \(request.body.count)\r\n".utf8)
        }
        bytes.append(contentsOf: "\r\n".utf8)
        bytes.append(contentsOf: request.body)
    }
}
