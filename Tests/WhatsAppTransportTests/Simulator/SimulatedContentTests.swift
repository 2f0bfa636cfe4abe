import Testing
import WhatsAppCore

@testable import WhatsAppTesting

/// What goes to and fro beside plain text, and that each call is told of.
struct SimulatedContentTests {
    private let graph = SimulatedGraph(phoneNumberID: "9", accessToken: Secret("t"))

    private func send(_ json: String) async -> Int {
        let request = HTTPRequest(
            method: .post, target: "/v22.0/9/messages", fields: ["Authorization": "Bearer t"],
            body: Array(#"{"messaging_product":"whatsapp","to":"1",\#(json)}"#.utf8))
        return await graph.handle(request).status
    }

    private static func buttons(_ titles: [String], body: String = "Well?") -> String {
        let list = titles.map { #"{"type":"reply","reply":{"id":"i\#($0)","title":"\#($0)"}}"# }.joined(separator: ",")
        return
            #""type":"interactive","interactive":{"type":"button","body":{"text":"\#(body)"},"action":{"buttons":[\#(list)]}}"#
    }

    @Test func buttonsReachTheUser() async {
        #expect(await send(Self.buttons(["Yes", "No"])) == 200)
        guard case .text(let text) = graph.events.elements.first else { return #expect(Bool(false)) }
        #expect(text.body == "Well?")
        #expect(
            text.choices == [
                .init(source: .button, id: "iYes", title: "Yes"), .init(source: .button, id: "iNo", title: "No"),
            ])
    }

    @Test func aListReachesTheUser() async {
        let json = #"""
            "type":"interactive","interactive":{"type":"list","body":{"text":"Which?"},"action":{"button":"Open","sections":
            [{"title":"A","rows":[{"id":"1","title":"One"}]},{"title":"B","rows":[{"id":"2","title":"Two"}]}]}}
            """#
        #expect(await send(json) == 200)
        guard case .text(let text) = graph.events.elements.first else { return #expect(Bool(false)) }
        #expect(text.choices.map(\.title) == ["One", "Two"])
    }

    @Test(arguments: [
        SimulatedContentTests.buttons([]), SimulatedContentTests.buttons(["1", "2", "3", "4"]),
        SimulatedContentTests.buttons([String(repeating: "x", count: 21)]), SimulatedContentTests.buttons([""]),
        SimulatedContentTests.buttons(["Yes"], body: String(repeating: "x", count: 1025)),
        #""type":"image","image":{"id":"1"}"#,
        #""type":"interactive""#, #""type":"interactive","interactive":{"type":"list","body":{"text":"x"}}"#,
    ])
    func whatMetaRefusesIsRefused(json: String) async {
        #expect(await send(json) == 400)
        #expect(graph.events.elements == [.refused(code: 100)])
    }

    private func parsed(_ message: SimulatedDelivery.Message) throws -> InboundMessage? {
        let delivery = SimulatedDelivery(phoneNumberID: "9", appSecret: Secret("s"))
        return try CloudAPIWebhookParser().parse(delivery.body([message])).events.compactMap { event in
            if case .message(let message) = event.content { message } else { nil }
        }.first
    }

    @Test(arguments: [SimulatedDelivery.Message.Choice.Source.button, .list])
    func aChoiceIsDelivered(source: SimulatedDelivery.Message.Choice.Source) throws {
        let message = try parsed(
            .init(id: "m", from: "1", timestamp: 0, choice: .init(source, id: "7", title: "Prayer")))
        #expect(message?.kind == .interactive)
        #expect(message?.interactiveReply?.type == source.rawValue)
        #expect(message?.interactiveReply?.id == "7")
        #expect(message?.interactiveReply?.title == "Prayer")
    }

    @Test func picturesVoiceNotesAndPlacesAreDelivered() throws {
        #expect(try parsed(.init(id: "m", from: "1", timestamp: 0, kind: .image))?.media?.mimeType == "image/jpeg")
        #expect(try parsed(.init(id: "m", from: "1", timestamp: 0, kind: .audio))?.media?.isVoiceNote == true)
        #expect(try parsed(.init(id: "m", from: "1", timestamp: 0, kind: .location))?.location?.latitude == 21.4225)
    }

    /// A demonstration may run for days.
    @Test func aBackendForgetsWhatIsOldest() async {
        let backend = SimulatedBackend(apiKey: Secret("k"), remembering: 10) { _ in "An answer" }
        func status(_ path: String, _ body: String) async -> Int {
            let fields: HTTPFields = ["X-Whatsapp-Api-Key": "k"]
            return await backend.handle(
                HTTPRequest(method: .post, target: path, fields: fields, body: Array(body.utf8))
            ).status
        }
        func asks(_ user: Int, thread: Int) async -> Int {
            let body = #"{"phone_num":"\#(user)","thread_id":"thread-\#(thread)","message":"x"}"#
            return await status("/whatsapp/v2/messages/process", body)
        }
        for user in 1...30 { _ = await status("/whatsapp/v2/threads", #"{"phone_num":"\#(user)"}"#) }
        #expect(await asks(1, thread: 1) == 404)
        #expect(await asks(30, thread: 30) == 200)
        for _ in 1...30 { _ = await status("/whatsapp/v2/threads", #"{"phone_num":"30"}"#) }
        #expect(await asks(30, thread: 30) == 404)
        #expect(await asks(30, thread: 60) == 200)
        #expect(backend.requests.elements.count < 20)
    }

    @Test func aCallIsToldWhenItComesAndWhenItsBodyEnds() async throws {
        let calls = Recorder<SimulatedCall>()
        let backend = SimulatedBackend(apiKey: Secret("k")) { _ in "An answer" }
        let handler = ObservedHandler(backend) { calls.append($0) }
        func call(_ path: String, _ body: String) async -> HTTPResponse {
            await handler.handle(
                HTTPRequest(method: .post, target: path, fields: ["X-Whatsapp-Api-Key": "k"], body: Array(body.utf8)))
        }
        _ = await call("/whatsapp/v2/threads", #"{"phone_num":"1"}"#)
        #expect(calls.elements.map { $0.answer?.status } == [nil, 200])
        let response = await call(
            "/whatsapp/v2/messages/process", #"{"phone_num":"1","thread_id":"thread-1","message":"x"}"#)
        #expect(calls.elements.count == 3)
        #expect(String(decoding: try await response.body.collect(), as: UTF8.self) == "An answer")
        #expect(calls.elements.map(\.number) == [0, 0, 1, 1])
        #expect(calls.elements.last?.answer?.status == 200)
    }
}
