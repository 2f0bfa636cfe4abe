import Testing
import WhatsAppCore
import WhatsAppTesting

@Suite(.timeLimit(.minutes(1))) struct MessagePipelineTests {
    @Test func aQuestionGetsItsAnswer() async throws {
        let bench = Bench()
        let outcomes = try await bench.run { pipeline in
            let acceptances = try await pipeline.accept([.sample()])
            #expect(acceptances == [.new])
            return await bench.observer.waitForOutcomes(1)
        }
        #expect(outcomes == [.answered(parts: 1)])
        #expect(bench.sender.texts.map(\.body) == ["answer to What is patience?"])
        #expect(bench.sender.texts.map(\.recipient.phoneNumber) == ["15550100001"])
        #expect(
            bench.backend.calls == ["register 15550100001 en", "thread What is patience?", "ask What is patience?"])
    }

    @Test(
        "a notice is in the language of the message, or in English if it has no words",
        arguments: [("ما هذا؟", "ar"), ("What is this?", "en"), (nil, "en")])
    func noticesFollowTheLanguage(caption: String?, language: String) async throws {
        let bench = Bench()
        try await bench.run { pipeline in
            _ = try await pipeline.accept([
                .sample(text: caption, kind: .image, plan: .notice(.unsupported(.image)))
            ])
            await bench.observer.waitForOutcomes(1)
        }
        let text = AnsariNotices().text(for: .unsupported(.image), language: language)
        #expect(bench.sender.texts.map(\.body) == [text])
    }

    @Test func aMessageThatComesSixteenTimesAtOnceIsAnsweredOnce() async throws {
        let bench = Bench()
        let acceptances = try await bench.run { pipeline in
            let acceptances = try await withThrowingTaskGroup(of: [Acceptance].self) { group in
                for _ in 0..<16 { group.addTask { try await pipeline.accept([.sample()]) } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            _ = try await pipeline.accept([.sample(id: "wamid.last")])
            await bench.observer.waitForOutcomes(2)
            return acceptances
        }
        #expect(acceptances.filter { $0 == .new }.count == 1)
        #expect(acceptances.filter { $0 == .duplicate }.count == 15)
        #expect(bench.sender.texts.count == 2)
    }

    @Test func oneUserIsAnsweredInOrderAndManyAtOnce() async throws {
        let gate = Gate()
        let bench = Bench { question in
            await gate.pass(question.text)
            return question.text
        }
        try await bench.run { pipeline in
            for number in 0..<3 {
                for user in ["1", "2", "3"] {
                    let message = AcceptedMessage.sample(id: "\(user)-\(number)", user: user, text: "\(user)-\(number)")
                    _ = try await pipeline.accept([message])
                }
            }
            // All three users are being worked on, each with the first of their messages.
            await gate.arrivals.wait { $0.count == 3 }
            #expect(Set(gate.arrivals.elements) == ["1-0", "2-0", "3-0"])
            gate.open()
            await bench.observer.waitForOutcomes(9)
        }
        for user in ["1", "2", "3"] {
            let texts = bench.sender.texts.filter { $0.recipient.phoneNumber == user }.map(\.body)
            #expect(texts == ["\(user)-0", "\(user)-1", "\(user)-2"])
        }
    }

    @Test func typingGoesOnWhileTheBackendThinksAndEndsBeforeTheAnswer() async throws {
        let gate = Gate()
        let bench = Bench { question in
            await gate.pass(question.text)
            return "answer"
        }
        try await bench.run { pipeline in
            _ = try await pipeline.accept([.sample()])
            await gate.arrivals.wait { $0.count == 1 }
            for shown in 1...3 {
                await bench.sender.calls.wait { $0.count == shown }
                await bench.clock.waitForSleepers(1)
                bench.clock.advance(by: .seconds(20))
            }
            await bench.sender.calls.wait { $0.count == 4 }
            gate.open()
            await bench.observer.waitForOutcomes(1)
            bench.clock.advance(by: .seconds(100))
        }
        #expect(bench.sender.calls.elements.dropLast() == Array(repeating: .typing("wamid.1"), count: 4)[...])
        #expect(bench.sender.texts.map(\.body) == ["answer"])
    }

    @Test(arguments: [
        (Failing.register, "Sorry, we couldn't register your account. Please try again later."),
        (.findThread, "Sorry, we're having trouble accessing your chat history. Please try again later."),
        (.makeThread, "An unexpected error occurred while creating a new chat session. Please try again later."),
        (.answer, "An error occurred while processing your message. Please try again later."),
        (.middleOfAnswer, "An error occurred while processing your message. Please try again later."),
        (.unforeseen, "An unexpected error occurred while processing your message. Please try again later."),
        (.emptyAnswer, "Sorry, we couldn't process your message. Please try again later."),
        (.endlessAnswer, "An error occurred while processing your message. Please try again later."),
    ])
    func aFailureGivesItsNoticeAndEndsTheTyping(failing: Failing, notice: String) async throws {
        let bench = Bench(failing: failing)
        try await bench.run { pipeline in
            _ = try await pipeline.accept([.sample()])
            await bench.observer.waitForOutcomes(1)
            bench.clock.advance(by: .seconds(100))
        }
        #expect(bench.sender.texts.map(\.body) == [notice])
        guard case .text = bench.sender.calls.elements.last else {
            Issue.record("something was sent after the notice")
            return
        }
    }

    /// A backend may pass on what its HTTP client throws: it is tried again as the same in a `BackendError` is.
    @Test func whatAnHTTPClientThrowsIsTriedAgain() async throws {
        let bench = Bench(failing: .connection)
        let outcomes = try await bench.run { pipeline in
            _ = try await pipeline.accept([.sample()])
            for _ in 0..<5 {
                await bench.clock.waitForSleepers(2)  // The typing indicator's, and the pause.
                bench.clock.advance(by: .seconds(30))
            }
            return await bench.observer.waitForOutcomes(1)
        }
        #expect(bench.backend.calls.count { $0.hasPrefix("ask") } == 6)
        guard case .deadLettered(let reason) = outcomes[0] else { throw Unheard() }
        #expect(reason.contains("nobody there"))
    }

    @Test func partsAreSentInOrderAndTheRestNotAfterARefusal() async throws {
        let sender = RecordingSender { _, number in
            number == 2 ? .rejected(CloudAPIError(code: 131_047)) : .sent(id: "wamid.\(number)")
        }
        let bench = Bench(sender: sender, chunker: WordChunker()) { _ in "one two three four" }
        let outcomes = try await bench.run { pipeline in
            _ = try await pipeline.accept([.sample()])
            return await bench.observer.waitForOutcomes(1)
        }
        #expect(sender.texts.map(\.body) == ["one", "two", "three"])
        #expect(Set(sender.texts.map(\.callbackData)).count == 3)
        guard case .failed = outcomes[0] else {
            Issue.record("expected a failure")
            return
        }
    }

    @Test func ignoredMessagesAreRememberedWithoutASignOfLife() async throws {
        let bench = Bench()
        try await bench.run { pipeline in
            let first = try await pipeline.accept([.sample(plan: .ignore(.tooOld))])
            let second = try await pipeline.accept([.sample()])
            #expect(first + second == [.new, .duplicate])
            await bench.observer.waitForOutcomes(1)
        }
        #expect(bench.sender.calls.elements.isEmpty)
        #expect(bench.backend.calls.isEmpty)
    }

    @Test func aMessageWithoutAnIDIsAnsweredWithoutTyping() async throws {
        let bench = Bench()
        try await bench.run { pipeline in
            var message = AcceptedMessage.sample()
            message.messageID = nil
            _ = try await pipeline.accept([message])
            await bench.observer.waitForOutcomes(1)
        }
        #expect(bench.sender.calls.elements.count == 1)
    }

    @Test func anUnfinishedMessageGoesOnWhereItStopped() async throws {
        let store = InMemoryStore()
        _ = try await store.accept([.sample()])
        try await store.record(
            [
                .replied(Reply(parts: ["one", "two"], outcome: .answered(parts: 2))), .sending(part: 0),
                .sent(part: 0, id: "w"),
            ],
            for: AcceptedMessage.sample().key)
        let bench = Bench(store: store)
        let outcomes = try await bench.run { _ in await bench.observer.waitForOutcomes(1) }
        #expect(outcomes == [.answered(parts: 2)])
        #expect(bench.sender.texts.map(\.body) == ["two"])
        #expect(bench.backend.calls.isEmpty)
    }

    @Test func stoppingFinishesWhatIsRunningAndWhatWaits() async throws {
        let gate = Gate()
        let bench = Bench { question in
            await gate.pass(question.text)
            return question.text
        }
        let pipeline = try await bench.pipeline()
        let run = Task { await pipeline.run() }
        _ = try await pipeline.accept([.sample(id: "a", text: "a"), .sample(id: "b", text: "b")])
        await gate.arrivals.wait { $0.count == 1 }
        run.cancel()
        await bench.waitUntilRefusing(pipeline)
        gate.open()
        await run.value
        #expect(bench.sender.texts.map(\.body) == ["a", "b"])
    }

    @Test func afterTheGracePeriodTheRestIsCancelled() async throws {
        let gate = Gate()
        let bench = Bench { question in
            await gate.pass(question.text)
            try Task.checkCancellation()
            return question.text
        }
        let pipeline = try await bench.pipeline()
        let run = Task { await pipeline.run() }
        _ = try await pipeline.accept([.sample()])
        await gate.arrivals.wait { $0.count == 1 }
        // The typing indicator's renewal, and then the grace period beside it.
        await bench.clock.waitForSleepers(1)
        run.cancel()
        await bench.clock.waitForSleepers(2)
        bench.clock.advance(by: .seconds(30))
        await run.value
        #expect(bench.sender.texts.isEmpty)
        let unfinished = try await bench.store.unfinished()
        #expect(unfinished.count == 1)
        #expect(unfinished.first?.progress == [.attempted, .threadOpened("t"), .suspended])
    }

    /// A send that is cut off may have gone out: it is resumed, and not taken for a refusal.
    @Test func aSendThatIsCutOffAtTheEndOfTheGracePeriodIsResumed() async throws {
        let gate = Gate()
        let sender = RecordingSender { _, _ in
            await gate.pass("send")
            return .unknown(reason: "cancelled")
        }
        let bench = Bench(sender: sender)
        let pipeline = try await bench.pipeline()
        let run = Task { await pipeline.run() }
        _ = try await pipeline.accept([.sample(id: "a"), .sample(id: "b")])
        await gate.arrivals.wait { $0.count == 1 }
        run.cancel()
        await bench.clock.waitForSleepers(1)
        bench.clock.advance(by: .seconds(30))
        await run.value
        let unfinished = try await bench.store.unfinished()
        #expect(unfinished.map(\.message.messageID) == ["a", "b"])
        #expect(unfinished.first?.progress.suffix(2) == [.sending(part: 0), .suspended])
        // What waited behind it is told of too.
        let interrupted = bench.observer.events.elements.filter { if case .interrupted = $0 { true } else { false } }
        #expect(interrupted.count == 2)
        #expect(bench.observer.outcomes.isEmpty)
    }

    @Test func oneUserCannotShutOutTheOthers() async throws {
        let bench = Bench()
        var configuration = MessagePipeline.Configuration()
        configuration.maximumWaitingMessagesPerUser = 5
        let pipeline = try await bench.pipeline(configuration)
        let flood = (0..<20).map { AcceptedMessage.sample(id: "f\($0)", user: "1") }
        #expect(try await pipeline.accept(flood).count == 20)
        #expect(try await pipeline.accept([.sample(id: "f20", user: "1")]) == [.new])
        #expect(try await pipeline.accept([.sample(id: "other", user: "2")]) == [.new])
        let run = Task { await pipeline.run() }
        let outcomes = await bench.observer.waitForOutcomes(22)
        run.cancel()
        await run.value
        #expect(outcomes.count { $0 == .answered(parts: 1) } == 7)
        #expect(outcomes.count { $0 == .ignored(.tooManyWaiting) } == 15)
        #expect(bench.sender.texts.contains { $0.recipient.phoneNumber == "2" })
    }

    @Test(
        "A thread is named by the first six words",
        arguments: [
            ("one", "one"), ("  one\n\ntwo\u{a0}three  ", "one two three"), ("1 2 3 4 5 6", "1 2 3 4 5 6"),
            ("1 2 3 4 5 6 7 8", "1 2 3 4 5 6"), ("ما هو الصبر؟", "ما هو الصبر؟"),
        ])
    func titles(text: String, title: String) async throws {
        let bench = Bench()
        try await bench.run { pipeline in
            _ = try await pipeline.accept([.sample(text: text)])
            await bench.observer.waitForOutcomes(1)
        }
        #expect(bench.backend.calls.contains("thread \(title)"))
    }

    @Test func tooManyWaitingMessagesAreNotTakenIn() async throws {
        let bench = Bench { question in question.text }
        var configuration = MessagePipeline.Configuration()
        configuration.maximumActiveUsers = 1
        configuration.maximumWaitingMessages = 2
        let pipeline = try await bench.pipeline(configuration)
        _ = try await pipeline.accept([.sample(id: "0")])
        _ = try await pipeline.accept([.sample(id: "1"), .sample(id: "2")])
        await #expect(throws: IntakeError.self) { try await pipeline.accept([.sample(id: "3")]) }
        // What was refused is new when it comes again.
        let run = Task { await pipeline.run() }
        await bench.observer.waitForOutcomes(3)
        #expect(try await pipeline.accept([.sample(id: "3")]) == [.new])
        run.cancel()
        await run.value
        #expect(bench.sender.texts.count == 4)
    }
}
