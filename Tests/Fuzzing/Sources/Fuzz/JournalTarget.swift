@testable import WhatsAppCore
@testable import WhatsAppTesting

enum JournalTarget {
    private static let sweep: JournalSweep = {
        do { return try JournalSweep(messages: 6, segments: 2) } catch { fatalError("\(error)") }
    }()
    private static let names = sweep.files.keys.sorted()

    static func violations(_ input: FuzzInput) -> [String] {
        var input = input
        switch input.number(below: 4) {
        case 0: return change(&input)
        case 1: return append(&input, inFrame: false)
        case 2: return append(&input, inFrame: true)
        default: return record(input)
        }
    }

    private static func open(_ files: FaultyFiles, salvages: Bool = false) throws(JournalError) -> JournalEngine {
        var configuration = JournalModel.configuration
        configuration.salvagesDamage = salvages
        return try JournalEngine.open(
            files, configuration: configuration, now: JournalModel.start, random: SeededRandom(seed: 1))
    }

    /// Up to four bytes in a row are changed in one file: a loss is never silent.
    private static func change(_ input: inout FuzzInput) -> [String] {
        var sweep = sweep
        let name = names[input.number(below: names.count)]
        let offset = input.number(below: 256) << 8 | input.number(below: 256)
        let pattern = Array(input.bytes.prefix(4))
        guard let size = sweep.files[name]?.count else { return [] }
        sweep.change(name, at: offset % max(size - pattern.count, 1), by: pattern)
        return sweep.violations
    }

    /// Something stands behind the newest segment, as it is or in frames that are right.
    private static func append(_ input: inout FuzzInput, inFrame: Bool) -> [String] {
        let files = FaultyFiles()
        files.contents = sweep.files
        guard var engine = try? open(files) else { return ["does not open"] }
        var frames = engine.segment.frames
        let before = engine.unfinished.count
        engine.close()
        guard let newest = files.contents.keys.filter({ $0.hasPrefix("segment-") }).max() else { return ["no segment"] }
        let pieces = inFrame ? input.pieces() : [Array(input.bytes)]
        files.contents[newest]? += inFrame ? frames.frame(RecordBytes(pieces), synced: 0) : pieces[0]
        return judge(files, atLeast: inFrame ? 0 : before)
    }

    /// Whatever the operator's commands say, opening agrees with it, and once it was opened it is whole.
    private static func judge(_ files: FaultyFiles, atLeast unfinished: Int) -> [String] {
        let verdict: JournalReport.Verdict
        do throws(JournalError) {
            verdict = try JournalStore.inspect(files, now: JournalModel.start).verdict
        } catch {
            return (try? open(files)) == nil ? [] : ["opens in spite of \(error)"]
        }
        if case .damaged = verdict {
            guard (try? open(files)) == nil else { return ["opens in spite of damage"] }
            guard var engine = try? open(files, salvages: true) else {
                return ["cannot be salvaged"]
            }
            engine.close()
        }
        do {
            var engine = try open(files)
            let count = engine.unfinished.count
            engine.close()
            let after = try JournalStore.inspect(files, now: JournalModel.start).verdict
            if after != .clean { return ["\(after) after it was opened"] }
            return count >= unfinished ? [] : ["\(unfinished) unfinished messages became \(count)"]
        } catch {
            return ["\(verdict), but \(error)"]
        }
    }

    /// A record that can be read is written as it was, or in a form that reads the same.
    private static func record(_ input: FuzzInput) -> [String] {
        let bytes = Array(input.bytes)
        var reader = ByteReader(bytes, in: bytes.indices)
        guard let record = try? JournalRecord(from: &reader, in: bytes) else { return [] }
        let encoded = record.encoded
        var second = ByteReader(encoded, in: encoded.indices)
        let again = try? JournalRecord(from: &second, in: encoded)
        return again == record && second.isAtEnd ? [] : ["\(record) became \(String(describing: again))"]
    }
}
