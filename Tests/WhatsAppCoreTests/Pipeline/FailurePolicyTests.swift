import Testing
import WhatsAppCore

/// What a message does when something fails.
@Suite struct FailurePolicyTests {
    // MARK: The backend

    private func asking() -> Held {
        var life = Held()
        _ = life.start()
        _ = life.handle(.registered)
        _ = life.handle(.threadOpened("t"))
        return life
    }

    @Test(
        arguments: [
            (.register, .register, .registrationFailed), (.findThread, .openThread(lost: nil), .historyUnavailable),
            (.makeThread, .openThread(lost: nil), .threadFailed), (.answer, .ask(threadID: nil), .answerFailed),
        ] as [(BackendError.Operation, MessageLife.Action, Notice)])
    func aTransientFailureIsRetriedSixTimesAndThenTold(
        operation: BackendError.Operation, repeated: MessageLife.Action, notice: Notice
    ) {
        var life = Held()
        _ = life.start()
        let error = BackendError(operation: operation, message: "down", httpStatus: 503)
        for seconds in [0.5, 1, 2, 4, 8] {
            #expect(life.handle(.backendFailed(error)) == step([], .wait(.seconds(seconds))))
            #expect(life.handle(.waited) == step([], repeated))
        }
        let last = life.handle(.backendFailed(error))
        guard case .replied(let reply) = last.record.first, case .deadLettered = reply.outcome else {
            Issue.record("expected a dead letter, after its notice")
            return
        }
        #expect(reply.parts == ["notice \(notice)"])
        #expect(last.action == .pace)
    }

    @Test func theRetriesOfABackendEndAfterFiveMinutes() {
        var life = asking()
        let error = BackendError(operation: .answer, message: "slow", httpStatus: 504)
        #expect(life.handle(.backendFailed(error)).action == .wait(.milliseconds(500)))
        life.now = life.now.advanced(by: .seconds(300))
        #expect(life.handle(.backendFailed(error)).action == .pace)
    }

    @Test(arguments: [(30, 30), (0, 0.5), (10_000, nil)] as [(Int, Double?)])
    func retryAfterIsAFloorWithinTheFiveMinutes(seconds: Int, delay: Double?) {
        var life = asking()
        let error = BackendError(operation: .answer, message: "x", httpStatus: 429, retryAfter: .seconds(seconds))
        #expect(life.handle(.backendFailed(error)).action == delay.map { .wait(.seconds($0)) } ?? .pace)
    }

