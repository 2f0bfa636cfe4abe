import Testing
import WhatsAppCore

@Suite struct MessageLifeTests {
    private static let answered = Reply(parts: ["one", "two", "three"])

    private func life(_ plan: MessagePlan = .answer, progress: [MessageProgress] = []) -> MessageLife {
        MessageLife(.sample(plan: plan), progress: progress) { "notice \($0)" }
    }

    private func send(_ part: Int, _ text: String) -> MessageLife.Action {
        .send(part: part, text: text, token: "\(AcceptedMessage.sample().key)-\(part)")
    }

    @Test func anAnswerFromBeginningToEnd() {
        var life = life()
        #expect(life.start() == step([.attempted], .register))
        #expect(life.handle(.registered) == step([], .openThread))
        #expect(life.handle(.threadOpened("t")) == step([.threadOpened("t")], .ask(threadID: "t")))
        #expect(life.handle(.answered("text")) == step([], .compose("text")))
        #expect(
            life.handle(.composed(parts: ["one", "two"]))
                == step([.replied(Reply(parts: ["one", "two"])), .sending(part: 0)], send(0, "one")))
        #expect(
            life.handle(.sendEnded(.sent(id: "w0")))
                == step([.sent(part: 0, id: "w0"), .sending(part: 1)], send(1, "two")))
        #expect(
            life.handle(.sendEnded(.sent(id: "w1")))
                == step([.sent(part: 1, id: "w1"), .finished(.answered(parts: 2))], .finish(.answered(parts: 2))))
    }

    /// After a restart at any point, what is done next is what had not been done.
    @Test(
        arguments: [
            ("accepted", [], .register),
            ("attempted", [.attempted], .register),
            ("asked", [.attempted, .threadOpened("t")], .register),
            ("answered", [.attempted, .replied(answered)], .send(part: 0, text: "one", token: token(0))),
            ("sending", [.replied(answered), .sending(part: 0)], .send(part: 0, text: "one", token: token(0))),
            (
                "in the middle", [.replied(answered), .sending(part: 0), .sent(part: 0, id: "w")],
                .send(part: 1, text: "two", token: token(1))
            ),
            (
                "at the last part", [.replied(answered), .sent(part: 0, id: "w"), .sent(part: 1, id: "x")],
                .send(part: 2, text: "three", token: token(2))
            ),
            (
                "all sent",
                [.replied(answered), .sent(part: 0, id: "w"), .sent(part: 1, id: "x"), .sent(part: 2, id: "y")],
                .finish(.answered(parts: 3))
            ),
            ("ended", [.finished(.answered(parts: 3))], .finish(.answered(parts: 3))),
        ] as [(String, [MessageProgress], MessageLife.Action)])
    func resumes(name: String, progress: [MessageProgress], action: MessageLife.Action) {
        var life = life(progress: progress)
        #expect(life.start().action == action)
    }

    private static func token(_ part: Int) -> String { "\(AcceptedMessage.sample().key)-\(part)" }

    @Test func aThreadThatIsKnownIsNotOpenedAgain() {
        var life = life(progress: [.attempted, .threadOpened("t")])
        _ = life.start()
        #expect(life.handle(.registered).action == .ask(threadID: "t"))
        var threadless = self.life(progress: [.attempted, .threadOpened(nil)])
        _ = threadless.start()
        #expect(threadless.handle(.registered).action == .ask(threadID: nil))
    }

    @Test(
        arguments: [
            (.register, .registrationFailed), (.findThread, .historyUnavailable), (.makeThread, .threadFailed),
            (.answer, .answerFailed),
        ] as [(BackendError.Operation, Notice)])
    func aFailingBackendGivesItsNotice(operation: BackendError.Operation, notice: Notice) {
        var life = life()
        _ = life.start()
        let failure = life.handle(.backendFailed(BackendError(operation: operation, message: "down")))
        let reply = Reply(parts: ["notice \(notice)"], notice: notice)
        #expect(failure == step([.replied(reply), .sending(part: 0)], send(0, "notice \(notice)")))
        #expect(life.handle(.sendEnded(.sent(id: "w"))).action == .finish(.noticed(notice)))
    }

    @Test func anEmptyAnswerAndTheUnforeseenGiveTheirNotices() {
        var empty = life()
        _ = empty.start()
        #expect(empty.handle(.composed(parts: [])).action == send(0, "notice \(Notice.emptyAnswer)"))
        var unforeseen = life()
        _ = unforeseen.start()
        #expect(unforeseen.handle(.failed).action == send(0, "notice \(Notice.unexpected)"))
    }

    @Test func plansWithoutABackend() {
        var notice = life(.notice(.maintenance))
        #expect(notice.start().action == send(0, "notice \(Notice.maintenance)"))
        #expect(notice.handle(.sendEnded(.sent(id: "w"))).action == .finish(.noticed(.maintenance)))
        var ignored = life(.ignore(.tooOld))
        #expect(
            ignored.start() == step([.attempted, .finished(.ignored(.tooOld))], .finish(.ignored(.tooOld))))
    }

    @Test(
        arguments: [
            .rejected(CloudAPIError(code: 131_047)), .notSent(reason: "no route"), .unknown(reason: "timed out"),
        ] as [SendOutcome])
    func aPartThatIsNotSentEndsTheMessage(outcome: SendOutcome) {
        var life = life(progress: [.replied(Self.answered), .sent(part: 0, id: "w")])
        _ = life.start()
        guard case .finish(.failed(let reason)) = life.handle(.sendEnded(outcome)).action else {
            Issue.record("expected the end")
            return
        }
        #expect(reason.hasPrefix("Part 2 "))
    }

    private func step(_ record: [MessageProgress], _ action: MessageLife.Action) -> MessageLife.Step {
        MessageLife.Step(record: record, action: action)
    }
}

extension AcceptedMessage {
    static func sample(
        id: String = "wamid.1", user: String = "15550100001", text: String? = "What is patience?",
        kind: MessageKind = .text, plan: MessagePlan = .answer
    ) -> AcceptedMessage {
        AcceptedMessage(
            key: MessageKey(phoneNumberID: "9", messageID: id), phoneNumberID: "9", messageID: id,
            user: WhatsAppUser(phoneNumber: user), kind: kind, text: text,
            acceptedAt: UnixTime(seconds: 1_782_900_000), plan: plan)
    }
}
