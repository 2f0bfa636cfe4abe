import Testing
import WhatsAppTesting
import WhatsAppCore

@Suite("Formatter: properties")
struct FormatterPropertyTests {
    // `reliability --texts` runs as many seeds as are wanted.
    @Test("keeps its promise on generated texts", arguments: 0..<400 as Range<UInt64>)
    func generated(seed: UInt64) {
        #expect(TextSeed.formatterViolations(seed) == [])
    }

    @Test("deep and long input is no trouble")
    func hostileInput() {
        for piece in [
            "# ****", "[", "****a", "`a``b", "> ", "- a\n  ", "<a ", "![", "[a](", "| a ", "\\", "&#", "*a_b~",
            "  - a\n",
        ] {
            let text = String(repeating: piece, count: 2000)
            let result = WhatsAppFormatter().format(text)
            #expect(result.utf8.count < 8 * text.utf8.count)
        }
    }
}
