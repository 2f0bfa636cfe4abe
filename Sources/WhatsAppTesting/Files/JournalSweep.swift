package import WhatsAppCore

/// Changes and cuts off every byte of a small journal, and looks whether the verdict is right each time.
///
/// A loss is silent when a journal that lacks acknowledged records is taken for a clean one. One such loss cannot be
/// seen, and is not counted: when the newest segment ends exactly at the end of a commit, nothing says that there was more.
/// Cutting off the zeros by which a segment grows is no loss.
package struct JournalSweep: Sendable {
    /// How often each verdict came out.
    package private(set) var damaged = 0
    package private(set) var torn = 0
    package private(set) var clean = 0
    /// Verdicts that are wrong.
    package private(set) var violations: [String] = []
    /// The journal's files: a snapshot and segments.
    package let files: [String: [UInt8]]

    private let newest: String
    /// The ends of the commits in the newest segment, and how many records there are up to each.
    private var ends: [(offset: Int, records: UInt64)] = []
    private var now: UnixTime { JournalModel.start }

    /// Makes a journal of at least `segments` segments and `messages` messages.
    package init(messages: Int, segments: Int, text: String = "text") throws(JournalError) {
        let files = FaultyFiles()
        var configuration = JournalModel.configuration
        configuration.segmentBytes = max(messages * 250 / segments, 100)
        var engine = try JournalEngine.open(
            files, configuration: configuration, now: JournalModel.start, random: SeededRandom(seed: 3))
        var newest = ""
        for number in 0..<messages {
            let message = JournalModel.message("m\(number)", text: "\(text) \(number)")
            let requests: [[JournalRequest]] = [
                [.accept([message])], [.record([.attempted, .threadOpened(nil)], message.key)],
                number % 3 == 0 ? [] : [.record([.finished(.answered(parts: 1))], message.key)],
            ]
            for request in requests {
                _ = try engine.commit(request, now: JournalModel.start)
                // Housekeeping is left out, so that the segments stay.
                let (name, end) = engine.position
                if name != newest { (newest, ends) = (name, [(JournalFrame.headLength, engine.recordCount)]) }
                if end > ends.last?.offset ?? 0 { ends.append((end, engine.recordCount)) }
                if ends.count == 2 { ends[0].records = engine.recordCount - 1 }
            }
        }
        engine.close()
        self.newest = newest
        self.files = files.contents.filter { $0.key != "lock" && $0.key != "ballast" && !$0.key.hasSuffix(".tmp") }
    }

    /// How many records the journal holds.
    package var recordCount: UInt64 { ends.last?.records ?? 0 }

    /// Changes every byte of every file.
    /// - Parameter bits: which bits of each byte are flipped, one at a time; `nil` for another one in each byte.
    package mutating func flip(bits: Range<Int>? = nil) {
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            for index in bytes.indices {
                for bit in bits ?? index % 8..<index % 8 + 1 {
                    var changed = bytes
                    changed[index] ^= 1 << UInt8(bit)
                    judge(
                        name, changed, isInLastCommit: index >= ends.dropLast().last?.offset ?? 0,
                        "\(index).\(bit) flipped")
                }
            }
        }
    }

    /// Changes some bytes in a row, from `offset` on, by those of `pattern`.
    package mutating func change(_ name: String, at offset: Int, by pattern: [UInt8]) {
        guard var changed = files[name], offset + pattern.count <= changed.count, let last = ends.dropLast().last else {
            return
        }
        for (index, byte) in pattern.enumerated() { changed[offset + index] ^= byte }
        // What reaches into the last commit from before it may be either.
        guard changed != files[name], name != newest || offset >= last.offset || offset + pattern.count <= last.offset
        else { return }
        judge(name, changed, isInLastCommit: offset >= last.offset, "\(pattern) at \(offset)")
    }

    /// Cuts every file off at every byte.
    package mutating func truncate() {
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            for length in bytes.indices {
                judge(
                    name, Array(bytes[..<length]), isInLastCommit: length >= JournalFrame.headLength, "cut at \(length)"
                )
            }
        }
    }

    private mutating func judge(_ name: String, _ bytes: [UInt8], isInLastCommit: Bool, _ what: String) {
        var contents = files
        contents[name] = bytes
        let files = FaultyFiles()
        files.contents = contents
        func fail(_ reason: String) { violations.append("\(name), \(what): \(reason)") }
        let report: JournalReport
        do {
            report = try JournalStore.inspect(files, now: now)
        } catch {
            return fail("\(error)")
        }
        let mayBeTorn = name == newest && isInLastCommit
        switch report.verdict {
        case .damaged(let damages):
            damaged += 1
            if mayBeTorn { fail("an unacknowledged tail is called damage") }
            // A file that is cut off at the end of a frame is missed by the one that follows it.
            if damages.first.map({ $0.file < name }) ?? true { fail("the damage is sought in \(damages)") }
            if starts(files) { fail("it starts on damaged data") }
        case .tornTail(let file, let offset, _):
            torn += 1
            if !mayBeTorn || file != name { fail("damage is called a torn tail") }
            let records = ends.last { $0.offset <= offset }?.records
            if records != report.records { fail("\(report.records) records are left, not \(records ?? 0)") }
        case .clean:
            clean += 1
            let before = self.files[name] ?? []
            let isWhole = before.starts(with: bytes) && before.dropFirst(bytes.count).allSatisfy { $0 == 0 }
            if isWhole, report.records == recordCount { return }
            let end = ends.first { $0.offset == bytes.count }
            if !mayBeTorn || end?.records != report.records { fail("a loss is not seen") }
        }
    }

    private func starts(_ files: FaultyFiles) -> Bool {
        guard var engine = try? JournalEngine.open(files, configuration: JournalModel.configuration, now: now) else {
            return false
        }
        engine.close()
        return true
    }
}
