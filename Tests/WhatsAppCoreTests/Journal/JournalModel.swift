import Testing
import WhatsAppTesting

@testable import WhatsAppCore

/// What a journal promised, kept apart from it: by this alone a recovered journal is judged.
struct JournalModel {
    /// How a call ended.
    enum Ending {
        /// It returned: what it brought must be there.
        case done
        /// It failed: what it brought may be there, as a whole or not at all.
        case failed
    }
    private struct Entry {
        var message: AcceptedMessage
        var isAcknowledged = false
        var steps: [(steps: [MessageProgress], ending: Ending)] = []
    }
    private var entries: [MessageKey: Entry] = [:]
    private var order: [MessageKey] = []
    private(set) var acknowledged = 0

    static let start = UnixTime(seconds: 1_782_900_000)

    /// A journal small enough to turn over several times within a test.
    static var configuration: JournalConfiguration {
        var configuration = JournalConfiguration()
        configuration.segmentBytes = 1500
        configuration.ballastBytes = 600
        configuration.maximumPayload = 600
        configuration.snapshotPieceBytes = 400
        return configuration
    }

    /// Notes that messages were handed over, and checks the answers.
    mutating func accepted(_ messages: [AcceptedMessage], _ answers: [Acceptance]?) {
        for (position, message) in messages.enumerated() {
            let isNew = entries[message.key] == nil
            if isNew {
                entries[message.key] = Entry(message: message)
                order.append(message.key)
            }
            guard let answers else { continue }
            if answers[position] == .duplicate {
                #expect(!isNew, "\(message.key) was called a duplicate, and was never handed over before")
            } else {
                #expect(entries[message.key]?.isAcknowledged != true, "\(message.key) was called new twice")
            }
            if entries[message.key]?.isAcknowledged == false { acknowledged += 1 }
            entries[message.key]?.isAcknowledged = true
        }
    }

    /// Notes that steps were handed over.
    mutating func recorded(_ steps: [MessageProgress], for key: MessageKey, _ ending: Ending) {
        entries[key]?.steps.append((steps, ending))
    }

    /// Judges a journal that was opened after all that: nothing lost, nothing twice, nothing invented.
    func check(_ engine: inout JournalEngine, _ context: Comment) throws {
        let unfinished = engine.unfinished
        let keys = unfinished.map(\.message.key)
        #expect(Set(keys).count == keys.count, context)
        #expect(keys == order.filter { Set(keys).contains($0) }, context)
        for (message, progress) in unfinished {
            #expect(entries[message.key]?.message == message, context)
            let steps = entries[message.key]?.steps ?? []
            #expect(Self.explains(progress, steps[...]), "\(context): \(progress) from \(steps)")
        }
        for (key, entry) in entries where entry.isAcknowledged && !keys.contains(key) {
            let mayBeFinished =
                if case .ignore = entry.message.plan { true } else { entry.steps.contains { Self.hasEnd($0.steps) } }
            #expect(mayBeFinished, "\(context): \(key) is lost")
            let reply = try engine.commit([.accept([entry.message])], now: Self.start)
            #expect(reply == [.accepted([.duplicate])], "\(context): \(key) is forgotten")
        }
    }

    /// Whether `progress` is made of these steps: all that were acknowledged, and of the others whichever are there.
    private static func explains(
        _ progress: [MessageProgress], _ calls: ArraySlice<(steps: [MessageProgress], ending: Ending)>
    ) -> Bool {
        guard let call = calls.first else { return progress.isEmpty }
        if !hasEnd(call.steps), progress.starts(with: call.steps),
            explains(Array(progress.dropFirst(call.steps.count)), calls.dropFirst())
        {
            return true
        }
        return call.ending == .failed && explains(progress, calls.dropFirst())
    }

    private static func hasEnd(_ steps: [MessageProgress]) -> Bool {
        steps.contains { if case .finished = $0 { true } else { false } }
    }
}

extension JournalModel {
    /// Hands messages over and finishes most of them, through several segments, snapshots and two restarts.
    ///
    /// When the journal fails the process "ends", and the next one opens it again, as a supervisor would do.
    static func exercise(_ files: FaultyFiles, messages: Int = 18, restarts: Int = 3) -> JournalModel {
        var model = JournalModel()
        var now = start
        for process in 0..<restarts {
            guard var engine = try? JournalEngine.open(
                files, configuration: configuration, now: now, random: SeededRandom(seed: UInt64(process)))
            else { continue }
            for number in 0..<messages / restarts {
                guard model.turn(process * 100 + number, &engine, &now) else { break }
            }
            engine.close()
        }
        return model
    }

    /// One message's way: two are handed over, one of them twice; the one before gets its answer and its end.
    private mutating func turn(_ number: Int, _ engine: inout JournalEngine, _ now: inout UnixTime) -> Bool {
        now = now.advanced(by: .seconds(2))
        let message = AcceptedMessage.sample(id: "m\(number)", text: "the text of message \(number)")
        let other = AcceptedMessage.sample(
            id: "o\(number)", text: number % 2 == 0 ? nil : "x", plan: number % 2 == 0 ? .ignore(.tooOld) : .answer)
        let key = message.key
        let before = AcceptedMessage.sample(id: "m\(number - 1)").key
        let calls: [[JournalRequest]] = [
            [.accept([message, other, message]), .accept([message])],
            [.record([.attempted, .threadOpened("t\(number)")], key), .record([.sent(part: 0, id: "w"), .sending(part: 1)], before)],
            [.record([.replied(Reply(parts: ["first part", "second part \(number)"])), .sending(part: 0)], key)],
            number % 5 == 4 ? [] : [.record([.finished(.answered(parts: 2))], before)],
            [.accept([other])],
        ]
        for requests in calls {
            let replies = try? engine.commit(requests, now: now)
            for (position, request) in requests.enumerated() {
                switch (request, replies?[position]) {
                case (.accept(let messages), .accepted(let answers)): accepted(messages, answers)
                case (.accept(let messages), _): accepted(messages, nil)
                case (.record(let steps, let key), .recorded): recorded(steps, for: key, .done)
                case (.record(let steps, let key), _): recorded(steps, for: key, .failed)
                }
            }
            guard replies != nil else { return false }
            guard (try? engine.maintain(now: now)) != nil else { return false }
        }
        return true
    }
}