    @Test(
        arguments: [
            (BackendError(operation: .answer, message: "x", httpStatus: 503), true),
            (BackendError(operation: .answer, message: "x", httpStatus: 429), true),
            (BackendError(operation: .answer, message: "x", httpStatus: 408), true),
            (BackendError(operation: .answer, message: "x", httpStatus: 401), false),
            (BackendError(operation: .answer, message: "x", httpStatus: 422), false),
            (BackendError(operation: .answer, message: "x", httpStatus: 200), false),
            (BackendError(operation: .answer, message: "x"), false),
            (BackendError(operation: .answer, message: "x", isTransient: true), true),
            (.caused(by: .cannotConnect), true), (.caused(by: .timedOut), true), (.caused(by: .connectionLost), true),
            (.caused(by: .redirectRefused), false), (.caused(by: .invalidRequest), false),
        ] as [(BackendError, Bool)])
    func whatIsRetried(error: BackendError, isRetried: Bool) {
        var life = asking()
        let action = life.handle(.backendFailed(error)).action
        if isRetried { #expect(action == .wait(.milliseconds(500))) } else { #expect(action == .pace) }
    }

    @Test func aLostThreadIsReplacedOnce() {
        var life = asking()
        let lost = BackendError(operation: .answer, message: "gone", httpStatus: 404)
        #expect(life.handle(.backendFailed(lost)) == step([], .openThread(lost: "t")))
        #expect(life.handle(.threadOpened("u")) == step([.threadOpened("u")], .ask(threadID: "u")))
        #expect(life.handle(.backendFailed(lost)).action == .pace)
    }

    @Test func anEmptyAnswerIsAskedForOnceMore() {
        var life = asking()
        _ = life.handle(.answered(""))
        #expect(life.handle(.composed(parts: [])) == step([], .ask(threadID: "t")))
        _ = life.handle(.answered(""))
        let last = life.handle(.composed(parts: []))
        guard case .replied(let reply) = last.record.first, case .failed = reply.outcome else {
            Issue.record("expected the end, after its notice")
            return
        }
        #expect(reply.parts == ["notice \(Notice.emptyAnswer)"])
    }

    @Test func theUnforeseenIsADeadLetterAfterItsNotice() {
        var life = asking()
        guard case .replied(let reply) = life.handle(.failed).record.first, case .deadLettered = reply.outcome else {
            Issue.record("expected a dead letter")
            return
        }
        #expect(reply.parts == ["notice \(Notice.unexpected)"])
    }

    // MARK: Graph

    private func sending() -> Held {
        let reply = Reply(parts: ["one", "two"], outcome: .answered(parts: 2))
        var life = Held(progress: [.replied(reply), .sending(part: 0), .sent(part: 0, id: "w")])
        _ = life.start()
        _ = life.handle(.paced)
        return life
    }

    private func refused(_ code: Int64, httpStatus: Int = 400) -> MessageLife.Event {
        .sendEnded(.rejected(CloudAPIError(code: code, httpStatus: httpStatus)))
    }

    /// Fails again and again, each time after `interval`. Returns what is held, and the end.
    private func holds(
        _ event: MessageLife.Event, interval: Duration, upTo most: Int = 100_000
    ) -> (holds: [SendHold], end: MessageOutcome?) {
        var life = sending()
        var holds: [SendHold] = []
        for _ in 0..<most {
            let step = life.handle(event)
            #expect(step.record.first == .notSent(part: 1))
            guard case .hold(let hold) = step.action else { break }
            holds.append(hold)
            // The last hold counts for others, and ends this message.
            let next = life.handle(.waited)
            if case .finish(let outcome) = next.action { return (holds, outcome) }
            #expect(next.action == .pace)
            life.now = life.now.advanced(by: interval)
            _ = life.handle(.paced)
        }
        return (holds, nil)
    }

    @Test(arguments: [130_429, 4, 80_007] as [Int64])
    func throttlingHoldsTheWholeNumberForSixHours(code: Int64) {
        let (holds, end) = holds(refused(code), interval: .seconds(300))
        #expect(
            holds.prefix(4) == [
                .everything(.seconds(1)), .everything(.seconds(2)), .everything(.seconds(4)), .everything(.seconds(8)),
            ])
        #expect(holds.last == .everything(.seconds(300)))
        #expect(holds.count == 6 * 12 + 2)
        guard case .deadLettered = end else {
            Issue.record("expected a dead letter")
            return
        }
    }

    @Test func whatNeverLeftHoldsTheWholeNumber() {
        let (holds, end) = holds(.sendEnded(.notSent(reason: "no route")), interval: .seconds(300))
        #expect(holds.first == .everything(.seconds(1)))
        guard case .deadLettered = end else {
            Issue.record("expected a dead letter")
            return
        }
    }

