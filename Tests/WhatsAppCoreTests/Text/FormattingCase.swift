import Testing
import WhatsAppCore

/// A named row of a table: what goes in and what must come out. In the result `⁠` (U+2060) is written as `¤`.
struct FormattingCase: Sendable, CustomTestStringConvertible {
    let name: String
    let markdown: String
    let expected: String

    init(_ name: String, _ markdown: String, _ expected: String) {
        self.name = name
        self.markdown = markdown
        self.expected = expected
    }

    var testDescription: String { name }

    func check(sourceLocation: SourceLocation = #_sourceLocation) {
        let result = WhatsAppFormatter().format(markdown)
        let shown = String(result.map { $0 == "\u{2060}" ? "¤" : $0 })
        #expect(shown == expected, sourceLocation: sourceLocation)
    }
}
