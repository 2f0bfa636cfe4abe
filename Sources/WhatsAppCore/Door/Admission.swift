/// What is let in: decides, for each inbound message, what is to become of it and what its delivery is answered. Pure.
public struct AdmissionPolicy: Sendable {
    /// The business number that this service answers for. Messages to other numbers are passed over.
    public var phoneNumberID: String
    /// Whether to send a notice in place of every answer.
    public var isUnderMaintenance = false
    /// Whether to pass over texts that begin with `!d `. Where a test number is shared by several environments, a
    /// developer so marks a message for their own machine.
    public var ignoresDevelopmentMessages = false
    /// Messages that are older get no answer. The default is a day, which is also how long Meta allows answers after
    /// the user's last message.
    public var maximumAge = Duration.seconds(86_400)

    /// Makes the policy for one business number.
    public init(phoneNumberID: String) { self.phoneNumberID = phoneNumberID }

    /// The beginning of a text that is meant for a developer's own machine.
    static let developmentPrefix = "!d "

    /// Decides about one message that was sent to ``phoneNumberID``.
    func admit(_ message: InboundMessage, now: UnixTime) -> (plan: MessagePlan, answer: WebhookAnswer) {
        let isOld = message.timestamp.map { now.duration(since: $0) > maximumAge } ?? false
        let isDevelopment = ignoresDevelopmentMessages && message.text?.hasPrefix(Self.developmentPrefix) == true
        return (
            plan(for: message, isOld: isOld, isDevelopment: isDevelopment),
            answer(to: message, isOld: isOld, isDevelopment: isDevelopment)
        )
    }

    /// Nothing is ever sent for an old message, under maintenance either.
    private func plan(for message: InboundMessage, isOld: Bool, isDevelopment: Bool) -> MessagePlan {
        if isOld { return .ignore(.tooOld) }
        if isDevelopment { return .ignore(.developmentMessage) }
        if message.sender.stableID.isEmpty { return .ignore(.noSender) }
        if message.kind.expectsNoAnswer { return .ignore(.expectsNoAnswer) }
        if isUnderMaintenance { return .notice(.maintenance) }
        return message.text == nil ? .notice(.unsupported(message.kind)) : .answer
    }

    /// The first row that holds, in the order of the service that this one replaces.
    private func answer(to message: InboundMessage, isOld: Bool, isDevelopment: Bool) -> WebhookAnswer {
        if isUnderMaintenance { return .maintenance }
        if isDevelopment { return .developmentFilter }
        if isOld { return .tooOld }
        return message.text == nil ? .unsupportedKind : .processed
    }
}
