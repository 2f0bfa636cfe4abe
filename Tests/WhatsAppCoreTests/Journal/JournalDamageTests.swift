import Testing
import WhatsAppTesting

@testable import WhatsAppCore

@Suite struct JournalDamageTests {
    @Test @LongWork func anyByteThatIsChangedIsSeen() throws {
        var sweep = try JournalSweep(messages: 9, segments: 3)
        #expect(sweep.files.keys.filter { $0.hasPrefix("segment") }.count >= 3)
        sweep.flip()
        #expect(sweep.violations == [])
        #expect(sweep.damaged > 1000 && sweep.torn > 0 && sweep.clean == 0)
    }

    @Test @LongWork func anyCutIsSeen() throws {
        var sweep = try JournalSweep(messages: 9, segments: 3)
        sweep.truncate()
        #expect(sweep.violations == [])
        #expect(sweep.damaged > 1000 && sweep.torn > 0 && sweep.clean > 0)
    }

    @Test(
        "A file that is missing is missed",
        arguments: ["snapshot-0000000001", "segment-0000000002", "segment-0000000004"])
    func missingFiles(name: String) throws {
        let sweep = try JournalSweep(messages: 9, segments: 3)
        let files = FaultyFiles()
        files.contents = sweep.files
        #expect(files.contents.removeValue(forKey: name) != nil)
        #expect {
            _ = try JournalEngine.open(files, now: JournalModel.start)
        } throws: {
            if case JournalError.damaged = $0 { true } else { false }
        }
    }

    @Test func firstStartsThatFailedLeaveNothingToRefuse() throws {
        // Names that were never synced: the later snapshot survives a loss of power, the earlier one does not.
        let files = FaultyFiles()
        func openAndClose() throws {
            var engine = try JournalEngine.open(files, now: JournalModel.start)
            engine.close()
        }
        for _ in 1...2 { try openAndClose() }
        #expect(
            files.contents.keys.filter { $0.hasPrefix("s") }.sorted() == ["segment-0000000004", "snapshot-0000000003"])
        files.contents["segment-0000000004"] = nil
        try openAndClose()

        var engine = try JournalEngine.open(files, now: JournalModel.start)
        _ = try engine.commit([.accept([JournalModel.message("m")])], now: JournalModel.start)
        engine.close()
        try openAndClose()
        let segment = try #require(files.contents.keys.filter { $0.hasPrefix("segment") }.max())
        files.contents[segment] = nil
        #expect {
            try openAndClose()
        } throws: {
            if case JournalError.damaged = $0 { true } else { false }
        }
    }

    @Test(
        "A file of another journal is not taken for one of this",
        arguments: ["segment-0000000002", "segment-0000000004"])
    func foreignFiles(name: String) throws {
        // The same numbers and sizes, other texts: as when one file is restored from a backup.
        let sweep = try JournalSweep(messages: 9, segments: 3)
        let other = try JournalSweep(messages: 9, segments: 3, text: "TEXT")
        #expect(sweep.files[name]?.count == other.files[name]?.count && sweep.files[name] != other.files[name])
        let files = FaultyFiles()
        files.contents = sweep.files
        files.contents[name] = other.files[name]
        #expect {
            _ = try JournalEngine.open(files, now: JournalModel.start)
        } throws: {
            if case JournalError.damaged = $0 { true } else { false }
        }
    }

    @Test func salvageKeepsWhatCanBeReadAndSetsTheFileAside() throws {
        let files = FaultyFiles()
        var engine = try JournalEngine.open(files, now: JournalModel.start)
        let messages = (0..<4).map { JournalModel.message("m\($0)", text: "text \($0)") }
        var ends: [Int] = []
        for message in messages {
            _ = try engine.commit([.accept([message])], now: JournalModel.start)
            ends.append(engine.segment.end)
        }
        engine.close()
        var segment = try #require(files.contents["segment-0000000002"])
        segment[ends[0] + 60] ^= 1
        files.contents["segment-0000000002"] = segment
        #expect(
            throws: JournalError.damaged(
                file: "segment-0000000002", offset: ends[0], reason: "a frame's payload is cut off or changed")
        ) { try JournalEngine.open(files, now: JournalModel.start) }
        #expect(files.contents["segment-0000000002"] == segment)

        var configuration = JournalConfiguration()
        configuration.salvagesDamage = true
        var salvaged = try JournalEngine.open(files, configuration: configuration, now: JournalModel.start)
        #expect(salvaged.unfinished.map(\.message) == [messages[0], messages[2], messages[3]])
        salvaged.close()
        #expect(files.contents.values.contains(segment))
        var after = try JournalEngine.open(files, now: JournalModel.start)
        #expect(
            after.takeEvents().contains { if case .opened(let report) = $0 { report.verdict == .clean } else { false } }
        )
        after.close()
    }

    @Test func aTornTailIsKeptAsideForADay() throws {
        let files = FaultyFiles()
        var engine = try JournalEngine.open(files, now: JournalModel.start)
        _ = try engine.commit([.accept([JournalModel.message("m")])], now: JournalModel.start)
        let end = engine.segment.end
        engine.close()
        files.contents["segment-0000000002"]?.replaceSubrange(end..<end + 3, with: [1, 2, 3])
        var second = try JournalEngine.open(files, now: JournalModel.start)
        #expect(second.unfinished.count == 1)
        second.close()
        let name = "segment-0000000002.\(JournalModel.start.seconds).torn"
        #expect(files.contents[name] == [1, 2, 3])
        var third = try JournalEngine.open(files, now: JournalModel.start.advanced(by: .seconds(3600)))
        #expect(files.contents[name] == [1, 2, 3])
        _ = try third.maintain(now: JournalModel.start.advanced(by: .seconds(86_400)))
        third.close()
        #expect(files.contents[name] == nil)
    }

    @Test("What a newer version wrote is refused, also by salvage", arguments: [false, true])
    func newerVersions(salvages: Bool) throws {
        let files = FaultyFiles()
        var engine = try JournalEngine.open(files, now: JournalModel.start)
        let frames = engine.segment.frames
        engine.close()
        var chain = frames
        files.contents["segment-0000000002"]? += chain.frame([[1, 0, 0, 0, 99]], synced: 0)
        var configuration = JournalConfiguration()
        configuration.salvagesDamage = salvages
        #expect(throws: JournalError.newerFormat(file: "segment-0000000002", offset: 52, what: "record type 99")) {
            try JournalEngine.open(files, configuration: configuration, now: JournalModel.start)
        }
    }

    @Test func aFrameThatAUserWritesIsNotTakenForOne() throws {
        // Torn after it, the tail holds a whole frame that claims that everything was synced; but it lacks the salt.
        let files = FaultyFiles()
        var engine = try JournalEngine.open(files, now: JournalModel.start)
        engine.close()
        var forged = JournalFrame(firstSequence: 1, synced: .max, salt: 0, previous: 0)
        files.contents["segment-0000000002"]? += [1] + forged.encode()
        var second = try JournalEngine.open(files, now: JournalModel.start)
        second.close()
    }
}
