import Testing
import WhatsAppCore

@Suite struct InMemoryStoreTests {
    private let key = AcceptedMessage.sample().key

    @Test func aMessageIsNewOnce() async throws {
        let store = InMemoryStore()
        #expect(try await store.accept([.sample(), .sample(), .sample(id: "other")]) == [.new, .duplicate, .new])
        #expect(try await store.accept([.sample()]) == [.duplicate])
        try await store.record([.finished(.answered(parts: 1))], for: key)
        #expect(try await store.accept([.sample()]) == [.duplicate])
    }

    @Test func theSameIDAtAnotherNumberIsAnotherMessage() {
        #expect(MessageKey(phoneNumberID: "1", messageID: "2") != MessageKey(phoneNumberID: "12", messageID: ""))
        #expect(MessageKey(phoneNumberID: "1", messageID: "w") != MessageKey(phoneNumberID: "2", messageID: "w"))
        // The first 16 bytes of SHA-256 over "9", NUL, "wamid.1".
        #expect("\(key)" == "493b95ae35d9d7dd1481548daf51b89d")
    }

    @Test func whatIsUnfinishedIsToldInTheOrderOfAcceptance() async throws {
        let store = InMemoryStore()
        _ = try await store.accept((0..<5).map { .sample(id: "\($0)") })
        _ = try await store.accept([.sample(id: "ignored", plan: .ignore(.tooOld))])
        let third = AcceptedMessage.sample(id: "3").key
        try await store.record([.attempted, .threadOpened("t")], for: third)
        try await store.record([.finished(.failed(reason: "x"))], for: AcceptedMessage.sample(id: "1").key)
        let unfinished = try await store.unfinished()
        #expect(unfinished.map(\.message.messageID) == ["0", "2", "3", "4"])
        #expect(unfinished[2].progress == [.attempted, .threadOpened("t")])
    }

    @Test func idsExpireAndUnfinishedMessagesDoNot() async throws {
        let store = InMemoryStore()
        func message(_ id: String, after days: Int64) -> AcceptedMessage {
            var message = AcceptedMessage.sample(id: id)
            message.acceptedAt = UnixTime(seconds: 1_782_900_000 + days * 86_400)
            return message
        }
        _ = try await store.accept([message("done", after: 0), message("open", after: 0)])
        try await store.record([.finished(.answered(parts: 1))], for: message("done", after: 0).key)
        #expect(try await store.accept([message("done", after: 10)]) == [.duplicate])
        #expect(try await store.accept([message("done", after: 11)]) == [.new])
        #expect(try await store.accept([message("open", after: 11)]) == [.duplicate])
        #expect(store.count == 2)
    }
}