    @Test func thePairLimitHoldsTheUserForAnHour() {
        let (holds, end) = holds(refused(131_056), interval: .seconds(300))
        #expect(
            holds.prefix(5) == [
                .user(.seconds(6)), .user(.seconds(24)), .user(.seconds(96)), .user(.seconds(300)),
                .user(.seconds(300)),
            ])
        #expect(holds.count == 14)
        guard case .deadLettered = end else {
            Issue.record("expected a dead letter")
            return
        }
    }

    @Test func noRetryAfterHoldsAUserForLongerThanTenMinutes() {
        var error = CloudAPIError(code: 131_056, httpStatus: 400)
        error.retryAfter = .seconds(999_999_999)
        var life = sending()
        #expect(life.handle(.sendEnded(.rejected(error))).action == .hold(.user(.seconds(600))))
    }

    @Test(arguments: [190, 0, 10, 200, 299] as [Int64])
    func anAccountThatMayNotSendIsProbedForADay(code: Int64) {
        let (holds, end) = holds(refused(code, httpStatus: 401), interval: .seconds(3600))
        #expect(Set(holds) == [.probing])
        #expect(holds.count == 26)
        guard case .deadLettered = end else {
            Issue.record("expected a dead letter")
            return
        }
    }

    @Test(arguments: [131_026, 131_047, 131_049, 131_050] as [Int64])
    func aUserWhoCannotBeReachedEndsTheMessage(code: Int64) {
        var life = sending()
        guard case .finish(.failed) = life.handle(refused(code)).action else {
            Issue.record("expected the end")
            return
        }
    }

    @Test(arguments: [100, 131_008, 131_009, 368, 131_031, 3, 131_045, 999_999] as [Int64])
    func whatWillNeverBeTakenIsADeadLetter(code: Int64) {
        var life = sending()
        guard case .finish(.deadLettered) = life.handle(refused(code, httpStatus: code == 3 ? 500 : 400)).action else {
            Issue.record("expected a dead letter")
            return
        }
    }

    @Test(
        arguments: [
            (nil, 429, .pauseNumber), (nil, 500, .unknown), (nil, 404, .deadLetter), (999_999, 500, .unknown),
            (131_000, 500, .unknown), (1, 400, .unknown), (2, 503, .unknown),
        ] as [(Int64?, Int, SendDisposition)])
    func otherDispositions(code: Int64?, status: Int, disposition: SendDisposition) {
        #expect(CloudAPIError(code: code, httpStatus: status).disposition == disposition)
    }

    /// Each kind of trouble has a limit of its own.
    @Test func hoursOfThrottlingDoNotCountAgainstTheUser() {
        var life = sending()
        _ = life.handle(refused(130_429))
        _ = life.handle(.waited)
        life.now = life.now.advanced(by: .seconds(5 * 3600))
        _ = life.handle(.paced)
        #expect(life.handle(refused(131_056)).action == .hold(.user(.seconds(6))))
        #expect(life.handle(.waited).action == .pace)
    }

    @Test func aSuccessEndsTheTrouble() {
        var life = sending()
        #expect(life.handle(refused(131_056)).action == .hold(.user(.seconds(6))))
        _ = life.handle(.waited)
        _ = life.handle(.paced)
        #expect(life.handle(.sendEnded(.sent(id: "x"))).action == .finish(.answered(parts: 2)))
    }

    // MARK: The unknown outcome

    @Test(
        arguments: [
            .unknown(reason: "timed out"), .rejected(CloudAPIError(code: 131_000, httpStatus: 500)),
        ] as [SendOutcome])
    func anUnknownOutcomeIsResolvedByAStatus(outcome: SendOutcome) {
        var life = sending()
        let token = "\(AcceptedMessage.sample().key)-1"
        #expect(life.handle(.sendEnded(outcome)) == step([], .awaitStatus(token: token)))
        #expect(
            life.handle(.statusArrived(id: "x")).record
                == [.sent(part: 1, id: "x"), .finished(.answered(parts: 2))])
    }

    @Test func withoutAStatusThePartIsSentOnceMoreAndNeverAgain() {
        var life = sending()
        _ = life.handle(.sendEnded(.unknown(reason: "timed out")))
        #expect(life.handle(.statusMissing) == step([], .pace))
        #expect(life.handle(.paced).record == [.sending(part: 1)])
        _ = life.handle(.sendEnded(.unknown(reason: "timed out")))
        guard case .finish(.deadLettered) = life.handle(.statusMissing).action else {
            Issue.record("expected a dead letter")
            return
        }
    }

    @Test func aResendThatCertainlyFailedMayBeTriedAgain() {
        var life = sending()
        _ = life.handle(.sendEnded(.unknown(reason: "timed out")))
        _ = life.handle(.statusMissing)
        _ = life.handle(.paced)
        #expect(life.handle(refused(131_056)) == step([.notSent(part: 1)], .hold(.user(.seconds(6)))))
        _ = life.handle(.waited)
        #expect(life.handle(.paced).record == [.sending(part: 1)])
    }

    @Test func twoOpenAttemptsBeforeARestartAreEnough() {
        let reply = Reply(parts: ["one"], outcome: .answered(parts: 1))
        var life = Held(progress: [.replied(reply), .sending(part: 0), .sending(part: 0)])
        guard case .awaitStatus = life.start().action else {
            Issue.record("expected to wait for a status")
            return
        }
        guard case .finish(.deadLettered) = life.handle(.statusMissing).action else {
            Issue.record("expected a dead letter")
            return
        }
    }
}

extension BackendError {
    fileprivate static func caused(by code: HTTPClientError.Code) -> BackendError {
        BackendError(operation: .answer, message: "x", cause: HTTPClientError(code: code, message: "x"))
    }
}
