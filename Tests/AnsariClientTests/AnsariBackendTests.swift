import AnsariClient
import Testing
import WhatsAppCore
import WhatsAppTesting

/// The adapter against the simulated backend.
@Suite struct AnsariBackendTests {
    private let clock = HeldClock()
    private let simulated: SimulatedBackend
    private let api: AnsariAPI
    private let user = WhatsAppUser(phoneNumber: "15550100001")

    init() {
        simulated = SimulatedBackend(apiKey: Secret("key"), clock: clock) { "answer to \($0)" }
        api = AnsariAPI(
            configuration: .init(serverURL: "http://backend.test", apiKey: Secret("key")),
            http: InMemoryHTTPClient(["http://backend.test": simulated]))
    }

    private func ask(_ text: String) async throws -> String {
        let backend = AnsariBackend(api)
        try await backend.register(Guest(user: user, preferredLanguage: "en"))
        let thread = try await backend.openThread(for: ThreadRequest(user: user, title: text, now: clock.now))
        var answer = ""
        for try await piece in try await backend.answer(to: Question(user: user, text: text, threadID: thread)) {
            answer += piece
        }
        return answer
    }

    @Test func aNewUserIsRegisteredAndAKnownOneIsNot() async throws {
        #expect(try await ask("one") == "answer to one")
        #expect(try await ask("two") == "answer to two")
        #expect(
            simulated.requests.elements == [
                "GET /whatsapp/v2/users/exists", "POST /whatsapp/v2/users/register", "GET /whatsapp/v2/threads/last",
                "POST /whatsapp/v2/threads", "POST /whatsapp/v2/messages/process",
                "GET /whatsapp/v2/users/exists", "GET /whatsapp/v2/threads/last", "POST /whatsapp/v2/messages/process",
            ])
        let history = try await api.history(of: "thread-1", phoneNumber: "15550100001")
        #expect(history.map(\.text) == ["one", "answer to one", "two", "answer to two"])
    }

    @Test(arguments: [(10_800, 1), (10_801, 2)])
    func aThreadIsContinuedWithinTheRetention(seconds: Int, threads: Int) async throws {
        _ = try await ask("one")
        clock.advance(by: .seconds(seconds))
        _ = try await ask("two")
        #expect(simulated.requests.elements.filter { $0 == "POST /whatsapp/v2/threads" }.count == threads)
    }

    @Test func aUserWithoutAPhoneNumberIsKnownByTheirID() async throws {
        let backend = AnsariBackend(api)
        try await backend.register(Guest(user: WhatsAppUser(userID: "US.1"), preferredLanguage: "en"))
        #expect(try await api.userExists("US.1"))
    }

    @Test func withoutAccountsEachQuestionStandsByItself() async throws {
        let backend = StatelessAnsariBackend(api)
        try await backend.register(Guest(user: user, preferredLanguage: "en"))
        #expect(try await backend.openThread(for: ThreadRequest(user: user, title: "x", now: clock.now)) == nil)
        var answer = ""
        for try await piece in try await backend.answer(to: Question(user: user, text: "q")) { answer += piece }
        #expect(answer == "answer to q")
        #expect(simulated.requests.elements == ["POST /api/v1/complete"])
    }
}
