internal import Synchronization
internal import WhatsAppCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// One seed: a world in which messages arrive, things fail and processes die, until it comes to rest.
///
/// Everything runs on the calling thread. The same seed gives the same facts in the same order.
package final class Simulation: Sendable {
    private struct State {
        var files: FaultyFiles
        var random: SeededRandom
        var process: SimulatedProcess?
        var processes = 0
        /// How often ``SimulationPlan/deaths`` was taken from.
        var deaths = 0
        var stepsSinceBoot = 0
        var deathAtStep: Int?
        /// What the disk's stop at an operation is to be: the process killed there, or the power lost.
        var stop: SimulationPlan.Death.Kind?
        var hasDamage = false
    }
    private let state: Mutex<State>
    private let plan: SimulationPlan
    private let defect: PlantedDefect?
    private let time = VirtualTime()
    private let executor: SimulationExecutor
    private let log: SimulationLog
    private let world: SimulatedProcess.World

    /// More steps than any seed needs: a world that takes them does not come to rest.
    private static let mostSteps = 2_000_000

    package init(seed: UInt64, defect: PlantedDefect? = nil) {
        var random = SeededRandom(seed: seed)
        self.defect = defect
        plan = SimulationPlan(seed: seed)
        log = SimulationLog(time: time)
        executor = SimulationExecutor(random: random.split())
        let meta = FakeMeta(plan: plan, time: time, log: log, executor: executor, random: random.split())
        let graph = FakeGraph(plan: plan, time: time, log: log, random: random.split()) { token, post in
            meta.report(token, post: post)
        }
        world = SimulatedProcess.World(
            plan: plan, time: time, log: log, executor: executor, graph: graph,
            backend: FakeBackend(plan: plan, time: time, log: log, random: random.split()), meta: meta, defect: defect)
        state = Mutex(State(files: FaultyFiles(seed: random.next()), random: random))
    }

    /// Lets the world run until nothing is left to happen; then stops the service, starts it once more, and sees whether
    /// anything is left after all.
    package func run() -> SimulationResult {
        world.meta.begin()
        for jump in plan.wallJumps { time.after(jump.at) { [self] in jumpWall(by: jump.milliseconds) } }
        for spell in plan.fullDisks { fillDisk(for: spell) }
        boot()
        comeToRest()
        stop()
        comeToRest()
        let process = state.withLock { state in
            state.processes += 100  // No more faults.
            return state.process
        }
        process?.die()
        drain()
        dismantle()
        let entries = log.entries
        var checker = Checker(plan: plan)
        for (index, entry) in entries.enumerated() { checker.take(entry, at: index) }
        return SimulationResult(violations: checker.violations(), entries: entries)
    }

    private func comeToRest() {
        var steps = 0
        while steps < Self.mostSteps {
            steps += 1
            // A service whose journal is refused does not come back.
            guard !state.withLock({ $0.hasDamage }) else { return }
            guard executor.runOne() else {
                if time.fireNext() { continue }
                return
            }
            let isDue = state.withLock { state in
                state.stepsSinceBoot += 1
                return state.stepsSinceBoot == state.deathAtStep
            }
            if isDue { takeDeath() }
        }
        log.add(.impossible("the world does not come to rest"), in: 0)
    }

    private func drain() {
        var steps = 0
        while steps < Self.mostSteps, executor.runOne() { steps += 1 }
    }

    /// Lets go of what holds the world in a circle: its timers, its door, and its last process.
    private func dismantle() {
        time.cancelAll()
        world.meta.door = nil
        state.withLock { $0.process = nil }
    }
}

// Processes come and go.
extension Simulation {
    private func boot() {
        let (files, number) = state.withLock { state in
            state.processes += 1
            state.stepsSinceBoot = 0
            state.deathAtStep = nil
            state.stop = nil
            return (state.files, state.processes)
        }
        log.add(.booted, in: number)
        arm(files, number)
        let random = state.withLock { $0.random.split() }
        let engine: JournalEngine
        do throws(JournalError) {
            engine = try JournalEngine.open(
                PlantedFiles(files: files, defect: defect), configuration: Self.configuration, now: time.wall,
                random: random)
        } catch {
            return bootFailed(error, number)
        }
        let life = ProcessLife(number: number)
        let store = JournalInVirtualTime(
            engine, time: time, life: life, random: state.withLock { $0.random.split() }
        ) { [self] failure in
            if let failure { diskFailed(failure, number) }
        }
        let process = SimulatedProcess(
            number: number, store: store, life: life, world: world, random: state.withLock { $0.random.split() })
        state.withLock { $0.process = process }
        process.start { [self] in time.after(1) { [self] in ended(number) } }
    }

