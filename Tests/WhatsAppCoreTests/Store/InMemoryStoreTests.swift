import Testing
import WhatsAppCore

@Suite struct InMemoryStoreTests {
    private let key = AcceptedMessage.sample().key

    @Test func theSameIDAtAnotherNumberIsAnotherMessage() {
        #expect(MessageKey(phoneNumberID: "1", messageID: "2") != MessageKey(phoneNumberID: "12", messageID: ""))
        #expect(MessageKey(phoneNumberID: "1", messageID: "w") != MessageKey(phoneNumberID: "2", messageID: "w"))
        // The first 16 bytes of SHA-256 over "9", NUL, "wamid.1".
        #expect("\(key)" == "493b95ae35d9d7dd1481548daf51b89d")
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
