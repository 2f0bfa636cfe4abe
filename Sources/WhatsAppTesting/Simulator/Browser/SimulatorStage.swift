internal import Synchronization
public import WhatsAppCore

/// The simulator as something to watch and to meddle with: what users write goes in, everything that happens comes out,
/// and faults are switched on and off. ``SimulatorPage`` shows it in a browser.
public final class SimulatorStage: Sendable {
    /// What lasts until it is switched off.
    struct Switches: Hashable {
        /// Every delivery is made twice.
        var duplicates = false
        /// Deliveries are under way for seconds, and overtake one another.
        var delays = false
        /// The backend thinks for seconds.
        var slowBackend = false
        /// The server is killed while the next part is on its way, and started again.
        var killsInAnswer = false
    }

    /// How the server is killed and started, where that is in our hands.
    public struct ServerSwitch: Sendable {
        /// Ends it at once, as `kill -9` does.
        public var kill: @Sendable () -> Void
        /// Starts it again.
        public var start: @Sendable () throws -> Void

        /// Makes a switch.
        public init(kill: @escaping @Sendable () -> Void, start: @escaping @Sendable () throws -> Void) {
            self.kill = kill
            self.start = start
        }
    }

    private struct State {
        var switches = Switches()
        var count = 0
        var server: ServerSwitch?
        /// Whether the server's process is alive.
        var isUp = true
    }

    let feed: SimulatorFeed
    /// Tells this run from another: of the simulator, and of messages in the journal of a server that lives on.
    let run: String
    let name: String
    private let simulator: Mutex<Simulator?> = Mutex(nil)
    private let state = Mutex(State())
    private let clock: any ServiceClock

    /// How long the backend thinks when it is quick, and when it is slow.
    static let thinking = (quick: Duration.milliseconds(900), slow: Duration.seconds(12))
    static let delay = Duration.seconds(2)...Duration.seconds(5)
    /// How much the simulator keeps of the past at least. The page has a memory of its own.
    private static let memory = 1000
    /// How long the server stays down when it is killed in the middle of an answer.
    static let downtime = Duration.seconds(2)

