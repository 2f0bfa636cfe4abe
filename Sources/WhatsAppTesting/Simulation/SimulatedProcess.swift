internal import Synchronization
internal import WhatsAppCore

/// One run of the service: the real pipeline and the real endpoints, between the fakes.
final class SimulatedProcess: Sendable {
    /// What surrounds it.
    struct World: Sendable {
        var plan: SimulationPlan
        var time: VirtualTime
        var log: SimulationLog
        var executor: SimulationExecutor
        var graph: FakeGraph
        var backend: FakeBackend
        var meta: FakeMeta
        var defect: PlantedDefect?
    }

    let life: ProcessLife
    private let store: JournalInVirtualTime
    private let world: World
    private let random: Mutex<SeededRandom>
    private let run = Mutex<Task<Void, Never>?>(nil)

    init(number: Int, store: JournalInVirtualTime, life: ProcessLife, world: World, random: SeededRandom) {
        self.life = life
        self.store = store
        self.world = world
        self.random = Mutex(random)
    }

    /// Starts the service. `ended` is told when it has come to its end by itself.
    func start(ended: @escaping @Sendable () -> Void) {
        let task = Task(executorPreference: world.executor) { [self] in
            do {
                let pipeline = try await makePipeline()
                open(pipeline)
                await pipeline.run(on: world.executor)
            } catch {
                // The store could not be read: it fails, and the process with it.
            }
            ended()
        }
        run.withLock { $0 = task }
    }

    /// Tells it to stop in good order.
    func stop() { run.withLock { $0 }?.cancel() }

    /// Ends it at once: nothing of it reaches the world any more.
    func die() {
        life.die()
        stop()
        store.close()
    }

    private func makePipeline() async throws -> MessagePipeline {
        let (defect, executor) = (world.defect, world.executor)
        let clock = ProcessClock(time: world.time, life: life)
        var configuration = MessagePipeline.Configuration()
        configuration.maximumActiveUsers = world.plan.maximumActiveUsers
        return try await MessagePipeline(
            configuration: configuration,
            store: WitnessedStore(
                store: PlantedStore(store, defect: defect, executor: executor), log: world.log, life: life),
            backend: PlantedBackend(backend: BackendLine(backend: world.backend, clock: clock), defect: defect),
            sender: PlantedSender(sender: GraphClient(graph: world.graph, life: life), defect: defect),
            formatter: .identity, chunker: LineChunker(),
            observer: WitnessingObserver(log: world.log, life: life, defect: defect),
            clock: PlantedClock(clock: clock, defect: defect),
            random: { [self] in random.withLock { Double.random(in: 0...1, using: &$0) } })
    }

    /// Lets deliveries in: one endpoint for each business number, before the same pipeline.
    private func open(_ pipeline: MessagePipeline) {
        guard life.isAlive else { return }
        let intake = PlantedIntake(intake: pipeline, defect: world.defect)
        var endpoints: [String: any HTTPHandler] = [:]
        for number in ["8", "9"] {
            endpoints[number] = WebhookEndpoint(
                configuration: .init(verifyToken: Secret("token"), appSecrets: [FakeMeta.appSecret]),
                admission: AdmissionPolicy(phoneNumberID: number), intake: intake,
                clock: ProcessClock(time: world.time, life: life))
        }
        world.meta.door = FakeMeta.Door(life: life, endpoints: endpoints)
        world.log.add(.ready, in: life.number)
    }
}

/// A part for each line.
private struct LineChunker: MessageChunker {
    func parts(of text: String) -> [String] {
        text.split(separator: "\n").map(String.init).filter { !$0.allSatisfy(\.isWhitespace) }
    }
}

/// Keeps account of what the pipeline asked its store to record, and what it was told to be durable.
private struct WitnessedStore: IdempotencyStore {
    let store: any IdempotencyStore
    let log: SimulationLog
    let life: ProcessLife
    private let calls = Counter()

    init(store: any IdempotencyStore, log: SimulationLog, life: ProcessLife) {
        self.store = store
        self.log = log
        self.life = life
    }

    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] { try await store.accept(messages) }

    func record(_ progress: [MessageProgress], for key: MessageKey) async throws {
        guard life.isAlive else { throw CancellationError() }
        let call = life.number * 1_000_000 + calls.next()
        log.add(.recording(call: call, key, progress), in: life.number)
        try await store.record(progress, for: key)
        if life.isAlive { log.add(.recorded(call: call), in: life.number) }
    }

    func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] {
        try await store.unfinished()
    }
}

/// Counts from 1.
private final class Counter: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}

/// Keeps account of what the observer was told.
private struct WitnessingObserver: PipelineObserver {
    let log: SimulationLog
    let life: ProcessLife
    let defect: PlantedDefect?

    func observe(_ event: PipelineEvent) {
        guard life.isAlive else { return }
        let fact: Fact? =
            switch event {
            case .accepted(let message): .newMessage(message.key)
            case .started(let key): .started(key)
            case .finished(let key, let outcome): .finished(key, outcome)
            case .blindResend(let key, let part): defect == .hideBlindResends ? nil : .blindResend(key, part: part)
            case .interrupted(let key, let error): .interrupted(key, "\(error)")
            default: nil
            }
        if let fact { log.add(fact, in: life.number) }
    }
}
