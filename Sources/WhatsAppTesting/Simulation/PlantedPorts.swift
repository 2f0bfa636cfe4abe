internal import WhatsAppCore

/// An intake that changes what comes in.
struct PlantedIntake: MessageIntake {
    let intake: any MessageIntake
    let defect: PlantedDefect?

    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        let changed = messages.map { message -> AcceptedMessage in
            var message = message
            switch defect {
            case .keyWithoutPhoneID:
                message.key = MessageKey(phoneNumberID: "", messageID: message.messageID ?? "")
            case .answerIgnored:
                if case .ignore = message.plan { message.plan = .notice(.unexpected) }
            case .laneForEachMessage:
                message.user.userID = message.messageID
            default: break
            }
            return message
        }
        guard defect == .acknowledgeFailure else { return try await intake.accept(changed) }
        return (try? await intake.accept(changed)) ?? messages.map { _ in .duplicate }
    }

    func receive(_ status: MessageStatus) async throws {
        if defect != .ignoreStatuses { try await intake.receive(status) }
    }
}

/// A sender that mistakes one outcome for another.
struct PlantedSender: MessageSender {
    let sender: any MessageSender
    let defect: PlantedDefect?

    func send(_ text: OutboundText) async -> SendOutcome {
        let outcome = await sender.send(text)
        switch (defect, outcome) {
        case (.retryUnknown, .unknown): return await sender.send(text)
        case (.unknownAsNotSent, .unknown(let reason)): return .notSent(reason: reason)
        case (.unknownAsSent, .unknown), (.refusedAsSent, .rejected): return .sent(id: "wamid.mistaken")
        default: return outcome
        }
    }
    func showTyping(for messageID: String) async throws { try await sender.showTyping(for: messageID) }
}

/// A backend that takes what came before a failure for the answer.
struct PlantedBackend: BackendClient {
    let backend: any BackendClient
    let defect: PlantedDefect?

    func register(_ guest: Guest) async throws { try await backend.register(guest) }
    func openThread(for request: ThreadRequest) async throws -> String? { try await backend.openThread(for: request) }
    func answer(to question: Question) async throws -> any AsyncSequence<String, any Error> & Sendable {
        let pieces = try await backend.answer(to: question)
        guard defect == .keepBrokenAnswer else { return pieces }
        var kept: [String] = []
        do { for try await piece in pieces { kept.append(piece) } } catch {}
        let (stream, continuation) = AsyncThrowingStream<String, any Error>.makeStream()
        for piece in kept { continuation.yield(piece) }
        continuation.finish()
        return stream
    }
}

/// A clock that runs ten times as fast.
struct PlantedClock: ServiceClock {
    let clock: ProcessClock
    let defect: PlantedDefect?

    private var haste: Int64 { defect == .hastyClock ? 10 : 1 }
    var now: UnixTime {
        UnixTime(milliseconds: clock.now.milliseconds + clock.time.now / 1000 * (haste - 1))
    }
    func sleep(for duration: Duration) async throws {
        try await clock.sleep(for: .milliseconds(max(1, duration.wholeMilliseconds / haste)))
    }
}