    /// Makes an empty stage.
    /// - Parameter name: whom users write to.
    public init(name: String, clock: any ServiceClock = .system) {
        self.name = name
        self.clock = clock
        feed = SimulatorFeed(clock: clock)
        var generator = SystemRandomNumberGenerator()
        run = Hex.encode((0..<6).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    /// Makes the simulator that plays here.
    /// - Throws: when the port cannot be listened on.
    public func simulator(
        port: Int, credentials: Simulator.Credentials = .init(), playsBackend: Bool = true,
        http: (any HTTPClient)? = nil
    ) throws -> Simulator {
        var conduct = SimulatedMeta.Conduct()
        conduct.retries = Backoff(base: .seconds(1), cap: .seconds(8))
        let simulator = try Simulator(
            port: port, credentials: credentials, playsBackend: playsBackend, thinking: Self.thinking.quick,
            conduct: conduct, limits: GraphLimits(), remembering: Self.memory, http: http,
            observeCall: { self.take($0) },
            observe: { self.take($0) })
        self.simulator.withLock { $0 = simulator }
        feed.append("stage") {
            $0.add("name", name)
            $0.array("suggestions") { suggestions in
                for text in ScriptedAnswers.suggestions { suggestions.object { $0.add("text", text) } }
            }
        }
        return simulator
    }

    /// From now on deliveries go to this URL.
    public func deliver(to webhook: String) { meta?.webhook = webhook }

    /// From now on the server can be killed and started.
    public func attach(_ server: ServerSwitch) {
        state.withLock { $0.server = server }
        tellSwitches()
    }

    private var meta: SimulatedMeta? { simulator.withLock { $0?.meta } }

    // MARK: - What happens

    private func take(_ event: SimulatedMeta.Event) {
        feed.append(event)
        guard case .took = event else { return }
        let kills = state.withLock { state in
            defer { state.switches.killsInAnswer = false }
            return state.switches.killsInAnswer
        }
        if kills { killAndRestart() }
    }

    private func take(_ call: SimulatedCall) {
        feed.append(call)
        if call.answer != nil, call.request.path.hasSuffix("/messages") { tellSwitches() }
    }

    /// A line of the server's log. The one with which it says where it listens sets where Meta delivers to.
    public func take(logLine line: String) {
        guard let json = try? JSONDocument(Array(line.utf8)).root, json["time"] != nil else { return }
        feed.append(logLine: line)
        guard json["message"]?.string == "Listening", let url = json["url"]?.string else { return }
        meta?.webhook = url
        state.withLock { $0.isUp = true }
        feed.append("server") { $0.add("state", "up") }
    }

    /// The server's process has ended.
    public func serverEnded(_ how: String) {
        state.withLock { $0.isUp = false }
        feed.append("server") {
            $0.add("state", "down")
            $0.add("how", how)
        }
    }

    // MARK: - What is done

    /// A user writes.
    /// - Parameter make: the message of this id and time.
    func write(_ make: (_ id: String, _ timestamp: Int64) -> SimulatedDelivery.Message) -> String? {
        guard let simulator = simulator.withLock({ $0 }) else { return nil }
        let count = state.withLock { state in
            state.count += 1
            return state.count
        }
        let message = make("wamid.\(run).\(count)", clock.now.seconds)
        feed.append(
            message, key: MessageKey(phoneNumberID: simulator.delivery.phoneNumberID, messageID: message.id))
        simulator.meta.deliver([message])
        return message.id
    }

    /// Sets switches.
    func set(_ change: (inout Switches) -> Void) {
        let switches = state.withLock { state in
            change(&state.switches)
            if state.server == nil { state.switches.killsInAnswer = false }
            return state.switches
        }
        meta?.conduct.duplicates = switches.duplicates ? 1 : 0
        meta?.conduct.delay = switches.delays ? Self.delay : .zero ... .zero
        simulator.withLock { $0?.backend.delay = switches.slowBackend ? Self.thinking.slow : Self.thinking.quick }
        tellSwitches()
    }

    /// Lets the next text fail.
    func fail(with fault: GraphFault) {
        meta?.graph.fail(with: [fault])
        tellSwitches()
    }

    /// Returns whether the server is in our hands.
    func killServer() -> Bool {
        guard let server = state.withLock({ $0.server }) else { return false }
        server.kill()
        return true
    }

    /// Returns whether the server is in our hands.
    func startServer() -> Bool {
        let (server, isUp) = state.withLock { ($0.server, $0.isUp) }
        guard let server else { return false }
        guard !isUp else { return true }
        feed.append("server") { $0.add("state", "starting") }
        do { try server.start() } catch { serverEnded("\(error)") }
        return true
    }

    private func killAndRestart() {
        guard killServer() else { return }
        restarts.continuation.yield()
    }

    private let restarts = AsyncStream<Void>.makeStream()

    /// Starts the server again after it was killed in the middle of an answer, until the calling task is cancelled.
    public func run() async {
        for await _ in restarts.stream {
            try? await clock.sleep(for: Self.downtime)
            _ = startServer()
        }
    }

    private func tellSwitches() {
        let (switches, hasServer) = state.withLock { ($0.switches, $0.server != nil) }
        let faults = meta?.graph.faults ?? []
        feed.append("switches") {
            $0.add("duplicates", switches.duplicates)
            $0.add("delays", switches.delays)
            $0.add("slowBackend", switches.slowBackend)
            $0.add("killsInAnswer", switches.killsInAnswer)
            $0.add("server", hasServer)
            for (name, fault) in SimulatorPage.faults {
                $0.add(name, Int64(faults.count { $0 == fault }))
            }
        }
    }
}
