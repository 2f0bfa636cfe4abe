internal import Synchronization
internal import WhatsAppCore

extension IntakeConformance {
    static func tellsNew(_ subject: Subject, _ findings: Findings) async throws {
        let (a, b) = (AcceptedMessage.from("a"), AcceptedMessage.from("b"))
        findings.expect("no message", try await subject.intake.accept([]), is: [])
        findings.expect("a, a, b", try await subject.intake.accept([a, a, b]), is: [.new, .duplicate, .new])
        findings.expect("c, a", try await subject.intake.accept([.from("c"), a]), is: [.new, .duplicate])
    }

    static func worksOnce(_ subject: Subject, _ bench: IntakeBench, _ findings: Findings) async throws {
        try await subject.working { intake in
            for batch in [["a", "b"], ["a"], ["b", "c"], ["a"]] {
                _ = try await intake.accept(batch.map { .from($0) })
            }
            await bench.waitUntilAsked("a", "b", "c")
            _ = try await intake.accept([.from("a"), .from("last")])
            await bench.waitUntilAsked("last")
        }
        findings.expect("worked on", bench.asked.elements.sorted(), is: ["a", "b", "c", "last"])
    }

    static func ignores(_ subject: Subject, _ bench: IntakeBench, _ findings: Findings) async throws {
        try await subject.working { intake in
            let ignored = AcceptedMessage.from("ignored", plan: .ignore(.tooOld))
            findings.expect("taken in", try await intake.accept([ignored, .from("a")]), is: [.new, .new])
            findings.expect("again", try await intake.accept([.from("ignored")]), is: [.duplicate])
            _ = try await intake.accept([.from("last")])
            await bench.waitUntilAsked("a", "last")
        }
        findings.expect("worked on", bench.asked.elements.sorted(), is: ["a", "last"])
    }

    static func durable(
        _ subject: Subject, next: () async throws -> Subject, _ bench: IntakeBench, _ findings: Findings
    ) async throws {
        // Nobody runs the first.
        findings.expect("taken in", try await subject.intake.accept([.from("a"), .from("b")]), is: [.new, .new])
        findings.expect("worked on before it runs", bench.asked.elements, is: [])
        try await next().working { intake in
            findings.expect("in the next process", try await intake.accept([.from("a")]), is: [.duplicate])
            await bench.waitUntilAsked("a", "b")
        }
        findings.expect("worked on", bench.asked.elements.sorted(), is: ["a", "b"])
    }

    static func failsAloud(_ subject: Subject, _ bench: IntakeBench, _ findings: Findings) async throws {
        try await subject.working { intake in
            bench.store.isFailing.withLock { $0 = true }
            await findings.expectError("accept, while the store fails") { _ = try await intake.accept([.from("a")]) }
            bench.store.isFailing.withLock { $0 = false }
            _ = try await intake.accept([.from("b")])
            await bench.waitUntilAsked("b")
            findings.expect("worked on", bench.asked.elements, is: ["b"])
            findings.expect("a, once more", try await intake.accept([.from("a")]), is: [.new])
            await bench.waitUntilAsked("a")
        }
    }

    static func sameWithoutTask(_ subject: Subject, _ findings: Findings) async throws {
        let (a, b) = (AcceptedMessage.from("a"), AcceptedMessage.from("b"))
        let first = try await subject.intake.acceptEventually([a, a]).value.get()
        findings.expect("a, a", first, is: [.new, .duplicate])
        findings.expect("then by accept", try await subject.intake.accept([a, b]), is: [.duplicate, .new])
        findings.expect("b again", try await subject.intake.acceptEventually([b]).value.get(), is: [.duplicate])
    }

    static func stops(_ subject: Subject, _ bench: IntakeBench, _ findings: Findings) async throws {
        try await subject.working { intake in
            _ = try await intake.accept([.from("a")])
            await bench.waitUntilAsked("a")
        }
        for way in ["accept", "acceptEventually"] {
            let message = AcceptedMessage.from(way)
            await findings.expectError("\(way), when it has stopped") {
                _ =
                    way == "accept"
                    ? try await subject.intake.accept([message])
                    : try await subject.intake.acceptEventually([message]).value.get()
            }
            findings.expect("what was refused", try await bench.store.accept([message]), is: [.new])
        }
    }

