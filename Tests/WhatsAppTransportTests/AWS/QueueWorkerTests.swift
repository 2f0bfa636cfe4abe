import Testing
import WhatsAppCore
import WhatsAppTesting

@testable import WhatsAppTransport

@Suite(.enabled(if: MotoBench.endpoint != nil), .timeLimit(.minutes(1))) struct QueueWorkerTests {
    /// A worker with doubles on its other sides.
    private struct Worker: Sendable {
        let sender: RecordingSender
        let observer = RecordingObserver()
        let clock = HeldClock()
        private let run: Task<Void, Never>

        init(
            _ bench: MotoBench, _ name: String, sender: RecordingSender = RecordingSender(),
            answer: @escaping @Sendable (Question) async throws -> String = { "answer to \($0.text)" }
        ) async throws {
            self.sender = sender
            let store = bench.store(name)
            let pipeline = try await MessagePipeline(
                store: store,
                backend: ClosureBackend { question in
                    AsyncThrowingStream { continuation in
                        Task {
                            do {
                                continuation.yield(try await answer(question))
                                continuation.finish()
                            } catch {
                                continuation.finish(throwing: error)
                            }
                        }
                    }
                }, sender: sender, formatter: .identity, chunker: LineChunker(), observer: observer, clock: clock,
                random: { 0 })
            var configuration = QueueWorker.Configuration()
            configuration.wait = .seconds(1)
            let worker = QueueWorker(
                configuration: configuration, queue: bench.queue, store: store, pipeline: pipeline, observer: observer,
                clock: clock)
            run = Task { await worker.run() }
        }

        func stop() { run.cancel() }
        func stopped() async { await run.value }
        var texts: [String] { sender.texts.map(\.body) }
    }

    private func messages(_ count: Int, users: Int = 1) -> [AcceptedMessage] {
        (0..<count).map { .text("q\($0)", from: "1555010000\($0 % users)", id: "w\($0)") }
    }

    @Test func eachMessageIsAnsweredOnceAndInOrder() async throws {
        let bench = try await MotoBench()
        let messages = messages(24, users: 3)
        try await bench.queue.send(messages + messages)
        let worker = try await Worker(bench, "o")
        await worker.observer.waitForOutcomes(24)
        worker.stop()
        await worker.stopped()
        for user in 0..<3 {
            #expect(
                worker.sender.texts.filter { $0.recipient.phoneNumber == "1555010000\(user)" }.map(\.body)
                    == stride(from: user, to: 24, by: 3).map { "answer to q\($0)" })
        }
        #expect(try await bench.queue.receive(upTo: 10, wait: .zero, visibility: .seconds(1)).isEmpty)
    }

    @Test func whatWasAnsweredIsNotAnsweredAgain() async throws {
        let bench = try await MotoBench()
        try await bench.queue.send(messages(1))
        let worker = try await Worker(bench, "o")
        await worker.observer.waitForOutcomes(1)
        worker.stop()
        await worker.stopped()
        // moto has forgotten its deduplication id, as AWS has after five minutes.
        try await bench.queue.send(messages(1))
        let next = try await Worker(bench, "p")
        await next.observer.events.wait { $0.contains { if case .duplicate = $0 { true } else { false } } }
        next.stop()
        await next.stopped()
        #expect(worker.texts == ["answer to q0"])
        #expect(next.texts.isEmpty)
    }

    /// A stop during an answer lets it be sent; what has not begun is given back, and another worker takes it up at once.
    @Test func aStopGivesBackWhatHasNotBegun() async throws {
        let bench = try await MotoBench()
        let gate = Gate()
        try await bench.queue.send(messages(3))
        let worker = try await Worker(bench, "first") { question in
            await gate.pass(question.text)
            return "late \(question.text)"
        }
        await gate.arrivals.wait { !$0.isEmpty }
        worker.stop()
        gate.open()
        await worker.stopped()
        #expect(worker.texts == ["late q0"])
        let next = try await Worker(bench, "second")
        await next.observer.waitForOutcomes(2)
        next.stop()
        await next.stopped()
        #expect(next.texts == ["answer to q1", "answer to q2"])
    }

    /// After the grace period the answer is cut short, says so, and goes on elsewhere.
    @Test func aStopThatTakesTooLongLeavesTheAnswerToAnother() async throws {
        let bench = try await MotoBench()
        let gate = Gate()
        try await bench.queue.send(messages(1))
        let worker = try await Worker(bench, "first") { question in
            await gate.pass(question.text)
            try Task.checkCancellation()
            return "never"
        }
        await gate.arrivals.wait { !$0.isEmpty }
        worker.stop()
        while !worker.observer.events.elements.contains(where: { if case .interrupted = $0 { true } else { false } }) {
            worker.clock.advance(by: .seconds(1))
            await Task.yield()
        }
        await worker.stopped()
        gate.open()
        let next = try await Worker(bench, "second")
        await next.observer.waitForOutcomes(1)
        next.stop()
        await next.stopped()
        #expect(worker.texts.isEmpty)
        #expect(next.texts == ["answer to q0"])
        let item = try await bench.store("x").table.get(messages(1)[0].key.description)
        #expect(item?.steps(Attribute.progress)?.prefix(2) == [.step(.attempted), .step(.threadOpened(nil))])
        #expect(item?.steps(Attribute.progress)?.contains(.step(.suspended)) == true)
    }

    /// The first part went out, and nobody learned of it. The process died; a status reached another one.
    @Test func aStatusThatReachedTheDoorSparesAResend() async throws {
        let bench = try await MotoBench()
        let message = messages(1)[0]
        let dead = bench.store("dead")
        _ = try await dead.claim(message.key)
        let reply = Reply(parts: ["one", "two"], outcome: .answered(parts: 2))
        try await dead.record([.attempted, .replied(reply), .sending(part: 0)], for: message.key)
        try await bench.store("door").noteArrival(part: 0, of: message.key, id: "wamid.known")
        bench.clock.advance(by: .seconds(31))
        try await bench.queue.send([message])
        let worker = try await Worker(bench, "o")
        await worker.observer.events.wait { $0.contains { if case .sendUnknown = $0 { true } else { false } } }
        await worker.clock.waitForSleepers(3)  // For the status, the lease, and the queue.
        worker.clock.advance(by: .seconds(5))
        await worker.observer.waitForOutcomes(1)
        worker.stop()
        await worker.stopped()
        #expect(worker.texts == ["two"])
    }

    @Test func aDeadLetterIsPutAsideAndTriedAgainWhenItIsMovedBack() async throws {
        let bench = try await MotoBench()
        let refused = RecordingSender { _, _ in .rejected(CloudAPIError(code: 100, httpStatus: 400)) }
        try await bench.queue.send(messages(1))
        let worker = try await Worker(bench, "o", sender: refused)
        await worker.observer.waitForOutcomes(1)
        worker.stop()
        await worker.stopped()
        #expect(worker.texts == ["answer to q0"])  // It was refused.
        #expect(try await bench.queue.replayDeadLetters() == 1)
        #expect(try await bench.queue.replayDeadLetters() == 0)
        let next = try await Worker(bench, "p")
        await next.observer.waitForOutcomes(1)
        next.stop()
        await next.stopped()
        #expect(next.texts == ["answer to q0"])
    }

    @Test func aDeadLetterThatFailsAgainIsPutBackOnce() async throws {
        let bench = try await MotoBench()
        let refused = RecordingSender { _, _ in .rejected(CloudAPIError(code: 100, httpStatus: 400)) }
        try await bench.queue.send(messages(1))
        let worker = try await Worker(bench, "o", sender: refused)
        await worker.observer.waitForOutcomes(1)
        var count = 0
        while count == 0 { count = try await bench.queue.replayDeadLetters() }  // It is put aside after its outcome.
        #expect(count == 1)
        await worker.observer.waitForOutcomes(2)
        worker.stop()
        await worker.stopped()
    }

    @Test func aMessageThatCannotBeReadStaysInTheQueueAndHoldsUpNobodyElse() async throws {
        let bench = try await MotoBench()
        try await bench.send(body: "from the future", group: "g")
        try await bench.queue.send(messages(1))
        let worker = try await Worker(bench, "o")
        await worker.observer.waitForOutcomes(1)
        await worker.observer.events.wait { events in
            events.contains { if case .queueFailed(let error) = $0 { error is UnreadableMessage } else { false } }
        }
        worker.stop()
        await worker.stopped()
        #expect(worker.texts == ["answer to q0"])
    }

    @Test func aRecordThatCannotBeReadIsReportedAndHoldsUpNobodyElse() async throws {
        let bench = try await MotoBench()
        let messages = messages(2, users: 2)
        _ = try await bench.store("newer").table.update(
            messages[0].key, "SET \(Attribute.progress) = :steps", if: "attribute_not_exists(\(Attribute.key))"
        ) { $0.object(":steps") { $0.array("L") { $0.object { $0.add("B", Base64.encode([255])) } } } }
        try await bench.queue.send(messages)
        let worker = try await Worker(bench, "o")
        await worker.observer.waitForOutcomes(1)
        await worker.observer.events.wait { events in
            events.contains {
                if case .queueFailed(let error) = $0 { error as? DynamoDBStoreError == .unreadable } else { false }
            }
        }
        worker.stop()
        await worker.stopped()
        #expect(worker.texts == ["answer to q1"])
    }
}

/// A part for each line.
private struct LineChunker: MessageChunker {
    func parts(of text: String) -> [String] { text.split(separator: "\n").map { String($0) } }
}
