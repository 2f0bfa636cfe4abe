import Testing
import WhatsAppTesting
import WhatsAppCore

@Suite("Formatter: properties")
struct FormatterPropertyTests {
    // `reliability --texts` runs as many seeds as are wanted.
    @Test("keeps its promise on generated texts", arguments: 0..<400 as Range<UInt64>)
    @LongWork func generated(seed: UInt64) {
        #expect(TextSeed.formatterViolations(seed) == [])
    }

    @Test("deep and long input is no trouble")
    @LongWork func hostileInput() {
        for piece in [
            "# ****", "[", "****a", "`a``b", "> ", "- a\n  ", "<a ", "![", "[a](", "| a ", "\\", "&#", "*a_b~",
            "  - a\n", "(**a**", "\"*a*\"", "**[a](b)** ", "[1] .", "[1]  ", "<td>a", "<li>", "(`a`)",
        ] {
            let text = String(repeating: piece, count: 2000)
            let result = WhatsAppFormatter().format(text)
            #expect(result.utf8.count < 8 * text.utf8.count)
        }
    }

    @Test("a long header or address is not repeated without end")
    @LongWork func growth() {
        let long = String(repeating: "long ", count: 4000)
        let table = "\(long)|b\n-|-\n" + String(repeating: "x|y\n", count: 1000)
        #expect(WhatsAppFormatter().format(table).utf8.count < 10 * table.utf8.count)
        #expect(WhatsAppFormatter().format(table).contains("long long"))
        let address = "[a]: https://x.org/" + String(repeating: "y", count: 20_000) + "\n\n"
        let links = address + String(repeating: "[a] ", count: 5000)
        #expect(WhatsAppFormatter().format(links).utf8.count < 10 * links.utf8.count)
    }
}
