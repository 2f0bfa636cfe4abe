import CSystem
import Synchronization
import WhatsAppCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The server's one thread: listener, sockets and deadlines, confined to it by the compiler because the thread is the
/// actor's executor. Handlers begin to answer here, and go on elsewhere if they have to wait; see ``ServerLoop/serve(_:)``.
actor ServerLoop {
    typealias Instant = ContinuousClock.Instant

    /// What a loop may use, and for how long.
    struct Settings: Sendable {
        var connections = 10_000
        /// For requests that are incomplete or being answered, in all.
        var bytesHeld = 32 << 20
        var limits = HTTPRequestLimits()
        var deadlines = ConnectionState.Deadlines()
        var gracePeriod = Duration.seconds(30)

        /// How often deadlines are looked at: a request then costs no timer, only the storing of an instant, and a
        /// deadline is kept up to a second late.
        var sweepInterval: Duration {
            let shortest = min(deadlines.head, deadlines.body, deadlines.idle, deadlines.write, deadlines.linger)
            return max(min(shortest, gracePeriod, .seconds(1)), .milliseconds(10))
        }
    }

    /// A response that takes a task.
    typealias Answer = @Sendable () async -> HTTPResponse

    /// One connection's answers, for the task that has them made.
    struct Client: Sendable {
        var ticket: Ticket
        var answers: AsyncStream<Answer>
    }

    private static let listenerToken = UInt64.max
    private static let wakeToken = UInt64.max - 1

    nonisolated let executor: LoopExecutor
    nonisolated let clients: AsyncStream<Client>
    let newClients: AsyncStream<Client>.Continuation
    private nonisolated let drainIsRequested = Atomic(false)
    /// Responses that were given without a task, from any thread.
    private nonisolated let given = Mutex<[(ticket: Ticket, response: HTTPResponse)]>([])
    private var taken: [(ticket: Ticket, response: HTTPResponse)] = []
    private(set) var handler: any HTTPHandler = ClosureHTTPHandler { _ in HTTPResponse(status: 503) }

    let settings: Settings
    private let clock: @Sendable () -> Instant
    /// The time at which the current round began.
    private(set) var now: Instant
    private var nextSweep: Instant
    private var drainDeadline: Instant?

    var poller: Poller
    private var listener: Descriptor?
    private var isAccepting = true
    var connections = ConnectionTable<Connection>()
    // Unsafe: as for a connection's exchange, whose methods alone are given these.
    @exclusivity(unchecked) var readBuffer = [UInt8](repeating: 0, count: 64 << 10)
    @exclusivity(unchecked) var spareOutput: [UInt8] = []
    /// The bytes of requests that all connections hold.
    var bytesHeld = 0
    private(set) var date = HTTPDate()

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Takes a listening socket over. Nothing happens before ``runTurns()``.
    init(
        listener: consuming Descriptor, settings: Settings, clock: @escaping @Sendable () -> Instant
    ) throws(SystemError) {
        executor = try LoopExecutor()
        (clients, newClients) = AsyncStream.makeStream()
        self.settings = settings
        self.clock = clock
        now = clock()
        nextSweep = now
        let poller = try Poller()
        try poller.set(executor.wakeDescriptor, token: Self.wakeToken, from: nil, to: .read)
        try poller.set(listener.raw, token: Self.listenerToken, from: nil, to: .read)
        self.poller = poller
        self.listener = consume listener
    }

    // MARK: Rounds

    /// Is the loop, on the calling thread, until ``LoopExecutor/stop()``.
    nonisolated func runTurns(with handler: any HTTPHandler) {
        executor.bind()
        assumeIsolated { $0.handler = handler }
        var jobs: [UnownedJob] = []
        while executor.isRunning {
            assumeIsolated { $0.turn() }
            executor.takeJobs(&jobs)
            executor.run(&jobs)
        }
    }

    /// Waits for something to happen, and does what it asks for.
    private func turn() {
        let count = poller.wait(milliseconds: executor.prepareToWait() ? patience : 0)
        now = clock()
        date.update(to: time(nil))
        for index in 0..<count { take(poller[index]) }
        takeGiven()
        if drainDeadline == nil, drainIsRequested.load(ordering: .acquiring) { startDraining() }
        if let drainDeadline, now >= drainDeadline { forEachConnection { close($0) } }
        if now >= nextSweep { sweep() }
    }

    /// How long a wait may last, in milliseconds; -1 is without end.
    private var patience: Int32 {
        if connections.count == 0, isAccepting, drainDeadline == nil { return -1 }
        let left = now.duration(to: nextSweep).components
        guard left.seconds >= 0, left.attoseconds >= 0 else { return 0 }
        return Int32(left.seconds) * 1000 + Int32(left.attoseconds / 1_000_000_000_000_000) + 1
    }

    private func take(_ event: Poller.Event) {
        switch event.token {
        case Self.wakeToken: executor.clearWake()
        case Self.listenerToken: accept()
        default:
            guard let connection = connections[Ticket(token: event.token)] else { return }
            if event.isGone { return close(connection) }
            if event.isWritable { advance(connection) }
            if event.isReadable { read(connection, isEnding: event.isEnding) }
        }
    }

    /// Sees to the deadlines that have passed.
    private func sweep() {
        nextSweep = now + settings.sweepInterval
        forEachConnection { connection in
            let step = connection.exchange.state.expire(now: now)
            if !step.isWait { advance(connection, by: step) }
        }
        setAccepting(true)
    }

    private func forEachConnection(_ body: (Connection) -> Void) {
        for place in connections.places {
            if let connection = connections.connection(at: place) { body(connection) }
        }
    }

    // MARK: Answers from elsewhere

    /// Answers the connection's current request, from any thread. Answers that come close together cost one wake-up.
    nonisolated func give(_ response: HTTPResponse, to ticket: Ticket) {
        let isFirst = given.withLock { given in
            given.append((ticket, response))
            return given.count == 1
        }
        if isFirst { executor.wake() }
    }

    private func takeGiven() {
        given.withLock { swap(&$0, &taken) }
        for (ticket, response) in taken {
            guard let connection = connections[ticket], connection.exchange.state.awaitsResponse else { continue }
            respond(response, to: connection)
            advance(connection)
        }
        taken.removeAll(keepingCapacity: true)
    }

    // MARK: New connections

    /// Accepts a few that wait, and leaves the rest to the next round: thousands that come at once hold nobody up.
    private func accept() {
        for _ in 0..<4 {
            guard connections.count < settings.connections else { return setAccepting(false) }
            guard let listener = listener?.raw else { return }
            let result = csystem_accept(listener)
            if result >= 0 {
                open(Descriptor(owning: result))
                continue
            }
            switch -result {
            case EAGAIN, EWOULDBLOCK: return
            // Out of descriptors or memory: without a pause the loop would spin on a listener that stays readable.
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return setAccepting(false)
            default: continue  // That one connection was lost before it was taken.
            }
        }
    }

    /// Stops or resumes accepting. Meanwhile connections wait in the kernel's queue.
    func setAccepting(_ accepts: Bool) {
        guard accepts != isAccepting, !accepts || connections.count < settings.connections else { return }
        guard let socket = listener?.raw else { return }
        let interests: (Poller.Interest, Poller.Interest) = accepts ? ([], .read) : (.read, [])
        guard (try? poller.set(socket, token: Self.listenerToken, from: interests.0, to: interests.1)) != nil else {
            return  // Tried again at the next sweep, or at the next connection.
        }
        isAccepting = accepts
    }

    private func open(_ socket: consuming Descriptor) {
        let state = ConnectionState(limits: settings.limits, deadlines: settings.deadlines, now: now)
        let exchange = Exchange(socket: socket, state: state)
        let connection = Connection(ticket: connections.takeTicket(), exchange: exchange)
        connections.insert(connection, for: connection.ticket)
        updateInterest(of: connection)
    }

    // MARK: The end

    /// Asks for a graceful end, from any thread and at any time.
    nonisolated func drain() {
        drainIsRequested.store(true, ordering: .releasing)
        executor.wake()
    }

    private func startDraining() {
        drainDeadline = now + settings.gracePeriod
        if let socket = listener?.raw {
            try? poller.set(socket, token: Self.listenerToken, from: isAccepting ? .read : [], to: nil)
        }
        listener = nil
        forEachConnection { connection in
            if connection.exchange.isIdle { close(connection) } else { connection.exchange.state.closeAfterResponse() }
        }
        finishIfDrained()
    }

    /// Tells ``serve(_:)`` that no request will come any more.
    func finishIfDrained() {
        if drainDeadline != nil, connections.count == 0 { newClients.finish() }
    }
}
