import WhatsAppCore

@testable import WhatsAppTesting

enum TextTargets {
    static func formatter(_ input: FuzzInput) -> [String] { FormatterProperties.violations(of: input.text) }

    /// Any text, and what the formatter makes of any.
    static func chunker(_ input: FuzzInput) -> [String] {
        var input = input
        let limit = WhatsAppChunker.smallestLimit + input.number(below: 256)
        let isFormatted = input.number(below: 2) == 1
        let text = isFormatted ? WhatsAppFormatter().format(input.text) : input.text
        return ChunkerProperties.violations(of: text, limit: limit)
    }
}
