import WhatsAppCore

/// What ``WhatsAppFormatter`` promises of any text, checked on one.
package enum FormatterProperties {
    /// What is broken; nothing, if the formatter keeps its promise.
    package static func violations(of markdown: String) -> [String] {
        var violations: [String] = []
        let result = WhatsAppFormatter().format(markdown)
        func expect(_ condition: Bool, _ promise: String) {
            if !condition { violations.append("\(promise): \(markdown.debugDescription) → \(result.debugDescription)") }
        }
        expect(WhatsAppFormatter().format(markdown) == result, "the same text gives another result")
        expect(result.utf8.count <= mostGrowth * markdown.utf8.count + 64, "the text has grown \(result.utf8.count)")
        // Whoever cuts a scalar in two gets U+FFFD; an entity may ask for it.
        let mayBeReplaced = markdown.unicodeScalars.contains("\u{FFFD}") || markdown.utf8.contains(UInt8(ascii: "&"))
        expect(mayBeReplaced || !result.unicodeScalars.contains("\u{FFFD}"), "a scalar is cut")
        let isTrimmed = result.utf8.last.map { !blanks.contains($0) } ?? true
        expect(isTrimmed, "the result ends with white space")
        if keepsAllLetters(markdown) { expect(letters(result) == letters(markdown), "letters are lost or moved") }
        return violations
    }

    /// A byte that makes a line of its own in a list, and gets marks that span lines, is what grows most.
    private static let mostGrowth = 40
    private static let blanks = Array(" \t\n\r".utf8)

    /// Whether nothing in the text is meant to vanish or to be said twice: no tag, entity, link, table, task, number of
    /// a list, or a fence's language.
    private static func keepsAllLetters(_ markdown: String) -> Bool {
        let bytes = Array(markdown.utf8)
        var hasBar = false
        for (index, byte) in bytes.enumerated() {
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0x20
            switch byte {
            case UInt8(ascii: "<") where next != 0x20, UInt8(ascii: "&") where next != 0x20: return false
            case UInt8(ascii: "]") where next == UInt8(ascii: "(") || next == UInt8(ascii: ":"): return false
            case UInt8(ascii: "[") where next | 0x20 == UInt8(ascii: "x"): return false
            case 0x30...0x39 where next == UInt8(ascii: ".") || next == UInt8(ascii: ")"): return false
            case UInt8(ascii: "|"): hasBar = true
            case UInt8(ascii: "-") where hasBar: return false
            case UInt8(ascii: "`"), UInt8(ascii: "~"):
                if bytes[index...].prefix(3).allSatisfy({ $0 == byte }), index + 2 < bytes.count { return false }
            default: break
            }
        }
        return true
    }

    private static func letters(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }
    }
}
