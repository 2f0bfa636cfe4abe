import Testing
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

@Suite struct CloudAPIClientTests {
    private let requests = Recorder<HTTPRequest>()

    private func client(answering response: HTTPResponse) -> CloudAPIClient {
        client(
            ClosureHTTPHandler { [requests] request in
                requests.append(request)
                return response
            })
    }

    private func client(_ handler: any HTTPHandler, otherwise: (any HTTPClient)? = nil) -> CloudAPIClient {
        var configuration = CloudAPIClient.Configuration(phoneNumberID: "9", accessToken: Secret("token"))
        configuration.graphURL = "http://graph.test/"
        return CloudAPIClient(
            configuration: configuration, http: InMemoryHTTPClient(["http://graph.test": handler], otherwise: otherwise)
        )
    }

    private static let accepted = HTTPResponse(
        status: 200, body: .text(#"{"messaging_product":"whatsapp","contacts":[],"messages":[{"id":"wamid.A"}]}"#))

    @Test(arguments: [
        (
            WhatsAppUser(phoneNumber: "15550100001", userID: "US.1"),
            #"{"messaging_product":"whatsapp","recipient_type":"individual","to":"15550100001","type":"text","text":{"body":"سلام"},"biz_opaque_callback_data":"t"}"#
        ),
        (
            WhatsAppUser(userID: "US.1"),
            #"{"messaging_product":"whatsapp","recipient_type":"individual","recipient":"US.1","type":"text","text":{"body":"سلام"},"biz_opaque_callback_data":"t"}"#
        ),
    ])
    func sendsAText(recipient: WhatsAppUser, body: String) async throws {
        let outcome = await client(answering: Self.accepted)
            .send(OutboundText(recipient: recipient, body: "سلام", callbackData: "t"))
        guard case .sent("wamid.A") = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let request = try #require(requests.elements.first)
        #expect(request.method == .post)
        #expect(request.target == "/v22.0/9/messages")
        #expect(request.fields["authorization"] == "Bearer token")
        #expect(request.fields["content-type"] == "application/json")
        #expect(String(decoding: request.body, as: UTF8.self) == body)
    }

    @Test func showsTypingAndMarksRead() async throws {
        let client = client(answering: HTTPResponse(status: 200, body: .text(#"{"success":true}"#)))
        try await client.showTyping(for: "wamid.A")
        try await client.markRead("wamid.B")
        #expect(
            requests.elements.map { String(decoding: $0.body, as: UTF8.self) } == [
                #"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.A","typing_indicator":{"type":"text"}}"#,
                #"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.B"}"#,
            ])
    }

    @Test(arguments: [
        (HTTPClientError.Code.cannotConnect, false), (.invalidRequest, false), (.timedOut, true),
        (.connectionLost, true),
        (.redirectRefused, true), (.malformedResponse, true),
    ])
    func onlyWhatNeverLeftIsNotSent(code: HTTPClientError.Code, isUnknown: Bool) async {
        let client = CloudAPIClient(
            configuration: .init(phoneNumberID: "9", accessToken: Secret("t")), http: FailingHTTPClient(code: code))
        switch await client.send(OutboundText(recipient: WhatsAppUser(), body: "x")) {
        case .unknown: #expect(isUnknown)
        case .notSent: #expect(!isUnknown)
        default: Issue.record("expected a failure")
        }
    }

    /// The simulated Graph API refuses what Meta refuses, so that what passes here passes there.
    @Test func theSimulatedGraphIsStrict() async throws {
        let graph = SimulatedGraph(phoneNumberID: "9", accessToken: Secret("token"))
        let client = client(graph)
        let user = WhatsAppUser(phoneNumber: "1")
        func code(_ text: OutboundText) async -> Int64? {
            guard case .rejected(let error) = await client.send(text) else { return nil }
            return error.code
        }
        #expect(await code(OutboundText(recipient: user, body: String(repeating: "😀", count: 2048))) == nil)
        #expect(await code(OutboundText(recipient: user, body: String(repeating: "😀", count: 2048) + "x")) == 100)
        #expect(await code(OutboundText(recipient: user, body: "")) == 100)
        #expect(await code(OutboundText(recipient: WhatsAppUser(), body: "x")) == 100)
        #expect(
            await code(OutboundText(recipient: user, body: "x", callbackData: String(repeating: "t", count: 513)))
                == 100)
        try await client.showTyping(for: "w")
        #expect(graph.texts(to: "1").count == 1)
        #expect(graph.events.elements.last == .typing(messageID: "w"))

        let stranger = CloudAPIClient(
            configuration: .init(phoneNumberID: "9", accessToken: Secret("other")),
            http: InMemoryHTTPClient(["https://graph.facebook.com": graph]))
        guard case .rejected(let error) = await stranger.send(OutboundText(recipient: user, body: "x")) else {
            Issue.record("expected a refusal")
            return
        }
        #expect(error.code == 190)
    }
}

/// A client whose every request fails in one way.
struct FailingHTTPClient: HTTPClient {
    var code: HTTPClientError.Code

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        throw HTTPClientError(code: code, message: "as told")
    }
}
