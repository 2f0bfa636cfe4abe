import Testing
import WhatsAppTesting
import WhatsAppCore

@Suite("Formatter: properties")
struct FormatterPropertyTests {
    private let formatter = WhatsAppFormatter()

    @Test("every letter and digit stays, in its order", arguments: 0..<400)
    func nothingIsLost(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        // No piece makes a tag or a fence with a language, which are dropped, or a table, which repeats its header.
        let pieces = [
            "a", "bc ", "د ", "é", "7", " ", " ", "\n", "\n\n", "*", "**", "***", "_", "__", "~ ", "a~~", " ~~a", " `",
            "[", "]", "![",
            "> ", "- ", "# ", "|", "\\", "< ", ">", "&", "    ", "\t", "👍", "==", "\n---\n", "(", "!",
        ]
        let markdown = random.text(of: pieces, count: 60)
        let result = formatter.format(markdown)
        func essence(_ text: String) -> String { text.filter { $0.isLetter || $0.isNumber } }
        #expect(essence(result) == essence(markdown), "\(markdown.debugDescription) → \(result.debugDescription)")
    }

    @Test("escaped text never binds", arguments: 0..<200)
    func escapesHold(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let pieces = ["\\*", "\\_", "\\~", "\\`", "&#42;", "&lowbar;", "a", "b", " ", " ", "\\>", "\\-", "."]
        let markdown = "x" + random.text(of: pieces, count: 24) + "y"
        let result = WhatsAppReader.read(formatter.format(markdown))
        #expect(result.pairs == 0, "\(markdown.debugDescription) → \(result.visible.debugDescription)")
    }

    @Test("every mark that is written binds", arguments: 0..<400)
    func marksBind(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let markdown = Self.emphasized(depth: 3, &random)
        let result = formatter.format(markdown)
        let visible = WhatsAppReader.read(result).visible
        #expect(!visible.contains { "*_~".contains($0) }, "\(markdown.debugDescription) → \(result.debugDescription)")
    }

    /// Words and emphasized groups of them, with marks that CommonMark takes as such.
    private static func emphasized(depth: Int, _ random: inout SeededRandom) -> String {
        var words: [String] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let word = ["word", "كلمة", "(x)", "\"q\"", "end.", "https://x.org/a", "line\nend", "`c`"]
            guard depth > 0, Bool.random(using: &random) else {
                words.append(word.randomElement(using: &random) ?? "")
                continue
            }
            let inner = emphasized(depth: depth - 1, &random)
            let mark = depth == 3 ? "**" : depth == 2 ? "_" : "~~"
            let (left, right) =
                [("", ""), ("(", ")"), ("\"", "\""), ("«", "»")].randomElement(using: &random) ?? ("", "")
            words.append(left + mark + inner + mark + right)
        }
        return words.joined(separator: " ")
    }

    @Test("deep and long input is no trouble")
    func hostileInput() {
        for piece in [
            "# ****", "[", "****a", "`a``b", "> ", "- a\n  ", "<a ", "![", "[a](", "| a ", "\\", "&#", "*a_b~",
            "  - a\n", "(**a**", "\"*a*\"", "**[a](b)** ", "[1] .", "[1]  ", "<td>a", "<li>", "(`a`)",
        ] {
            let text = String(repeating: piece, count: 2000)
            let result = formatter.format(text)
            #expect(result.utf8.count < 8 * text.utf8.count)
        }
    }
}
