import Testing
import WhatsAppCore
import WhatsAppTesting

@testable import WhatsAppTransport

@Suite(.timeLimit(.minutes(1))) struct SQSQueueTests {
    private func queue(_ http: ScriptedAWS) -> SQSQueue {
        SQSQueue(
            configuration: .init(url: "http://sqs.test/1/q.fifo", deadLetterURL: "http://sqs.test/1/d.fifo"),
            aws: .test,
            http: http, clock: HeldClock(), random: { 0 })
    }
    private let messages: [AcceptedMessage] = (0..<3).map { .text("m\($0)", from: "1555010000\($0)", id: "w\($0)") }

    private func texts(_ request: HTTPRequest) throws -> [String?] {
        try #require(try JSONDocument(request.body).root["Entries"]).elements.map {
            $0["MessageBody"]?.string.flatMap { QueuedMessage(body: $0) }?.message.text
        }
    }

    @Test func whatFailedIsSentAgainAndNothingElse() async throws {
        let http = ScriptedAWS(
            .json(
                200,
                #"{"Successful":[{"Id":"0"},{"Id":"2"}],"Failed":[{"Id":"1","SenderFault":false,"Code":"InternalError"}]}"#
            ),
            .json(200, #"{"Successful":[{"Id":"0"}],"Failed":[]}"#))
        try await queue(http).send(messages)
        #expect(try http.requests.elements.map(texts) == [["m0", "m1", "m2"], ["m1"]])
    }

    @Test(arguments: [
        (#"{"Successful":[],"Failed":[{"Id":"1","SenderFault":false,"Code":"InternalError"}]}"#, 3),
        (#"{"Successful":[],"Failed":[{"Id":"0","SenderFault":true,"Code":"InvalidMessageContents"}]}"#, 1),
        (#"{"Successful":[]}"#, 3), ("{}", 3),
    ])
    func whatIsNotTakenIsNotAcknowledged(answer: String, tries: Int) async throws {
        let http = ScriptedAWS(.json(200, answer))
        await #expect(throws: AWSError.self) { try await queue(http).send(messages) }
        #expect(http.requests.elements.count == tries)
    }

    @Test func anEntryIsKnownByTheMessagesKey() async throws {
        let http = ScriptedAWS(.json(200, #"{"Successful":[{"Id":"0"}]}"#))
        try await queue(http).send([messages[0]])
        let entry = try JSONDocument(try #require(http.requests.elements.first).body).root["Entries"]?.elements.first
        #expect(entry?["MessageDeduplicationId"]?.string == messages[0].key.description)
        #expect(entry?["MessageGroupId"]?.string == QueuedMessage(messages[0]).group)
    }

    /// SQS takes a second one with the same id for the first, for five minutes, and keeps only that.
    @Test func aDeadLetterThatFailsAgainIsNotTakenForTheFirst() async throws {
        let http = ScriptedAWS(.json(200, "{}"))
        for _ in 0..<2 { try await queue(http).sendDeadLetter(messages[0]) }
        let ids = try http.requests.elements.map { try JSONDocument($0.body).root["MessageDeduplicationId"]?.string }
        #expect(ids.count == 2)
        #expect(ids[0] != ids[1])
    }

    @Test func aTextThatNoQueueTakesIsAnsweredWithANotice() async throws {
        let http = ScriptedAWS(.json(200, #"{"Successful":[{"Id":"0"}]}"#))
        try await queue(http).send([.text(String(repeating: "\u{1}", count: 200_000))])
        let entry = try JSONDocument(try #require(http.requests.elements.first).body).root["Entries"]?.elements.first
        let sent = try #require(entry?["MessageBody"]?.string.flatMap { QueuedMessage(body: $0) })
        #expect(sent.message.text == nil)
        #expect(sent.message.plan == .notice(.unsupported(.text)))
    }

    @Test func theDoorAcknowledgesWhatTheQueueHasAndQueuesNothingToIgnore() async throws {
        let http = ScriptedAWS(.json(200, #"{"Successful":[{"Id":"0"}]}"#))
        let observer = RecordingObserver()
        let store = DynamoDBStore(configuration: .init(table: "t"), aws: .test, owner: "o", http: http)
        let intake = SQSIntake(queue: queue(http), store: store, observer: observer)
        #expect(try await intake.accept([messages[0], .text("old", id: "x", plan: .ignore(.tooOld))]) == [.new, .new])
        #expect(try http.requests.elements.map(texts) == [["m0"]])
        #expect(observer.outcomes == [.ignored(.tooOld)])
        let down = SQSIntake(queue: queue(ScriptedAWS(.fails(.cannotConnect))), store: store)
        await #expect(throws: HTTPClientError.self) { try await down.accept([messages[0]]) }
    }
}
