import Testing
import WhatsAppCore
import WhatsAppTesting

/// Messages that another part of the service accepted, and what is on record of them.
@Suite(.timeLimit(.minutes(1))) struct WorkFromElsewhereTests {
    private let message = AcceptedMessage.text("q")

    @Test func theWorkEndsWithTheMessage() async throws {
        let bench = Bench()
        try await bench.run { pipeline in
            let answered = try await pipeline.work(on: message, progress: [])
            #expect(answered == .answered(parts: 1))
            #expect(bench.sender.texts.map(\.body) == ["answer to q"])
            let notice = AcceptedMessage.text("n", id: "wamid.2", plan: .notice(.maintenance))
            let noticed = try await pipeline.work(on: notice, progress: [])
            #expect(noticed == .noticed(.maintenance))
        }
    }

    @Test func itGoesOnWhereTheRecordStops() async throws {
        let bench = Bench()
        let reply = Reply(parts: ["one", "two"], outcome: .answered(parts: 2))
        try await bench.run { pipeline in
            let outcome = try await pipeline.work(
                on: message, progress: [.attempted, .replied(reply), .sending(part: 0), .sent(part: 0, id: "w")])
            #expect(outcome == .answered(parts: 2))
        }
        #expect(bench.sender.texts.map(\.body) == ["two"])
        #expect(bench.backend.calls.isEmpty)
    }

    @Test func aStatusThatIsOnRecordElsewhereSparesAResend() async throws {
        let bench = Bench()
        let reply = Reply(parts: ["one"], outcome: .answered(parts: 1))
        try await bench.run { pipeline in
            async let outcome = pipeline.work(
                on: message, progress: [.attempted, .replied(reply), .sending(part: 0)])
            await bench.observer.events.wait { $0.contains { if case .sendUnknown = $0 { true } else { false } } }
            pipeline.resolve(part: 0, of: MessageKey(phoneNumberID: "9", messageID: "another"), id: "w")
            pipeline.resolve(part: 0, of: message.key, id: "w")
            let ending = try await outcome
            #expect(ending == .answered(parts: 1))
        }
        #expect(bench.sender.texts.isEmpty)
    }

    /// A store refuses for good when another process has the message.
    @Test func aRefusalByTheStoreEndsTheWork() async throws {
        let bench = Bench(store: RefusingStore())
        _ = try await bench.run { pipeline in
            await #expect(throws: RefusingStore.Refusal.self) {
                try await pipeline.work(on: message, progress: [])
            }
        }
        #expect(bench.backend.calls.isEmpty)
        #expect(bench.sender.texts.isEmpty)
    }

    @Test func aStopEndsTheWorkThatWaitsAndLetsNoMoreBegin() async throws {
        let gate = Gate()
        let bench = Bench { question in
            await gate.pass(question.text)
            try Task.checkCancellation()
            return "late"
        }
        var configuration = MessagePipeline.Configuration()
        configuration.maximumActiveUsers = 1
        let pipeline = try await bench.pipeline(configuration)
        let run = Task { await pipeline.run() }
        let active = Task { try await pipeline.work(on: message, progress: []) }
        await gate.arrivals.wait { !$0.isEmpty }
        let waiting = Task {
            try await pipeline.work(on: .text("r", from: "15550100002", id: "wamid.2"), progress: [])
        }
        run.cancel()
        await bench.waitUntilRefusing(pipeline)
        await #expect(throws: IntakeError.self) {
            try await pipeline.work(on: .text("s", id: "wamid.3"), progress: [])
        }
        await bench.clock.waitForSleepers(2)  // The typing indicator, and the grace period.
        bench.clock.advance(by: configuration.gracePeriod)
        await run.value
        await #expect(throws: CancellationError.self) { try await active.value }
        await #expect(throws: (any Error).self) { try await waiting.value }
    }
}

/// A store under which another process has every message.
private final class RefusingStore: IdempotencyStore {
    struct Refusal: StoreError { var isTemporary: Bool { false } }

    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] { messages.map { _ in .new } }
    func record(_ progress: [MessageProgress], for key: MessageKey) async throws { throw Refusal() }
    func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] { [] }
}