    /// Sets up what will go wrong with this process.
    private func arm(_ files: FaultyFiles, _ number: Int) {
        files.fault = nil
        let operations = files.operationCount
        let death = state.withLock { state -> SimulationPlan.Death? in
            guard state.deaths < plan.deaths.count else { return nil }
            state.deaths += 1
            return plan.deaths[state.deaths - 1]
        }
        if number < plan.diskFaults.count, let fault = plan.diskFaults[number] {
            let kinds: [FaultyFiles.Fault.Kind] = [.error(EIO), .error(ENOSPC), .shortWrite]
            files.fault = FaultyFiles.Fault(kinds[fault % 3], at: operations + fault)
        }
        guard let death else { return }
        switch death.trigger {
        case .step(let step): state.withLock { $0.deathAtStep = step }
        case .time(let delay):
            time.after(delay) { [self] in
                guard state.withLock({ $0.processes }) == number else { return }
                takeDeath()
            }
        case .operation(let operation):
            state.withLock { $0.stop = death.kind }
            files.fault = .stop(at: operations + operation)
        }
    }

    private func takeDeath() {
        let kind = state.withLock { plan.deaths[max(0, $0.deaths - 1)].kind }
        if kind == .graceful { stop() } else { die(kind, because: "") }
    }

    private func stop() {
        guard let process = state.withLock({ $0.process }), process.life.isAlive else { return }
        log.add(.stopping, in: process.life.number)
        process.stop()
    }

    /// The process is gone, and its tasks run out as ghosts. With the power goes what was not synced.
    private func die(_ kind: SimulationPlan.Death.Kind, because reason: String) {
        guard let process = state.withLock({ $0.process }) else { return }
        log.add(.died(kind.rawValue + reason), in: process.life.number)
        world.meta.door = nil
        process.die()
        let pause = state.withLock { state in
            state.process = nil
            state.files = kind == .powerLoss ? state.files.afterPowerLoss() : state.files.afterProcessDeath()
            return Int64.random(in: 1...20 * SimulationPlan.second, using: &state.random)
        }
        drain()
        time.after(pause) { [self] in boot() }
    }

    /// It came to its end by itself.
    private func ended(_ number: Int) {
        guard let process = state.withLock({ $0.process }), process.life.number == number else { return }
        log.add(.stopped, in: number)
        world.meta.door = nil
        process.die()
        state.withLock { state in
            state.process = nil
            state.files = state.files.afterProcessDeath()
        }
        time.after(SimulationPlan.second) { [self] in boot() }
    }

    /// The machine stopped at an operation, or the disk failed: then the service ends, and its supervisor starts it again.
    private func diskFailed(_ failure: JournalError, _ number: Int) {
        let (stop, isMine, delay) = state.withLock { state in
            (
                state.stop, state.process?.life.number == number,
                Int64.random(in: 1...3 * SimulationPlan.second, using: &state.random)
            )
        }
        guard isMine else { return }
        if let stop { return die(stop == .powerLoss ? .powerLoss : .kill, because: " within an operation on files") }
        log.add(.disk("\(failure)"), in: number)
        time.after(delay) { [self] in
            guard state.withLock({ $0.process?.life.number }) == number else { return }
            let isPower = state.withLock { $0.random.isIn(2) }
            die(isPower ? .powerLoss : .kill, because: " after the disk failed")
        }
    }

    private func bootFailed(_ error: JournalError, _ number: Int) {
        log.add(.bootFailed("\(error)"), in: number)
        let pause = state.withLock { state in
            let isPower = state.stop == .powerLoss
            state.files = isPower ? state.files.afterPowerLoss() : state.files.afterProcessDeath()
            if case .failed = error {} else if error != .diskFull { state.hasDamage = true }
            return Int64.random(in: 1...20 * SimulationPlan.second, using: &state.random)
        }
        if state.withLock({ $0.hasDamage }) { log.add(.impossible("the journal is refused: \(error)"), in: number) }
        time.after(pause) { [self] in boot() }
    }

    /// Small, so that segments and snapshots turn over.
    private static var configuration: JournalConfiguration {
        var configuration = JournalConfiguration()
        configuration.segmentBytes = 3000
        configuration.ballastBytes = 16_384
        configuration.maximumPayload = 8192
        configuration.growthBytes = 700
        configuration.snapshotPieceBytes = 1000
        return configuration
    }
}

// The world around it.
extension Simulation {
    private func jumpWall(by milliseconds: Int64) {
        log.add(.wallJumped(milliseconds: milliseconds), in: 0)
        time.jumpWall(by: milliseconds)
    }

    private func fillDisk(for spell: SimulationPlan.Spell) {
        time.after(spell.start) { [self] in
            let files = state.withLock { $0.files }
            log.add(.disk("fills up"), in: 0)
            let used = files.contents.values.reduce(0) { $0 + $1.count }
            files.capacity = used + state.withLock { Int.random(in: 0...4000, using: &$0.random) }
        }
        time.after(spell.start + min(spell.length, SimulationPlan.hour)) { [self] in
            state.withLock { $0.files }.capacity = nil
            log.add(.disk("has room"), in: 0)
        }
    }
}

/// What came of a seed.
package struct SimulationResult: Sendable {
    /// What was not as promised; empty when all was.
    package var violations: [String]
    /// All that the fakes saw.
    package var entries: [LogEntry]
}
