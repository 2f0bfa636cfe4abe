internal import Synchronization
public import WhatsAppCore

/// A sender that keeps what it is given, and answers as it is told.
public final class RecordingSender: MessageSender {
    /// What was asked of the sender.
    public enum Call: Sendable, Hashable {
        /// A text was sent.
        case text(OutboundText)
        /// The typing indicator was asked for.
        case typing(String)
    }

    /// All calls, in order.
    public let calls = Recorder<Call>()
    private let outcome: @Sendable (OutboundText, Int) async -> SendOutcome
    private let count = Mutex(0)

    /// Makes a sender.
    /// - Parameter outcome: how the attempt to send a text ends; the number counts attempts from 0. By default each is
    ///   sent, as `wamid.0`, `wamid.1` and so on.
    public init(outcome: @escaping @Sendable (OutboundText, Int) async -> SendOutcome = { .sent(id: "wamid.\($1)") }) {
        self.outcome = outcome
    }

    /// The texts so far.
    public var texts: [OutboundText] {
        calls.elements.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }

    /// Keeps the text, and ends as it was told.
    public func send(_ text: OutboundText) async -> SendOutcome {
        let number = count.withLock { count in
            defer { count += 1 }
            return count
        }
        calls.append(.text(text))
        return await outcome(text, number)
    }

    /// Keeps the call.
    public func showTyping(for messageID: String) async throws { calls.append(.typing(messageID)) }
}
