/// Turns what a backend writes into what a reader should see on WhatsApp. Pure: the same text gives the same result.
public protocol MessageFormatter: Sendable {
    /// Formats a whole answer. Never fails: text it does not understand stays as it is.
    func format(_ text: String) -> String
}

/// Leaves the text as it is.
public struct IdentityFormatter: MessageFormatter {
    /// Makes the formatter.
    public init() {}

    /// `text`.
    public func format(_ text: String) -> String { text }
}

extension MessageFormatter where Self == IdentityFormatter {
    /// Leaves the text as it is.
    public static var identity: IdentityFormatter { IdentityFormatter() }
}
