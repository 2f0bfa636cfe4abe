/// What is tried again, how often and how long: the failure policy of a message.
extension MessageLife {
    /// A run of failures of one kind.
    struct Trouble: Sendable {
        var failures = 0
        var since: UnixTime?

        /// Counts a failure. Returns how many came before it, and how long the trouble lasts.
        mutating func count(now: UnixTime) -> (before: Int, duration: Duration) {
            defer { failures += 1 }
            since = since ?? now
            return (failures, now.duration(since: since ?? now))
        }
    }

    /// Backend: six tries, half a second to thirty apart, five minutes in all.
    static let backendBackoff = Backoff(base: .milliseconds(500), cap: .seconds(30))
    static let mostBackendTries = 6
    static let longestBackendTrouble = Duration.seconds(300)
    /// Texts that Graph does not take now: pauses of one second to five minutes, for this long.
    static let numberBackoff = Backoff(base: .seconds(1), cap: .seconds(300))
    static let longestNumberTrouble = Duration.seconds(6 * 3600)
    /// Error 131056: Meta asks for 4ⁿ seconds; six at least, because that is what one message costs.
    static let longestUserTrouble = Duration.seconds(3600)
    /// An account that may not send at all.
    static let longestAccountTrouble = Duration.seconds(24 * 3600)

    mutating func backendFailed(_ error: BackendError, now: UnixTime, random: Double) -> Step {
        let trouble = backendTrouble.count(now: now)
        let delay = Self.backendBackoff.delay(after: trouble.before, random: random, retryAfter: error.retryAfter)
        guard error.isTransient, trouble.before + 1 < Self.mostBackendTries,
            trouble.duration + delay <= Self.longestBackendTrouble
        else {
            return settle(error.operation.notice, as: .deadLettered(reason: "The backend failed, \(error)"))
        }
        repeated =
            switch error.operation {
            case .register: .register
            case .findThread, .makeThread: .openThread(lost: threadID)
            case .answer: .ask(threadID: threadID)
            }
        return step([], .wait(delay))
    }

    mutating func sendEnded(_ outcome: SendOutcome, now: UnixTime, random: Double) -> Step {
        switch outcome {
        case .sent(let id):
            return sent(id)
        case .unknown:
            return step([], .awaitStatus(token: token))
        case .notSent(let reason):
            return pauseNumber("Part \(part + 1) was not sent, \(reason)", nil, now: now, random: random)
        case .rejected(let error):
            return refused(error, "Part \(part + 1) was refused, \(error)", now: now, random: random)
        }
    }

    mutating func sent(_ id: String) -> Step {
        sendTroubles = [:]
        let sent = MessageProgress.sent(part: part, id: id)
        apply(sent)
        return sendNext(after: [sent])
    }

    private mutating func refused(_ error: CloudAPIError, _ reason: String, now: UnixTime, random: Double) -> Step {
        switch error.disposition {
        case .unknown:
            return step([], .awaitStatus(token: token))
        case .undeliverable:
            return end(.failed(reason: reason), after: [.notSent(part: part)])
        case .deadLetter:
            return end(.deadLettered(reason: reason), after: [.notSent(part: part)])
        case .pauseNumber:
            return pauseNumber(reason, error.retryAfter, now: now, random: random)
        case .pauseUser:
            let before = failures(.pauseUser)
            let delay = min(Duration.seconds(300), .seconds(6) * (1 << min(2 * before, 16)))
            let pause = SendHold.user(max(delay, Backoff.floor(error.retryAfter)))
            return hold(pause, .pauseUser, upTo: Self.longestUserTrouble, reason, now: now)
        case .probeAccount:
            return hold(.probing, .probeAccount, upTo: Self.longestAccountTrouble, reason, now: now)
        }
    }

    private mutating func pauseNumber(
        _ reason: String, _ retryAfter: Duration?, now: UnixTime, random: Double
    ) -> Step {
        let delay = Self.numberBackoff.delay(after: failures(.pauseNumber), random: random, retryAfter: retryAfter)
        return hold(.everything(delay), .pauseNumber, upTo: Self.longestNumberTrouble, reason, now: now)
    }

    private func failures(_ kind: SendDisposition) -> Int { sendTroubles[kind]?.failures ?? 0 }

    /// The part did not reach the user: it goes out again after the hold, unless that has gone on for too long. Then the
    /// hold is for others all the same.
    private mutating func hold(
        _ hold: SendHold, _ kind: SendDisposition, upTo limit: Duration, _ reason: String, now: UnixTime
    ) -> Step {
        let duration = sendTroubles[kind, default: Trouble()].count(now: now).duration
        if duration > limit { ending = .deadLettered(reason: reason) }
        repeated = .pace
        return step([.notSent(part: part)], .hold(hold))
    }
}

extension BackendError.Operation {
    /// What the user is told when this fails.
    fileprivate var notice: Notice {
        switch self {
        case .register: .registrationFailed
        case .findThread: .historyUnavailable
        case .makeThread: .threadFailed
        case .answer: .answerFailed
        }
    }
}
