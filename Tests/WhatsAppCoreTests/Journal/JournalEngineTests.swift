import Testing
import WhatsAppTesting

@testable import WhatsAppCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite struct JournalEngineTests {
    private let start = JournalModel.start
    private func open(
        _ files: FaultyFiles, _ configuration: JournalConfiguration = JournalModel.configuration,
        after: Duration = .zero
    ) throws -> JournalEngine {
        try JournalEngine.open(
            files, configuration: configuration, now: start.advanced(by: after), random: SeededRandom(seed: 1))
    }
    private func message(_ id: String, after: Duration = .zero, text: String? = nil) -> AcceptedMessage {
        var message = JournalModel.message(id, text: text)
        message.acceptedAt = start.advanced(by: after)
        return message
    }

    @Test func aBatchKnowsItsOwnMessages() throws {
        var engine = try open(FaultyFiles())
        let (a, b) = (message("a"), message("b"))
        #expect(
            try engine.commit([.accept([a, a, b]), .accept([b]), .record([.attempted], a.key)], now: start)
                == [.accepted([.new, .duplicate, .new]), .accepted([.duplicate]), .recorded])
        #expect(engine.unfinished.map(\.progress) == [[.attempted], []])
    }

    @Test func duplicatesAloneAreNotWritten() throws {
        let files = FaultyFiles()
        var engine = try open(files)
        _ = try engine.commit([.accept([message("a")])], now: start)
        let count = files.operationCount
        #expect(try engine.commit([.accept([message("a")])], now: start) == [.accepted([.duplicate])])
        #expect(files.operationCount == count)
    }

    @Test func idsExpireAndUnfinishedMessagesDoNot() throws {
        let files = FaultyFiles()
        var engine = try open(files)
        let (done, open) = (message("done"), message("open"))
        _ = try engine.commit(
            [.accept([done, open]), .record([.finished(.answered(parts: 1))], done.key)], now: start)
        for _ in 0..<2 {
            let day10 = message("done", after: .seconds(864_000))
            #expect(try engine.commit([.accept([day10])], now: day10.acceptedAt) == [.accepted([.duplicate])])
            engine.close()
            engine = try self.open(files, after: .seconds(864_000))
        }
        engine.close()
        engine = try self.open(files, after: .seconds(864_001))
        let later = [message("done", after: .seconds(864_001)), message("open", after: .seconds(864_001))]
        #expect(try engine.commit([.accept(later)], now: later[0].acceptedAt) == [.accepted([.new, .duplicate])])
        // Accepted again, it is remembered from then on.
        engine.close()
        engine = try self.open(files, after: .seconds(864_002))
        #expect(engine.unfinished.map(\.message) == [open, later[0]])
    }

    @Test func aClockThatIsWrongAtAStartDoesNotCostTheIDs() throws {
        let files = FaultyFiles()
        var engine = try open(files)
        let message = message("a")
        _ = try engine.commit([.accept([message]), .record([.finished(.answered(parts: 1))], message.key)], now: start)
        for time in [Duration.seconds(400 * 86_400), .seconds(-400 * 86_400), .zero] {
            engine.close()
            engine = try open(files, after: time)
        }
        #expect(try engine.commit([.accept([message])], now: start) == [.accepted([.duplicate])])
    }

    @Test func textOfFinishedMessagesIsGoneWithinADay() throws {
        let files = FaultyFiles()
        var configuration = JournalConfiguration()
        configuration.ballastBytes = 0
        var engine = try open(files, configuration)
        let (done, unfinished) = (message("m", text: "a secret question"), message("n", text: "still to answer"))
        let requests: [JournalRequest] = [
            .accept([done, unfinished]),
            .record([.replied(Reply(parts: ["a secret answer"], outcome: .answered(parts: 1)))], done.key),
            .record([.finished(.answered(parts: 1))], done.key),
        ]
        _ = try engine.commit(requests, now: start)
        #expect(files.holds("secret question") && files.holds("secret answer"))
        var now = start
        while now < start.advanced(by: .seconds(86_400)) {
            now = now.advanced(by: .seconds(600))
            while try engine.maintain(now: now) {}
        }
        #expect(!files.holds("secret"))
        #expect(files.holds("still to answer"))
        // Nothing happened since, so nothing is written anew.
        let contents = files.contents
        while try engine.maintain(now: now.advanced(by: .seconds(86_400))) {}
        #expect(files.contents == contents)
    }

    /// What a full disk left of a commit is cut off, and must be gone before another file follows: else a loss of power
    /// would bring it back in the middle of the log.
    @Test(arguments: 0..<100 as Range<UInt64>)
    func aFullDiskBeforeATurnoverDamagesNothing(seed: UInt64) throws {
        let files = FaultyFiles(seed: seed)
        var configuration = JournalConfiguration()
        configuration.ballastBytes = 0
        var engine = try open(files, configuration)
        let taken = message("a")
        _ = try engine.commit([.accept([taken])], now: start)
        files.capacity = files.contents.values.reduce(0) { $0 + $1.count } + 50_000
        let large = (0..<4).map { message("m\($0)", text: String(repeating: "x", count: 100_000)) }
        #expect(try engine.commit([.accept(large)], now: start) == [.refused(.diskFull)])
        files.capacity = nil
        _ = try engine.maintain(now: start.advanced(by: .seconds(13 * 3600)))
        #expect(engine.compaction != nil)
        let second = try open(files.afterPowerLoss(), configuration, after: .seconds(13 * 3600))
        #expect(second.unfinished.map(\.message) == [taken])
    }

    @Test func theLogIsTurnedOverWhileCommitsGoOn() throws {
        let files = FaultyFiles()
        var configuration = JournalModel.configuration
        configuration.snapshotPieceBytes = 100
        var engine = try open(files, configuration)
        for number in 0..<400 {
            let message = message("m\(number)")
            _ = try engine.commit([.accept([message])], now: start)
            _ = try engine.commit([.record([.finished(.noticed(.emptyAnswer))], message.key)], now: start)
            _ = try engine.maintain(now: start)
        }
        #expect(engine.takeEvents().filter { if case .compacted = $0 { true } else { false } }.count > 3)
        engine.close()
        var second = try open(files)
        #expect(second.unfinished.isEmpty)
        #expect(second.recordCount == 800)
        let all = (0..<400).map { message("m\($0)") }
        let replies = try second.commit([.accept(all)], now: start)
        #expect(replies == [.accepted(Array(repeating: .duplicate, count: 400))])
        #expect(files.contents.keys.count < 10)
    }

    @Test func onAFullDiskWhatIsUnderWayIsFinishedAndNothingNewIsTaken() throws {
        let files = FaultyFiles(capacity: 4000)
        var engine = try open(files)
        var taken: [AcceptedMessage] = []
        var refused: AcceptedMessage?
        for number in 0..<100 where refused == nil {
            let message = message("m\(number)", text: String(repeating: "x", count: 50))
            switch try engine.commit([.accept([message])], now: start) {
            case [.accepted([.new])]: taken.append(message)
            case [.refused(.diskFull)]: refused = message
            case let other: Issue.record("\(other)")
            }
        }
        let last = try #require(refused)
        #expect(engine.takeEvents().last == .diskFull)
        // What could be written of it was cut off again.
        #expect(files.contents[engine.segment.name.text]?.count == engine.segment.end)
        #expect(try engine.commit([.record([.attempted], taken[0].key)], now: start) == [.recorded])
        // A duplicate can be told without writing.
        #expect(
            try engine.commit([.accept([taken[1]]), .accept([last])], now: start) == [
                .accepted([.duplicate]), .refused(.diskFull),
            ])
        files.capacity = nil
        let later = start.advanced(by: .seconds(10))
        #expect(try engine.commit([.accept([last])], now: later) == [.accepted([.new])])
        #expect(engine.takeEvents().contains(.roomAgain))
        engine.close()
        #expect(try open(files).unfinished.map(\.message) == taken + [last])
    }

    @Test func aFailedSyncEndsItForGood() throws {
        let files = FaultyFiles()
        var engine = try open(files)
        _ = try engine.commit([.accept([message("first")])], now: start)
        let operations = files.operationCount
        files.fault = .init(.error(EIO), at: operations + 2)
        #expect(throws: JournalError.failed(FileError(.sync, "segment-0000000002", errno: EIO))) {
            try engine.commit([.accept([message("a")])], now: start)
        }
        #expect(throws: JournalError.self) { try engine.commit([.accept([message("b")])], now: start) }
        #expect(throws: JournalError.self) { try engine.maintain(now: start) }
        #expect(files.operationCount == operations + 2)
    }

    @Test func theFileGrowsMuchAtATime() throws {
        let files = FaultyFiles()
        var engine = try open(files)
        var sizes: Set<Int> = []
        for number in 0..<4 {
            _ = try engine.commit([.accept([message("m\(number)")])], now: start)
            sizes.insert(try #require(files.contents["segment-0000000002"]).count)
        }
        #expect(sizes.count == 2)
        engine.close()
        #expect(try open(files).unfinished.count == 4)
    }

    @Test func withoutRoomToGrowItTakesWhatFits() throws {
        let files = FaultyFiles()
        var engine = try open(files)
        let used = files.contents.values.reduce(0) { $0 + $1.count }
        files.capacity = used + 200
        #expect(try engine.commit([.accept([message("a")])], now: start) == [.accepted([.new])])
        engine.close()
        files.capacity = nil
        let second = try open(files)
        #expect(second.unfinished.map(\.message) == [message("a")])
    }

    @Test func whatIsTooLongIsRefusedAlone() throws {
        var engine = try open(FaultyFiles())
        let long = message("long", text: String(repeating: "x", count: 700))
        let replies = try engine.commit([.accept([message("a"), long]), .accept([message("a")])], now: start)
        guard case .refused(.tooLarge(let bytes)) = replies[0] else { throw JournalError.closed }
        #expect(bytes > 700)
        #expect(replies[1] == .accepted([.new]))
    }

    @Test func progressOfWhatIsNotKnownOrHasEndedIsNotKept() throws {
        let files = FaultyFiles()
        var engine = try open(files)
        let message = message("a")
        _ = try engine.commit([.accept([message]), .record([.finished(.answered(parts: 1))], message.key)], now: start)
        #expect(
            try engine.commit(
                [.record([.attempted], message.key), .record([.attempted], self.message("b").key)], now: start)
                == [.recorded, .recorded])
        #expect(engine.recordCount == 2)
    }

    @Test func forgettingLeavesNoByteOfTheUser() throws {
        let files = FaultyFiles()
        var engine = try open(files)
        let gone = JournalModel.message("g", text: "whisper", user: "15550199999")
        _ = try engine.commit([.accept([gone, message("stays", text: "loud")]), .accept([message("t")])], now: start)
        engine.close()
        files.contents["segment-0000000002"]? += Array("15550199999 in a torn tail".utf8)
        #expect(
            try JournalStore.forget(user: "15550199999", files, configuration: JournalModel.configuration, now: start)
                == 1)
        #expect(!files.holds("15550199999") && !files.holds("whisper") && files.holds("loud"))
        var after = try open(files)
        #expect(after.unfinished.map(\.message.messageID) == ["stays", "t"])
        #expect(try after.commit([.accept([gone])], now: start) == [.accepted([.duplicate])])
    }
}

extension FaultyFiles {
    /// Whether any file holds this text.
    fileprivate func holds(_ text: String) -> Bool {
        let sought = Array(text.utf8)
        return contents.values.contains { bytes in
            bytes.indices.contains { bytes[$0...].starts(with: sought) }
        }
    }
}
