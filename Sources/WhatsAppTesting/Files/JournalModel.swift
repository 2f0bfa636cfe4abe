package import WhatsAppCore

/// What a journal promised, kept apart from it: by this alone a recovered journal is judged.
package struct JournalModel: Sendable {
    /// What was asked to be recorded in one call. If the call failed it may be there, as a whole or not at all.
    private struct Call {
        var steps: [MessageProgress]
        var hasFailed: Bool
        var isEnd: Bool { steps.contains { if case .finished = $0 { true } else { false } } }
    }
    private struct Entry {
        var message: AcceptedMessage
        var isAcknowledged = false
        var calls: [Call] = []
    }
    private var entries: [MessageKey: Entry] = [:]
    private var order: [MessageKey] = []
    /// What the journal did that it must not do.
    package private(set) var violations: [String] = []

    /// Makes a model of a journal that was promised nothing.
    package init() {}

    /// The time at which things begin.
    package static let start = UnixTime(seconds: 1_782_900_000)

    /// A journal small enough to turn over several times within a test.
    package static var configuration: JournalConfiguration {
        var configuration = JournalConfiguration()
        configuration.segmentBytes = 1500
        configuration.ballastBytes = 600
        configuration.maximumPayload = 600
        configuration.growthBytes = 300
        configuration.snapshotPieceBytes = 400
        return configuration
    }

    /// Notes that messages were handed over, and checks the answers.
    package mutating func accepted(_ messages: [AcceptedMessage], _ answers: [Acceptance]?) {
        for (position, message) in messages.enumerated() {
            let isNew = entries[message.key] == nil
            if isNew {
                entries[message.key] = Entry(message: message)
                order.append(message.key)
            }
            guard let answers else { continue }
            if answers[position] == .duplicate {
                if isNew { violations.append("\(message.key) is called a duplicate, and was not handed over before") }
            } else if entries[message.key]?.isAcknowledged == true {
                violations.append("\(message.key) is called new twice")
            }
            entries[message.key]?.isAcknowledged = true
        }
    }

    /// Notes that steps were handed over.
    package mutating func recorded(_ steps: [MessageProgress], for key: MessageKey, hasFailed: Bool) {
        entries[key]?.calls.append(Call(steps: steps, hasFailed: hasFailed))
    }

    /// Judges a journal that was opened after all that: nothing lost, nothing twice, nothing invented.
    /// - Returns: what is wrong.
    package func violations(of engine: inout JournalEngine) -> [String] {
        var violations = violations
        let unfinished = engine.unfinished
        let keys = unfinished.map(\.message.key)
        let isKnown = Set(keys)
        if keys != order.filter(isKnown.contains) { violations.append("the order of acceptance is not kept") }
        for (message, progress) in unfinished {
            let entry = entries[message.key]
            if entry?.message != message { violations.append("\(message.key) is not what was handed over") }
            if !Self.explains(progress, (entry?.calls ?? [])[...]) {
                violations.append("\(message.key) has the progress \(progress), after \(entry?.calls ?? [])")
            }
        }
        for key in order where !isKnown.contains(key) {
            guard let entry = entries[key], entry.isAcknowledged else { continue }
            let isIgnored = if case .ignore = entry.message.plan { true } else { false }
            if !isIgnored, !entry.calls.contains(where: \.isEnd) { violations.append("\(key) is lost") }
            let replies = try? engine.commit([.accept([entry.message])], now: Self.start)
            if replies != [.accepted([.duplicate])] { violations.append("\(key) is forgotten") }
        }
        return violations
    }

    /// Whether `progress` is made of these calls: all that returned, and of the others whichever are there.
    private static func explains(_ progress: [MessageProgress], _ calls: ArraySlice<Call>) -> Bool {
        guard let call = calls.first else { return progress.isEmpty }
        if !call.isEnd, progress.starts(with: call.steps),
            explains(Array(progress.dropFirst(call.steps.count)), calls.dropFirst())
        {
            return true
        }
        return call.hasFailed && explains(progress, calls.dropFirst())
    }
}
