internal import WhatsAppCore

// What a store says of messages.
extension StoreConformance {
    static func newOnce(_ store: any IdempotencyStore, _ findings: Findings) async throws {
        findings.expect("no message", try await store.accept([]), is: [])
        let (a, b) = (AcceptedMessage.fresh("a"), AcceptedMessage.fresh("b"))
        findings.expect("a, a and b at once", try await store.accept([a, a, b]), is: [.new, .duplicate, .new])
        findings.expect("a again", try await store.accept([a]), is: [.duplicate])
        let others = [b, .fresh("c"), a]
        findings.expect("b, c, a", try await store.accept(others), is: [.duplicate, .new, .duplicate])
    }

    static func newOnceAtOnce(_ store: any IdempotencyStore, _ findings: Findings) async throws {
        let messages = (0..<24).map { AcceptedMessage.fresh("\($0)") }
        let new = try await withThrowingTaskGroup(of: [MessageKey].self) { group in
            for caller in 0..<96 {
                group.addTask {
                    // Each call begins elsewhere, so that calls meet one another in every order.
                    let call = (0..<4).map { messages[(caller * 7 + $0 * 5) % messages.count] }
                    return zip(call, try await store.accept(call)).filter { $0.1 == .new }.map(\.0.key)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        for message in messages {
            let count = new.count { $0 == message.key }
            findings.expect(count == 1, "\(count) of many calls were told that the same message is new")
        }
    }

    static func ignoredHasEnded(_ store: any IdempotencyStore, _ findings: Findings) async throws {
        let ignored = AcceptedMessage.fresh("ignored", plan: .ignore(.tooOld))
        findings.expect("accepted", try await store.accept([.fresh("a"), ignored]), is: [.new, .new])
        findings.expect("unfinished", try await store.kept().map(\.id), is: ["a"])
        findings.expect("once more", try await store.accept([ignored]), is: [.duplicate])
        var answered = ignored
        answered.plan = .answer
        findings.expect("with another plan", try await store.accept([answered]), is: [.duplicate])
    }

    static func remembered(_ store: any IdempotencyStore, _ findings: Findings) async throws {
        var (old, open) = (AcceptedMessage.fresh("old"), AcceptedMessage.fresh("open"))
        let ignored = AcceptedMessage.fresh("ignored", daysAgo: 10, plan: .ignore(.tooOld))
        for day in [Int64(10), 5, 0] {
            (old, open) = (.fresh("old", daysAgo: day), .fresh("open", daysAgo: day))
            let expected: [Acceptance] = day == 10 ? [.new, .new, .new] : [.duplicate, .duplicate, .duplicate]
            findings.expect("\(10 - day) days later", try await store.accept([old, open, ignored]), is: expected)
            if day == 10 { try await store.record([.finished(.answered(parts: 1))], for: old.key) }
            // Others come in between: a store may clear up then.
            _ = try await store.accept([.fresh("between-\(day)", daysAgo: day)])
        }
    }

    static func shielded(_ store: any IdempotencyStore, _ findings: Findings) async throws {
        let a = AcceptedMessage.fresh("a")
        let acceptances = try await findings.inCancelledTask { try await store.accept([a]) }
        findings.expect("accept in a cancelled task", acceptances, is: [.new])
        try await findings.inCancelledTask { try await store.record([.attempted, .suspended], for: a.key) }
        findings.expect("what was recorded there", try await store.kept(), is: [Kept(a, [.attempted, .suspended])])
    }

    static func sameWithoutTask(_ store: any IdempotencyStore, _ findings: Findings) async throws {
        let (a, b) = (AcceptedMessage.fresh("a"), AcceptedMessage.fresh("b"))
        findings.expect("new", try await store.acceptEventually([a, a, b]).value.get(), is: [.new, .duplicate, .new])
        findings.expect("then by accept", try await store.accept([b]), is: [.duplicate])
        findings.expect(
            "and again", try await store.acceptEventually([b, a]).value.get(), is: [.duplicate, .duplicate])
        findings.expect("unfinished", try await store.kept(), is: [Kept(a), Kept(b)])
    }
}

/// A message and what is known of it.
struct Kept: Hashable {
    var message: AcceptedMessage
    var progress: [MessageProgress]
    var id: String? { message.messageID }

    init(_ message: AcceptedMessage, _ progress: [MessageProgress] = []) {
        self.message = message
        self.progress = progress
    }
}

extension IdempotencyStore {
    /// The unfinished messages as values that can be compared.
    func kept() async throws -> [Kept] { try await unfinished().map { Kept($0.message, $0.progress) } }
}

extension AcceptedMessage {
    /// A message that came just now, or almost so many days ago: a store may go by its own clock.
    static func fresh(_ id: String, daysAgo days: Int64 = 0, plan: MessagePlan = .answer) -> AcceptedMessage {
        var message = AcceptedMessage.text("What is \(id)?", id: id, plan: plan)
        message.acceptedAt = SystemClock().now
        if days > 0 { message.acceptedAt = message.acceptedAt.advanced(by: .seconds(3600 - days * 86_400)) }
        return message
    }
}