    static func overload(_ subject: Subject, _ bench: IntakeBench, _ findings: Findings) async throws {
        guard let capacity = subject.capacity else { return }
        for number in 0..<(capacity + 100) {
            let message = AcceptedMessage.from("\(number)", user: "1555\(number)")
            do {
                _ = try await subject.intake.accept([message])
            } catch IntakeError.overloaded {
                findings.expect(number >= capacity, "only \(number) messages were taken in")
                return findings.expect("what was refused", try await bench.store.accept([message]), is: [.new])
            }
        }
        findings.report("\(capacity + 100) messages were taken in")
    }

    static func awaitedStatus(_ subject: Subject, _ bench: IntakeBench, _ findings: Findings) async throws {
        bench.doubts.append(())
        try await subject.working { intake in
            _ = try await intake.accept([.from("a")])
            await bench.sender.calls.wait { $0.contains { if case .text = $0 { true } else { false } } }
            let status = try status(of: bench.sender.texts.first?.callbackData, id: "wamid.told")
            findings.expect("whether it is asked for", intake.awaits(status), is: true)
            try await intake.receive(status)
            let kept = try await bench.store.kept()
            let isKnown = kept.allSatisfy { $0.progress.contains(.sent(part: 0, id: "wamid.told")) }
            findings.expect(isKnown, "what is on record: \(kept.map(\.progress))")
            // One user's messages go one after the other.
            _ = try await intake.accept([.from("last")])
            if isKnown { await bench.waitUntilAsked("last") }
        }
        let tokens = bench.sender.texts.map(\.callbackData)
        findings.expect("texts that were sent twice", tokens.count - Set(tokens).count, is: 0)
    }

    private static func status(of callbackData: String?, id: String) throws -> MessageStatus {
        let json = JSONWriter.object {
            $0.add("id", id)
            $0.add("status", "sent")
            $0.add("recipient_id", "15550100001")
            $0.add("biz_opaque_callback_data", callbackData)
        }
        return MessageStatus(try JSONDocument(json).root)
    }

    static func strangeStatus(_ subject: Subject, _ bench: IntakeBench, _ findings: Findings) async throws {
        try await subject.working { intake in
            for data in [nil, "", "strange", "\(AcceptedMessage.from("a").key)-0"] {
                try await intake.receive(status(of: data, id: "wamid.1"))
            }
            _ = try await intake.accept([.from("a")])
            await bench.waitUntilAsked("a")
        }
    }
}

/// What surrounds an intake under test.
final class IntakeBench: Sendable {
    let store = FailingStore()
    /// The texts of the messages that were worked on.
    let asked = Recorder<String>()
    /// Nobody knows what became of the first text, where it is told so.
    let doubts = Recorder<Void>()
    let sender: RecordingSender

    init() {
        sender = RecordingSender { [doubts] _, number in
            number == 0 && !doubts.elements.isEmpty ? .unknown(reason: "as told") : .sent(id: "wamid.\(number)")
        }
    }

    var setting: IntakeConformance.Setting {
        let backend = ClosureBackend { [asked] question in
            asked.append(question.text)
            return "answer"
        }
        return IntakeConformance.Setting(store: store, backend: backend, sender: sender)
    }

    func waitUntilAsked(_ texts: String...) async {
        await asked.wait { asked in texts.allSatisfy(asked.contains) }
    }
}

/// A store in memory that fails as long as it is told to.
final class FailingStore: IdempotencyStore {
    private struct Failure: StoreError { var isTemporary: Bool { true } }
    let isFailing = Mutex(false)
    private let store = InMemoryStore()

    private func check() throws { if isFailing.withLock({ $0 }) { throw Failure() } }

    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        try check()
        return try await store.accept(messages)
    }
    func record(_ progress: [MessageProgress], for key: MessageKey) async throws {
        try check()
        try await store.record(progress, for: key)
    }
    func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] {
        try await store.unfinished()
    }
}

extension IntakeConformance.Subject {
    /// Works on what is taken in while `body` runs.
    fileprivate func working(_ body: (any MessageIntake) async throws -> Void) async throws {
        try await running(run) { try await body(intake) }
    }
}

extension AcceptedMessage {
    /// A message whose text is its id.
    fileprivate static func from(
        _ text: String, user: String = "15550100001", plan: MessagePlan = .answer
    ) -> AcceptedMessage {
        var message = AcceptedMessage.text(text, from: user, id: text, plan: plan)
        message.acceptedAt = SystemClock().now
        return message
    }
}
