import Testing
import WhatsAppCore
import WhatsAppTesting

/// Sending under trouble, in a whole pipeline.
@Suite(.timeLimit(.minutes(1))) struct DeliveryTests {
    @Test func aStatusResolvesAnUnknownSend() async throws {
        let sender = RecordingSender { _, number in
            number == 0 ? .unknown(reason: "timed out") : .sent(id: "wamid.\(number)")
        }
        let bench = Bench(sender: sender, chunker: WordChunker()) { _ in "one two" }
        let outcomes = try await bench.run { pipeline in
            _ = try await pipeline.accept([.sample()])
            await bench.observer.events.wait { $0.contains(where: \.isSendUnknown) }
            try await pipeline.receive(bench.status(of: 0))
            return await bench.observer.waitForOutcomes(1)
        }
        #expect(outcomes == [.answered(parts: 2)])
        #expect(sender.texts.map(\.body) == ["one", "two"])
    }

    /// The status does not come again, so it must not be lost with the process.
    @Test func aStatusIsDurableBeforeItIsAcknowledged() async throws {
        let gate = Gate()
        let sender = RecordingSender { _, _ in
            await gate.pass("send")
            return .unknown(reason: "the process ends here")
        }
        let bench = Bench(sender: sender, chunker: WordChunker()) { _ in "one two" }
        let pipeline = try await bench.pipeline()
        let run = Task { await pipeline.run() }
        _ = try await pipeline.accept([.sample()])
        await gate.arrivals.wait { !$0.isEmpty }
        try await pipeline.receive(bench.status(of: 0))
        let known = try await bench.store.unfinished()
        #expect(known.first?.progress.last == .sent(part: 0, id: "w"))
        var life = MessageLife(.sample(), progress: known.first?.progress ?? []) { "\($0)" }
        #expect(life.start().action == .pace)
        gate.open()
        run.cancel()
        await bench.clock.waitForSleepers(1)
        bench.clock.advance(by: .seconds(30))
        await run.value
    }

    /// If the process dies before its own record of the send is durable, the status is the only witness.
    @Test func aStatusIsAwaitedUntilTheSendIsOnRecord() async throws {
        let store = HoldingStore { progress in progress.contains { if case .sent = $0 { true } else { false } } }
        let bench = Bench(store: store, chunker: WordChunker()) { _ in "one two" }
        try await bench.run { pipeline in
            _ = try await pipeline.accept([.sample()])
            await store.gate.arrivals.wait { $0.count == 1 }
            #expect(try pipeline.awaits(bench.status(of: 0)))
            store.gate.open()
            await bench.observer.waitForOutcomes(1)
            #expect(try !pipeline.awaits(bench.status(of: 0)))
        }
        #expect(bench.sender.texts.map(\.body) == ["one", "two"])
    }

    /// A status may overtake the answer to the request that it is about.
    @Test func aStatusThatCameBeforeTheTimeOutCountsToo() async throws {
        let gate = Gate()
        let sender = RecordingSender { _, _ in
            await gate.pass("send")
            return .unknown(reason: "timed out")
        }
        let bench = Bench(sender: sender)
        let outcomes = try await bench.run { pipeline in
            _ = try await pipeline.accept([.sample()])
            await gate.arrivals.wait { !$0.isEmpty }
            try await pipeline.receive(bench.status(of: 0))
            gate.open()
            return await bench.observer.waitForOutcomes(1)
        }
        #expect(outcomes == [.answered(parts: 1)])
        #expect(sender.texts.count == 1)
    }

    @Test(arguments: [CloudAPIError.undeliverable("unreachable"), CloudAPIError(code: 3)])
    func aPartThatWasRefusedForGoodWaitsForNoStatus(error: CloudAPIError) async throws {
        let bench = Bench(sender: RecordingSender { _, _ in .rejected(error) })
        try await bench.run { pipeline in
            _ = try await pipeline.accept([.sample()])
            await bench.observer.waitForOutcomes(1)
            #expect(try !pipeline.awaits(bench.status(of: 0)))
        }
    }

    @Test func withoutAStatusAPartIsSentOnceMore() async throws {
        let sender = RecordingSender { _, number in
            number == 0 ? .unknown(reason: "timed out") : .sent(id: "wamid.\(number)")
        }
        let bench = Bench(sender: sender)
        let outcomes = try await bench.run { pipeline in
            _ = try await pipeline.accept([.sample()])
            await bench.observer.events.wait { $0.contains(where: \.isSendUnknown) }
            await bench.clock.waitForSleepers(1)
            bench.clock.advance(by: .seconds(30))
            return await bench.observer.waitForOutcomes(1)
        }
        #expect(outcomes == [.answered(parts: 1)])
        #expect(sender.texts.count == 2)
        #expect(Set(sender.texts.map(\.callbackData)).count == 1)
        let resends = bench.observer.events.elements.filter(\.isBlindResend)
        #expect(resends.count == 1)
    }

    @Test func aThrottledNumberHoldsEverybodyBack() async throws {
        let sender = RecordingSender { _, number in
            number == 0 ? .rejected(CloudAPIError(code: 130_429)) : .sent(id: "wamid.\(number)")
        }
        let bench = Bench(sender: sender)
        try await bench.run { pipeline in
            _ = try await pipeline.accept([.sample(id: "a", user: "1")])
            await bench.observer.events.wait { $0.contains(where: \.isHeld) }
            await bench.clock.waitForSleepers(1)
            _ = try await pipeline.accept([.sample(id: "b", user: "2")])
            await bench.observer.events.wait { $0.count(where: \.isBackendAnswer) == 2 }
            await bench.clock.waitForSleepers(2)
            #expect(sender.texts.count == 1)
            bench.clock.advance(by: .seconds(1))
            await bench.observer.waitForOutcomes(2)
        }
        #expect(sender.texts.count == 3)
    }

    @Test func aBackendThatIsDownForAMomentIsAskedAgain() async throws {
        let tries = Recorder<Int>()
        let bench = Bench { question in
            tries.append(0)
            if tries.elements.count < 3 { throw BackendError(operation: .answer, message: "down", httpStatus: 503) }
            return "answer"
        }
        try await bench.run { pipeline in
            _ = try await pipeline.accept([.sample()])
            for _ in 0..<2 {
                // Beside the typing indicator's renewal.
                await bench.clock.waitForSleepers(2)
                bench.clock.advance(by: .seconds(2))
            }
            await bench.observer.waitForOutcomes(1)
        }
        #expect(bench.sender.texts.map(\.body) == ["answer"])
    }

    @Test func aLongAnswerKeepsToThePairLimit() async throws {
        let words = (0..<50).map(String.init)
        let bench = Bench(chunker: WordChunker()) { _ in words.joined(separator: " ") }
        try await bench.run { pipeline in
            _ = try await pipeline.accept([.sample()])
            for sent in 45..<50 {
                await bench.sender.calls.wait { $0.count >= sent + 1 }
                await bench.clock.waitForSleepers(1)
                bench.clock.advance(by: .seconds(6))
            }
            await bench.observer.waitForOutcomes(1)
        }
        #expect(bench.sender.texts.map(\.body) == words)
    }
}

