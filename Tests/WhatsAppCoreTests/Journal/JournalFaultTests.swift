import Testing
import WhatsAppTesting

@testable import WhatsAppCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Fails the Nth operation, N = 1, 2, …, until a run is clean; then looks at what is left.
@Suite struct JournalFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var kind: FaultyFiles.Fault.Kind
        var isSticky: Bool
        var testDescription: String { name + (isSticky ? ", from there on" : ", once") }
    }
    static let cases: [Case] = [
        Case(name: "EIO", kind: .error(EIO), isSticky: false), Case(name: "EIO", kind: .error(EIO), isSticky: true),
        Case(name: "ENOSPC", kind: .error(ENOSPC), isSticky: false),
        Case(name: "ENOSPC", kind: .error(ENOSPC), isSticky: true),
        Case(name: "EDQUOT", kind: .error(EDQUOT), isSticky: false),
        Case(name: "EINTR", kind: .error(EINTR), isSticky: false),
        Case(name: "short write", kind: .shortWrite, isSticky: false),
        Case(name: "short write", kind: .shortWrite, isSticky: true),
    ]

    @Test("Whatever operation fails, nothing is lost and nothing comes twice", arguments: cases)
    @LongWork func anyOperationFails(_ fault: Case) throws {
        var (number, runs) = (1, 0)
        while true {
            let files = FaultyFiles(seed: UInt64(number))
            files.fault = FaultyFiles.Fault(fault.kind, at: number, isSticky: fault.isSticky)
            let model = JournalModel.exercise(files, messages: 8)
            if !files.hasFailed, files.operationCount < number { break }
            if files.hasFailed {
                runs += 1
                try check(model, files, "\(fault.testDescription) at \(number)")
            }
            number += 1
        }
        // Not a run that stops at once: it goes through opening, commits, rotation and compaction.
        #expect(runs > 40)
    }

    private func check(_ model: JournalModel, _ files: FaultyFiles, _ context: String) throws {
        try open(files.afterProcessDeath(), model, "\(context), process death")
        try open(files.afterPowerLoss(), model, "\(context), power loss")
    }

    private func open(_ files: FaultyFiles, _ model: JournalModel, _ context: Comment) throws {
        for _ in 0..<2 {
            var engine = try JournalEngine.open(
                files, configuration: JournalModel.configuration, now: JournalModel.start, random: SeededRandom(seed: 5)
            )
            #expect(model.violations(of: &engine) == [], context)
            engine.close()
        }
    }
}
