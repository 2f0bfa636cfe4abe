import Synchronization
import WhatsAppTesting

/// Runs seeds on all processors and says what came of them.
enum Report {
    /// How many entries of the log are shown before a violation.
    private static let tail = 60

    /// Runs seeds until one fails. Returns whether none did.
    static func seeds(_ seeds: Range<UInt64>, defect: PlantedDefect?) -> Bool {
        guard let failed = timedFirstFailure(in: seeds, { Simulation(seed: $0, defect: defect).run().violations })
        else {
            return true
        }
        let result = Simulation(seed: failed, defect: defect).run()
        for entry in result.entries.suffix(tail) { print(entry) }
        print("seed \(failed):")
        for violation in result.violations { print("  \(violation)") }
        return false
    }

    /// Checks the formatter and the chunker on the texts of each seed, until one fails. Returns whether none did.
    static func texts(_ seeds: Range<UInt64>) -> Bool {
        @Sendable func violations(_ seed: UInt64) -> [String] {
            TextSeed.formatterViolations(seed) + TextSeed.chunkerViolations(seed)
        }
        guard let failed = timedFirstFailure(in: seeds, violations) else { return true }
        print("seed \(failed):")
        for violation in violations(failed) { print("  \(violation)") }
        return false
    }

    /// Shows one seed. Returns whether all was as promised.
    static func trace(_ seed: UInt64, defect: PlantedDefect?) -> Bool {
        let result = Simulation(seed: seed, defect: defect).run()
        for entry in result.entries { print(entry) }
        for violation in result.violations { print("violation: \(violation)") }
        return result.violations.isEmpty
    }

    /// A table of the planted defects and the first seed that finds each. Returns whether all are found.
    static func defects(within seeds: Range<UInt64>) -> Bool {
        var allFound = true
        for defect in PlantedDefect.allCases {
            let name = defect.rawValue + String(repeating: " ", count: 24 - defect.rawValue.count)
            guard let seed = firstFailure(in: seeds, { Simulation(seed: $0, defect: defect).run().violations }) else {
                print("\(name) not found")
                allFound = false
                continue
            }
            print("\(name) \(seed)\t\(Simulation(seed: seed, defect: defect).run().violations.first ?? "")")
        }
        return allFound
    }

    /// Damages a small journal in every way that one bit or one cut can. Returns whether every verdict was right.
    static func sweep(messages: Int) throws -> Bool {
        var sweep = try JournalSweep(messages: max(messages, 3), segments: 3)
        print(
            "\(sweep.recordCount) records in \(sweep.files.count) files, \(sweep.files.values.reduce(0) { $0 + $1.count }) bytes"
        )
        sweep.flip(bits: 0..<8)
        print("flips:  \(sweep.damaged) called damage, \(sweep.torn) a torn tail, \(sweep.clean) clean")
        let (damaged, torn, clean) = (sweep.damaged, sweep.torn, sweep.clean)
        sweep.truncate()
        print(
            "cuts:   \(sweep.damaged - damaged) called damage, \(sweep.torn - torn) a torn tail, "
                + "\(sweep.clean - clean) clean (cut at the end of a commit, or in the zeros behind it)")
        print("wrong verdicts, silent losses among them: \(sweep.violations.count)")
        for violation in sweep.violations.prefix(10) { print("  \(violation)") }
        return sweep.violations.isEmpty
    }

    /// The lowest seed with a violation, after saying how long the search took.
    private static func timedFirstFailure(
        in seeds: Range<UInt64>, _ violations: @escaping @Sendable (UInt64) -> [String]
    ) -> UInt64? {
        let start = ContinuousClock.now
        let failed = firstFailure(in: seeds, violations)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let count = failed.map { $0 - seeds.lowerBound + 1 } ?? UInt64(seeds.count)
        print("\(count) seeds in \(Int(seconds)) s, \(Int(Double(count) / seconds)) a second")
        if failed == nil { print("no violation") }
        return failed
    }

    /// The lowest seed with a violation. Each seed runs on one thread; there is one for each processor.
    private static func firstFailure(
        in seeds: Range<UInt64>, _ violations: @escaping @Sendable (UInt64) -> [String]
    ) -> UInt64? {
        let search = Search(seeds)
        Workers.run {
            while let seed = search.next() {
                if !violations(seed).isEmpty { search.failed(at: seed) }
            }
        }
        return search.failure
    }
}

/// Hands out seeds in order, until one has failed and all before it were tried.
private final class Search: Sendable {
    private let state: Mutex<(next: UInt64, failure: UInt64?)>
    private let end: UInt64

    init(_ seeds: Range<UInt64>) {
        state = Mutex((seeds.lowerBound, nil))
        end = seeds.upperBound
    }

    var failure: UInt64? { state.withLock { $0.failure } }

    func next() -> UInt64? {
        state.withLock { state in
            guard state.next < end, state.failure == nil else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    func failed(at seed: UInt64) { state.withLock { $0.failure = min($0.failure ?? seed, seed) } }
}
