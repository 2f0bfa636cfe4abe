/// Keeps the typing indicator on while somebody is being answered.
struct TypingIndicator: Sendable {
    /// WhatsApp shows it for 25 seconds (developers.facebook.com, "Typing indicators"); it is renewed before that.
    static let renewal = Duration.seconds(20)

    var sender: any MessageSender
    var clock: any ServiceClock
    var failed: @Sendable (any Error) -> Void

    /// Shows the indicator while `work` runs. When this returns or throws, on whatever way, no request for it is made any
    /// more and one under way was cancelled: one that came after the answer would show the user 25 seconds of typing with
    /// nothing behind it.
    func show<Result: Sendable>(
        for messageID: String?, while work: () async throws -> Result
    ) async throws -> Result {
        guard let messageID else { return try await work() }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    do { try await sender.showTyping(for: messageID) } catch {
                        guard !Task.isCancelled else { return }
                        failed(error)
                    }
                    do { try await clock.sleep(for: Self.renewal) } catch { return }
                }
            }
            defer { group.cancelAll() }
            return try await work()
        }
    }
}
