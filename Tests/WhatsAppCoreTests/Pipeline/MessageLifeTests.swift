import Testing
import WhatsAppCore

@Suite struct MessageLifeTests {
    private static let answered = Reply(parts: ["one", "two", "three"], outcome: .answered(parts: 3))

    private func send(_ part: Int, _ text: String) -> MessageLife.Action {
        .send(part: part, text: text, token: Self.token(part))
    }

    private static func token(_ part: Int) -> String { "\(AcceptedMessage.sample().key)-\(part)" }

    @Test func anAnswerFromBeginningToEnd() {
        var life = Held()
        #expect(life.start() == step([.attempted], .register))
        #expect(life.handle(.registered) == step([], .openThread(lost: nil)))
        #expect(life.handle(.threadOpened("t")) == step([.threadOpened("t")], .ask(threadID: "t")))
        #expect(life.handle(.answered("text")) == step([], .compose("text")))
        let reply = Reply(parts: ["one", "two"], outcome: .answered(parts: 2))
        #expect(life.handle(.composed(parts: ["one", "two"])) == step([.replied(reply)], .pace))
        #expect(life.handle(.paced) == step([.sending(part: 0)], send(0, "one")))
        #expect(life.handle(.sendEnded(.sent(id: "w0"))) == step([.sent(part: 0, id: "w0")], .pace))
        #expect(life.handle(.paced) == step([.sending(part: 1)], send(1, "two")))
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
            ("answered", [.attempted, .replied(answered)], .pace),
            ("sending", [.replied(answered), .sending(part: 0)], .awaitStatus(token: token(0))),
            ("not sent", [.replied(answered), .sending(part: 0), .notSent(part: 0)], .pace),
            ("between parts", [.replied(answered), .sending(part: 0), .sent(part: 0, id: "w")], .pace),
            (
                "sending the second",
                [.replied(answered), .sending(part: 0), .sent(part: 0, id: "w"), .sending(part: 1)],
                .awaitStatus(token: token(1))
            ),
            (
                "all sent",
                [.replied(answered), .sent(part: 0, id: "w"), .sent(part: 1, id: "x"), .sent(part: 2, id: "y")],
                .finish(.answered(parts: 3))
            ),
            ("ended", [.finished(.answered(parts: 3))], .finish(.answered(parts: 3))),
        ] as [(String, [MessageProgress], MessageLife.Action)])
    func resumes(name: String, progress: [MessageProgress], action: MessageLife.Action) {
        var life = Held(progress: progress)
        #expect(life.start().action == action)
    }

    /// What failed was no fault of the reply, and parts of it may be out.
    @Test func aFailureNobodyForesawLeavesASettledReplyAsItIs() {
        var life = Held(progress: [.replied(Self.answered), .sending(part: 0), .sent(part: 0, id: "w")])
        _ = life.start()
        guard case .finish(.deadLettered) = life.handle(.failed).action else {
            Issue.record("It must end.")
            return
        }
    }

    @Test func theNextPartIsTheOneAfterTheLastThatWasSent() {
        var life = Held(progress: [.replied(Self.answered), .sending(part: 0), .sent(part: 0, id: "w")])
        _ = life.start()
        #expect(life.handle(.paced) == step([.sending(part: 1)], send(1, "two")))
    }

    @Test func aPartThatIsToldOfTwiceDoesNotEndTheNext() {
        var life = Held(
            progress: [
                .replied(Self.answered), .sending(part: 0), .sent(part: 0, id: "w"), .sending(part: 1),
                .sent(part: 0, id: "w"),
            ])
        #expect(life.start().action == .awaitStatus(token: Self.token(1)))
    }

    /// A status was faster than the failure of the request that it tells of.
    @Test func aLateFailureOfAPartSaysNothingOfTheNext() {
        let record: [MessageProgress] = [
            .replied(Self.answered), .sending(part: 0), .sent(part: 0, id: "w"), .notSent(part: 0),
            .sent(part: 0, id: "w"),
        ]
        var life = Held(progress: record + [.sending(part: 1)])
        #expect(life.start().action == .awaitStatus(token: Self.token(1)))
        life = Held(progress: record + [.sending(part: 1), .notSent(part: 1)])
        #expect(life.start().action == .pace)
    }

    @Test func aThreadThatIsKnownIsNotOpenedAgain() {
        for id in ["t", nil] {
            var life = Held(progress: [.attempted, .threadOpened(id)])
            _ = life.start()
            #expect(life.handle(.registered).action == .ask(threadID: id))
        }
    }

    @Test func toWaitForAStatusIsNoAttemptAndWhatFollowsIs() {
        var life = Held(progress: [.attempted, .replied(Self.answered), .sending(part: 0)])
        #expect(life.start() == step([], .awaitStatus(token: Self.token(0))))
        #expect(life.handle(.statusMissing) == step([.attempted], .pace))
        #expect(life.handle(.paced) == step([.sending(part: 0)], send(0, "one")))
    }

    @Test func plansWithoutABackend() {
        var notice = Held(.notice(.maintenance))
        let reply = Reply(parts: ["notice \(Notice.maintenance)"], outcome: .noticed(.maintenance))
        #expect(notice.start() == step([.attempted, .replied(reply)], .pace))
        _ = notice.handle(.paced)
        #expect(notice.handle(.sendEnded(.sent(id: "w"))).action == .finish(.noticed(.maintenance)))
        var ignored = Held(.ignore(.tooOld))
        #expect(ignored.start() == step([.finished(.ignored(.tooOld))], .finish(.ignored(.tooOld))))
    }

    @Test func whatKilledTheProcessThreeTimesIsNotTriedAgain() {
        var twice = Held(progress: [.attempted, .attempted])
        #expect(twice.start().action == .register)
        var orderly = Held(progress: [.attempted, .attempted, .suspended, .attempted])
        #expect(orderly.start().action == .register)
        var thrice = Held(progress: [.attempted, .attempted, .attempted])
        guard case .finish(.deadLettered) = thrice.start().action else {
            Issue.record("expected a dead letter")
            return
        }
    }
}

/// A life whose clock and chance are held.
struct Held {
    private var life: MessageLife
    var now = UnixTime(seconds: 1_782_900_000)
    var random = 1.0

    init(_ plan: MessagePlan = .answer, progress: [MessageProgress] = []) {
        life = MessageLife(.sample(plan: plan), progress: progress) { "notice \($0)" }
    }

    mutating func start() -> MessageLife.Step { life.start() }

    mutating func handle(_ event: MessageLife.Event) -> MessageLife.Step {
        life.handle(event, now: now, random: random)
    }
}

func step(_ record: [MessageProgress], _ action: MessageLife.Action) -> MessageLife.Step {
    MessageLife.Step(record: record, action: action)
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
