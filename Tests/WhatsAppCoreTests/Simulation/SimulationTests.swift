import Testing
import WhatsAppCore
import WhatsAppTesting

/// The promise, in a world of faults. At any size: `swift run -c release reliability`.
///
/// One after the other and on a thread of their own: they are busy for long, and would starve the tests that talk to one
/// another meanwhile.
@Suite(.serialized) struct SimulationTests {
    private func aside<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            let error = OSThread.start { continuation.resume(returning: body()) }
            if error != 0 { continuation.resume(returning: body()) }
        }
    }

    @Test func keepsThePromise() async {
        let broken = await aside { (UInt64(1)...240).filter { !Simulation(seed: $0).run().violations.isEmpty } }
        #expect(broken.isEmpty)
    }

    /// Seeds that found something once.
    @Test(
        arguments: [
            ("something failed while a status was awaited, and the reply was replaced", 67),
            ("a status came while the resumed message waited for its turn", 107),
            ("a status came while the text was held back", 149),
            ("a message ended at a refusal, and the pause that was asked for was not kept", 35096),
            ("a status was faster than the failure of the request that it told of", 8280),
            ("the first starts failed, and left a later snapshot without its segment", 42379),
            ("the disk was full, and a message whose step could not be recorded was left behind", 63961),
            ("a message that only waited for a status was stopped in good order, and a death forgotten", 100_148),
        ] as [(String, UInt64)])
    func staysMended(what: String, seed: UInt64) async {
        #expect(await aside { Simulation(seed: seed).run().violations.isEmpty })
    }

    @Test func nothingStaysOfAWorldThatCameToRest() async {
        struct Remains: Sendable { weak let world: Simulation? }
        let remains = await aside {
            let world = Simulation(seed: 3)
            _ = world.run()
            return Remains(world: world)
        }
        #expect(remains.world == nil)
    }

    @Test func theSameSeedGivesTheSameTrace() async {
        for seed: UInt64 in 1...10 {
            let first = await aside { Simulation(seed: seed).run().entries.map(\.description) }
            let second = await aside { Simulation(seed: seed).run().entries.map(\.description) }
            #expect(first == second)
            #expect(first.count > 20)
        }
    }

    /// What a checker does not find in a planted defect it would not find in the product either.
    @Test(arguments: PlantedDefect.allCases) func findsThePlantedDefect(defect: PlantedDefect) async {
        let found = await aside {
            (UInt64(1)...1000).first { !Simulation(seed: $0, defect: defect).run().violations.isEmpty }
        }
        #expect(found != nil)
    }

    /// The seeds would prove little if little happened in them.
    @Test func muchHappens() async {
        var counts: [String: Int] = [:]
        for seed: UInt64 in 1...60 {
            for entry in await aside({ Simulation(seed: seed).run().entries }) {
                let kind: String? =
                    switch entry.fact {
                    case .died: "deaths"
                    case .stopping: "stops"
                    case .blindResend: "blind resends"
                    case .refused: "refusals"
                    case .answered(_, let status) where status != 200: "deliveries that failed"
                    case .disk: "disk troubles"
                    case .wallJumped: "jumps of the clock"
                    default: nil
                    }
                if let kind { counts[kind, default: 0] += 1 }
            }
        }
        #expect(counts.count == 7, "\(counts)")
        #expect(counts.values.allSatisfy { $0 >= 5 }, "\(counts)")
    }
}