/// Holds back some records until its gate is opened.
private struct HoldingStore: IdempotencyStore {
    let gate = Gate()
    var holds: @Sendable ([MessageProgress]) -> Bool
    private let store: any IdempotencyStore = .inMemory

    init(holds: @escaping @Sendable ([MessageProgress]) -> Bool) { self.holds = holds }

    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] { try await store.accept(messages) }
    func record(_ progress: [MessageProgress], for key: MessageKey) async throws {
        if holds(progress) { await gate.pass("record") }
        try await store.record(progress, for: key)
    }
    func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] {
        try await store.unfinished()
    }
}

extension Bench {
    /// The status that tells that the part which was sent as the `number`th text was accepted.
    fileprivate func status(of number: Int) throws -> MessageStatus {
        // A wait that a time limit cut short leaves fewer: that fails this test, and does not end the others.
        let text = try #require(sender.texts.dropFirst(number).first)
        let token = text.callbackData ?? ""
        let payload = try CloudAPIWebhookParser().parse(
            Array(
                #"{"entry":[{"changes":[{"value":{"statuses":[{"id":"w","status":"sent","biz_opaque_callback_data":"\#(token)"}]}}]}]}"#
                    .utf8))
        guard case .status(let status) = try #require(payload.events.first).content else {
            throw WebhookParseError(reason: "no status")
        }
        return status
    }
}

extension PipelineEvent {
    fileprivate var isSendUnknown: Bool { if case .sendUnknown = self { true } else { false } }
    fileprivate var isHeld: Bool { if case .held = self { true } else { false } }
    fileprivate var isBackendAnswer: Bool { if case .backendAnswered = self { true } else { false } }
    fileprivate var isBlindResend: Bool { if case .blindResend = self { true } else { false } }
}
