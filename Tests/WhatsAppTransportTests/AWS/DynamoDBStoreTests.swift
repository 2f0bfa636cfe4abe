import Synchronization
import Testing
import WhatsAppCore
import WhatsAppTesting

@testable import WhatsAppTransport

extension MessageClaim {
    var progress: [MessageProgress]? { if case .claimed(let progress) = self { progress } else { nil } }
    var isFinished: Bool { if case .finished = self { true } else { false } }
    var heldUntil: UnixTime? { if case .held(let until) = self { until } else { nil } }
}

@Suite(.enabled(if: MotoBench.endpoint != nil), .timeLimit(.minutes(1))) struct DynamoDBStoreTests {
    private let key = MessageKey(phoneNumberID: "9", messageID: "m")
    private static let reply = Reply(parts: ["one", "two"], outcome: .answered(parts: 2))

    /// All that a store can promise whose messages are in a queue: it lists none, and lets write only who has a lease.
    @Test func keepsThePromisesOfAStoreBesideAQueue() async {
        let violations = await StoreConformance.check([.newOnce, .newOnceAtOnce, .remembered]) {
            try await MotoBench().store("a")
        }
        #expect(violations.isEmpty, "\(violations)")
    }

    @Test func oneOfManyGetsAMessage() async throws {
        let bench = try await MotoBench()
        let claims = try await withThrowingTaskGroup(of: MessageClaim.self) { group in
            for owner in 0..<8 { group.addTask { try await bench.store("o\(owner)").claim(key) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(claims.compactMap(\.progress) == [[]])
        #expect(
            claims.compactMap(\.heldUntil) == Array(repeating: bench.clock.now.advanced(by: .seconds(30)), count: 7))
    }

    @Test func whatOneRecordsTheNextReads() async throws {
        let bench = try await MotoBench()
        let first = bench.store("first")
        _ = try await first.claim(key)
        let steps: [[MessageProgress]] = [
            [.attempted, .threadOpened(nil)], [.replied(Self.reply), .sending(part: 0)],
            [.sent(part: 0, id: "w"), .sending(part: 1)], [.notSent(part: 1)],
        ]
        for steps in steps { try await first.record(steps, for: key) }
        let second = bench.store("second")
        #expect(try await second.claim(key).heldUntil != nil)
        bench.clock.advance(by: .seconds(31))
        #expect(try await second.claim(key).progress == steps.flatMap { $0 })
        try await second.record([.sending(part: 1)], for: key)
        try await second.record([.sent(part: 1, id: "x"), .finished(.answered(parts: 2))], for: key)
        #expect(try await first.claim(key).isFinished)
    }

    /// Whoever was slow, and lost the lease, writes nothing any more: neither under another one's lease, nor when all is over.
    @Test func lateWritesAreRefused() async throws {
        let bench = try await MotoBench()
        let (slow, quick) = (bench.store("slow"), bench.store("quick"))
        _ = try await slow.claim(key)
        try await slow.record([.attempted], for: key)
        bench.clock.advance(by: .seconds(31))
        _ = try await quick.claim(key)
        await #expect(throws: DynamoDBStoreError.leaseLost) { try await slow.renew(key) }
        await #expect(throws: DynamoDBStoreError.leaseLost) { try await slow.record([.sending(part: 0)], for: key) }
        try await slow.release(key)
        try await quick.record([.attempted, .finished(.answered(parts: 0))], for: key)
        await #expect(throws: DynamoDBStoreError.leaseLost) { try await slow.record([.sending(part: 0)], for: key) }
        let third = bench.store("third")
        #expect(try await third.claim(key).isFinished)
        let item = try await third.table.get(key.description)
        #expect(item?.steps(Attribute.progress)?.count == 3)
        #expect(DynamoDBStoreError.leaseLost.isTemporary == false)
    }

    @Test func aWriteWhoseAnswerWasLostIsMadeOnce() async throws {
        let bench = try await MotoBench()
        let store = bench.store("o")
        bench.http.loseAnswers(2)
        #expect(try await store.claim(key).progress == [])
        bench.http.loseAnswers(2)
        try await store.record([.attempted], for: key)
        bench.http.loseAnswers(3)
        await #expect(throws: HTTPClientError.self) { try await store.record([.threadOpened("t")], for: key) }
        try await store.record([.threadOpened("t")], for: key)  // As the pipeline does after a while.
        bench.http.loseAnswers(2)
        try await store.record([.finished(.failed(reason: "r"))], for: key)
        let item = try await store.table.get(key.description)
        #expect(
            item?.steps(Attribute.progress) == [
                .step(.attempted), .step(.threadOpened("t")), .step(.finished(.failed(reason: "r"))),
            ])
    }

    @Test func signsOfLifeKeepTheLeaseAndReleaseEndsIt() async throws {
        let bench = try await MotoBench()
        let (owner, other) = (bench.store("owner"), bench.store("other"))
        _ = try await owner.claim(key)
        for _ in 0..<3 {
            bench.clock.advance(by: .seconds(20))
            #expect(try await owner.renew(key) == nil)
            #expect(try await other.claim(key).heldUntil == bench.clock.now.advanced(by: .seconds(30)))
        }
        try await owner.release(key)
        #expect(try await other.claim(key).progress == [])
    }

    @Test func aStatusReachesWhoeverWaits() async throws {
        let bench = try await MotoBench()
        let (worker, door) = (bench.store("worker"), bench.store("door"))
        try await door.noteArrival(part: 0, of: key, id: "nobody knows the message")
        _ = try await worker.claim(key)
        try await worker.record([.replied(Self.reply), .sending(part: 0)], for: key)
        try await door.noteArrival(part: 1, of: key, id: "another part")
        #expect(try await worker.renew(key) == nil)
        try await door.noteArrival(part: 0, of: key, id: "w")
        let arrival = try await worker.renew(key)
        #expect(arrival?.part == 0 && arrival?.id == "w")
        try await worker.record([.sent(part: 0, id: "w"), .sending(part: 1)], for: key)
        #expect(try await worker.renew(key) == nil)
        // Who takes over learns it, too.
        try await door.noteArrival(part: 1, of: key, id: "x")
        bench.clock.advance(by: .seconds(31))
        let next = bench.store("next")
        #expect(try await next.claim(key).progress?.last == .sending(part: 1))
        #expect(try await next.renew(key)?.id == "x")
        try await next.record([.sent(part: 1, id: "x"), .finished(.answered(parts: 2))], for: key)
        try await door.noteArrival(part: 1, of: key, id: "too late")
    }

    /// An item has 400 KB at most, and an answer up to a mebibyte.
    @Test func aLongReplyHasItemsOfItsOwnUntilItWasSent() async throws {
        let bench = try await MotoBench()
        let store = bench.store("o")
        let long = Reply(
            parts: (0..<256).map { "\($0)" + String(repeating: "ص", count: 2048) }, outcome: .answered(parts: 256))
        _ = try await store.claim(key)
        try await store.record([.replied(long)], for: key)
        let place = try #require(store.leases.withLock { $0[key]?.reply })
        #expect(place.count == 4)
        try await store.release(key)
        #expect(try await store.claim(key).progress == [.replied(long)])
        try await store.record([.finished(.answered(parts: 256))], for: key)
        for name in place.keys(of: key) { #expect(try await store.table.get(name) == nil) }
    }

    @Test func aDeadLetterIsTriedAgainOnlyWhenAsked() async throws {
        let bench = try await MotoBench()
        let store = bench.store("o")
        _ = try await store.claim(key)
        try await store.record([.replied(Self.reply), .finished(.deadLettered(reason: "r"))], for: key)
        guard case .finished(isDeadLetter: true) = try await store.claim(key) else {
            Issue.record("expected a dead letter")
            return
        }
        #expect(
            try await store.claim(key, replaying: true).progress == [
                .replied(Self.reply), .finished(.deadLettered(reason: "r")), .replayed,
            ])
        #expect(try await bench.store("p").claim(key, replaying: true).heldUntil != nil)
        try await store.record([.finished(.answered(parts: 2))], for: key)
        #expect(try await store.claim(key, replaying: true).isFinished)
    }

    /// DynamoDB removes items when it comes to it, days later perhaps: what has expired is forgotten all the same.
    @Test func aMessageIsRememberedForFifteenDays() async throws {
        let bench = try await MotoBench()
        let store = bench.store("o")
        _ = try await store.claim(key)
        try await store.record([.attempted, .finished(.answered(parts: 1))], for: key)
        bench.clock.advance(by: .seconds(15 * 86_400))
        #expect(try await store.claim(key).isFinished)
        bench.clock.advance(by: .seconds(2))
        #expect(try await store.claim(key).progress == [])
        // What is not finished is never forgotten.
        try await store.record([.attempted], for: key)
        bench.clock.advance(by: .seconds(20 * 86_400))
        #expect(try await bench.store("p").claim(key).progress == [.attempted])
    }

    @Test func acceptanceTellsNewFromKnown() async throws {
        let bench = try await MotoBench()
        let messages: [AcceptedMessage] = [.text("a", id: "a"), .text("b", id: "b", plan: .ignore(.tooOld))]
        #expect(try await bench.store("o").accept(messages) == [.new, .new])
        #expect(try await bench.store("p").accept(messages) == [.duplicate, .duplicate])
        #expect(try await bench.store("p").unfinished().isEmpty)
    }
}
