import Testing
import WhatsAppCore
import WhatsAppTesting

@Suite(.timeLimit(.minutes(1))) struct DeadLetterTests {
    private let files = FaultyFiles(seed: 1)
    private let clock = HeldClock()
    private let message = AcceptedMessage.sample()

    private func store() throws -> JournalStore { try JournalStore(files: files, clock: clock) }

    private func letters() throws -> [DeadLetter] { try JournalStore.deadLetters(files, now: clock.now) }

    /// A message that died after the first of two parts.
    private func bury(_ outcome: MessageOutcome = .answered(parts: 2)) async throws {
        let store = try store()
        _ = try await store.accept([message, .sample(id: "other")])
        try await store.record(
            [
                .attempted, .replied(Reply(parts: ["one", "two"], outcome: outcome)), .sending(part: 0),
                .sent(part: 0, id: "w"), .sending(part: 1), .finished(.deadLettered(reason: "token expired")),
            ], for: message.key)
        await store.close()
    }

    @Test func aDeadLetterIsKeptAndIsNotTakenUp() async throws {
        try await bury()
        for _ in 0..<2 {
            let store = try store()
            #expect(try await store.unfinished().map(\.message.messageID) == ["other"])
            #expect(try await store.accept([message]) == [.duplicate])
            await store.close()
            #expect(try letters().map(\.reason) == ["token expired"])
            #expect(try letters().map(\.message) == [message])
            #expect(try JournalStore.inspect(files, now: clock.now).deadLetters == 1)
            #expect(try JournalStore.inspect(files, now: clock.now).unfinished == 1)
        }
    }

    @Test func aReplayGoesOnAfterTheLastPartThatWasSent() async throws {
        try await bury()
        #expect(try JournalStore.change([message.key], to: .replayed, files, now: clock.now) == 1)
        #expect(try letters().isEmpty)
        let bench = Bench(store: try store())
        _ = try await bench.run { _ in await bench.observer.waitForOutcomes(2) }
        #expect(bench.sender.texts.map(\.body).contains("two"))
        #expect(!bench.sender.texts.map(\.body).contains("one"))
        #expect(bench.backend.calls.count { $0.hasPrefix("ask") } == 1)
    }

    @Test func aReplayAfterANoticeAsksAgain() async throws {
        try await bury(.deadLettered(reason: "the backend was down"))
        #expect(try JournalStore.change([message.key], to: .replayed, files, now: clock.now) == 1)
        let bench = Bench(store: try store())
        _ = try await bench.run { _ in await bench.observer.waitForOutcomes(2) }
        #expect(bench.backend.calls.count { $0.hasPrefix("ask") } == 2)
        #expect(Set(bench.sender.texts.map(\.body)) == ["answer to What is patience?"])
    }

    @Test func aLateStatusBringsNothingBackToLife() async throws {
        try await bury()
        let store = try store()
        try await store.record([.sent(part: 1, id: "x")], for: message.key)
        #expect(try await store.unfinished().map(\.message.messageID) == ["other"])
        await store.close()
        #expect(try letters().count == 1)
        let reopened = try self.store()
        #expect(try await reopened.unfinished().count == 1)
        await reopened.close()
    }

    @Test func aDropEndsItForGood() async throws {
        try await bury()
        let end = MessageProgress.finished(.failed(reason: "dropped"))
        #expect(try JournalStore.change([message.key], to: end, files, now: clock.now) == 1)
        #expect(try letters().isEmpty)
        let store = try store()
        #expect(try await store.unfinished().count == 1)
        #expect(try await store.accept([message]) == [.duplicate])
        await store.close()
    }

    @Test func otherMessagesAreNotTouched() async throws {
        try await bury()
        let other = AcceptedMessage.sample(id: "other").key
        let unknown = AcceptedMessage.sample(id: "unknown").key
        #expect(try JournalStore.change([other, unknown], to: .replayed, files, now: clock.now) == 0)
        #expect(try letters().count == 1)
    }

    @Test func keysAreReadAsTheyAreWritten() {
        #expect(MessageKey("\(message.key)") == message.key)
        for text in ["", "x", "\(message.key)0", String(repeating: "g", count: 32)] { #expect(MessageKey(text) == nil) }
    }
}
