internal import WhatsAppCore

// What a store has made durable, and what it says when it cannot.
extension StoreConformance {
    static func survives(_ subject: Subject, _ findings: Findings) async throws {
        guard let reopen = subject.reopen else { return }
        let open = AcceptedMessage.fresh("open")
        let (done, ignored) = (AcceptedMessage.fresh("done"), AcceptedMessage.fresh("ignored", plan: .ignore(.tooOld)))
        _ = try await subject.store.accept([open, done, ignored])
        try await subject.store.record([.finished(.answered(parts: 1))], for: done.key)
        var progress: [MessageProgress] = [.attempted, .threadOpened("t")]
        try await subject.store.record(progress, for: open.key)
        for time in 1...2 {
            let store = try await reopen()
            findings.expect("unfinished, opened anew", try await store.kept(), is: [Kept(open, progress)])
            let acceptances = try await store.accept([open, done, ignored])
            findings.expect("accepted, opened anew", acceptances, is: [.duplicate, .duplicate, .duplicate])
            let step = MessageProgress.sent(part: time, id: "wamid.\(time)")
            try await store.record([step], for: open.key)
            progress.append(step)
        }
    }

    static func failsAloud(_ subject: Subject, _ findings: Findings) async throws {
        guard let fail = subject.fail else { return }
        let (known, new) = (AcceptedMessage.fresh("known"), AcceptedMessage.fresh("new"))
        let store = subject.store
        _ = try await store.accept([known])
        try await fail()
        await withDiscardingTaskGroup { group in
            for caller in 0..<16 {
                group.addTask {
                    await findings.expectError("accept, while everything below fails") {
                        let messages = caller % 2 == 0 ? [new] : [known, new]
                        findings.report("accept gave \(try await store.accept(messages))")
                    }
                }
            }
            group.addTask {
                await findings.expectError("record, while everything below fails") {
                    try await store.record([.attempted], for: known.key)
                }
            }
        }
    }

    static func allOrNone(_ subject: Subject, _ findings: Findings) async throws {
        guard let fail = subject.fail, let reopen = subject.reopen else { return }
        _ = try await subject.store.accept([.fresh("known")])
        try await fail()
        let messages = (0..<20).map { AcceptedMessage.fresh("\($0)") }
        _ = try? await subject.store.accept(messages)
        let store = try await reopen()
        let count = try await store.kept().count { $0.id != "known" }
        findings.expect(
            count == 0 || count == messages.count,
            "\(count) of \(messages.count) messages were taken in by a call that failed")
        let acceptances = try await store.accept([.fresh("known")] + messages)
        let expected: Acceptance = count == 0 ? .new : .duplicate
        findings.expect("accepted then", acceptances, is: [.duplicate] + messages.map { _ in expected })
    }
}
