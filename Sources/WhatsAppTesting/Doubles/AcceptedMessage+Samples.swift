public import WhatsAppCore

extension AcceptedMessage {
    /// A text message that was just accepted and is to be answered.
    /// - Parameters:
    ///   - text: what was written.
    ///   - phoneNumber: who wrote it, without `+`.
    ///   - id: its id at Meta; another one makes another message.
    ///   - plan: what is to become of it.
    public static func text(
        _ text: String, from phoneNumber: String = "15550100001", id: String = "wamid.1", plan: MessagePlan = .answer
    ) -> AcceptedMessage {
        let phoneNumberID = "100000000000002"
        return AcceptedMessage(
            key: MessageKey(phoneNumberID: phoneNumberID, messageID: id), phoneNumberID: phoneNumberID, messageID: id,
            user: WhatsAppUser(phoneNumber: phoneNumber), kind: .text, text: text,
            acceptedAt: UnixTime(seconds: 1_782_900_000), plan: plan)
    }
}
