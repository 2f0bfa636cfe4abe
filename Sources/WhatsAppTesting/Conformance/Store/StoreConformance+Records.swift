internal import WhatsAppCore

// What a store keeps of messages.
extension StoreConformance {
    static func order(_ store: any IdempotencyStore, _ findings: Findings) async throws {
        // Ids whose order as text is another one, and all of them in the same moment.
        let messages = [9, 10, 1, 11, 2].map { AcceptedMessage.fresh("\($0)") }
        _ = try await store.accept(Array(messages[..<2]))
        for message in messages[2...] { _ = try await store.accept([message]) }
        try await store.record([.attempted], for: messages[1].key)
        try await store.record([.finished(.answered(parts: 1))], for: messages[2].key)
        findings.expect("unfinished", try await store.kept().map(\.id), is: ["9", "10", "11", "2"])
    }

    static func wholeMessage(_ store: any IdempotencyStore, _ findings: Findings) async throws {
        for message in samples {
            _ = try await store.accept([message])
            let kept = try await store.kept().last?.message
            findings.expect(kept == message, "\(message) came back as \(kept.map { "\($0)" } ?? "nothing")")
        }
    }

    static func wholeProgress(_ store: any IdempotencyStore, _ findings: Findings) async throws {
        let messages = (0..<20).map { AcceptedMessage.fresh("\($0)") }
        _ = try await store.accept(messages)
        try await withThrowingDiscardingTaskGroup { group in
            for message in messages {
                group.addTask {
                    try await store.record([], for: message.key)
                    try await store.record(Array(steps[..<4]), for: message.key)
                    for step in steps[4...] { try await store.record([step], for: message.key) }
                }
            }
        }
        for kept in try await store.kept() {
            findings.expect(kept.progress == steps, "\(kept.progress) was kept of \(steps)")
        }
        findings.expect("unfinished", try await store.kept().map(\.message), is: messages)
    }

    static func finishedHasEnded(_ store: any IdempotencyStore, _ findings: Findings) async throws {
        let outcomes: [MessageOutcome] = [
            .answered(parts: 3), .noticed(.unsupported(.image)), .ignored(.tooManyWaiting), .failed(reason: "blocked"),
            .deadLettered(reason: "tried too often"),
        ]
        for (number, outcome) in outcomes.enumerated() {
            let message = AcceptedMessage.fresh("\(number)")
            _ = try await store.accept([message])
            try await store.record([.attempted, .finished(outcome)], for: message.key)
            findings.expect("unfinished after \(outcome)", try await store.kept().map(\.id), is: [])
            findings.expect("accepted after \(outcome)", try await store.accept([message]), is: [.duplicate])
        }
        findings.expect("unfinished", try await store.kept().map(\.id), is: [])
    }

    static func endIsFinal(_ store: any IdempotencyStore, _ findings: Findings) async throws {
        let (done, ignored) = (AcceptedMessage.fresh("done"), AcceptedMessage.fresh("ignored", plan: .ignore(.tooOld)))
        _ = try await store.accept([done, ignored])
        try await store.record([.finished(.answered(parts: 1))], for: done.key)
        let unknown = AcceptedMessage.fresh("unknown")
        for message in [done, ignored, unknown] {
            try await store.record([.sent(part: 0, id: "wamid.late")], for: message.key)
        }
        findings.expect("unfinished", try await store.kept().map(\.id), is: [])
        let acceptances = try await store.accept([done, ignored, unknown])
        findings.expect("accepted", acceptances, is: [.duplicate, .duplicate, .new])
        findings.expect("unfinished", try await store.kept(), is: [Kept(unknown)])
    }

    private static let longText = String(repeating: "السلام عليكم 👋🏽 \n", count: 256)

    private static let steps: [MessageProgress] = [
        .attempted, .suspended, .attempted, .threadOpened("thread-ü/1"), .threadOpened(nil), .threadOpened(""),
        .replied(Reply(parts: [], outcome: .failed(reason: ""))),
        .replied(Reply(parts: [longText, "", "\u{0}\r\n\"\\"], outcome: .answered(parts: 3))),
        .replied(Reply(parts: ["x"], outcome: .noticed(.maintenance))), .sending(part: 0), .notSent(part: 0),
        .sending(part: 0), .sent(part: 0, id: "wamid.ü"), .sending(part: 41), .sent(part: 41, id: ""), .replayed,
    ]

    private static let samples: [AcceptedMessage] = {
        let texts: [String?] = [nil, "", "سلام 😀 e\u{301}", "\u{0}\u{1}\r\n\"\\\u{7f}", longText]
        let users = [
            WhatsAppUser(phoneNumber: "15550100001", userID: "US.1"), WhatsAppUser(phoneNumber: "15550100001"),
            WhatsAppUser(userID: "US.1"), WhatsAppUser(), WhatsAppUser(phoneNumber: ""),
        ]
        let kinds: [MessageKind] = [.text, .image, .missing, MessageKind(rawValue: "brand_new"), .reaction]
        let notices: [Notice] = [
            .maintenance, .registrationFailed, .historyUnavailable, .threadFailed, .answerFailed, .emptyAnswer,
            .unexpected, .unsupported(MessageKind(rawValue: "brand_new")),
        ]
        let plans: [MessagePlan] = [.answer] + notices.map { .notice($0) }
        return plans.enumerated().map { number, plan in
            var message = AcceptedMessage.fresh("sample-\(number)", plan: plan)
            message.text = texts[number % texts.count]
            message.user = users[number % users.count]
            message.kind = kinds[number % kinds.count]
            if number % 2 == 1 { message.messageID = nil }
            message.acceptedAt = message.acceptedAt.advanced(by: .milliseconds(number))
            return message
        }
    }()
}
