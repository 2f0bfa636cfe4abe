/// Texts made by chance, of what is hard for the formatter and the chunker.
package enum GeneratedText {
    /// Formatted text of all kinds, well-formed or not.
    package static func formatted(_ random: inout SeededRandom) -> String {
        random.text(
            of: [
                "a", "bc", "word", "longerword", "نص", "الصَّلَاةُ", "👨‍👩‍👧‍👦", "🇸🇦", "e\u{301}", " ", " ", " ", " ", "\n",
                "\n", "\n\n", "*", "_", "~", "`", "*bold words* ", "_it *both of them* alic_ ", "`some code here` ",
                "\n```\nline one\n  line two x y\n```\n", "```in line```", "\n- item ", "\n1. item ",
                "\n> a quoted line", "\n*Heading*\n", "\n[1] title:\nArabic: نص\nEnglish: x\n",
                "https://x.org/a_b/c ", ". ", "? ", "؟ ", "\u{A0}", "\u{301}", "\r\n", "\t",
                "abcdefghijklmnopqrstuvwxyz", "!",
            ], count: 30)
    }

    /// Grapheme clusters of many scripts, mostly without blanks.
    package static func clusters(_ random: inout SeededRandom) -> String {
        random.text(
            of: [
                "👨‍👩‍👧‍👦", "🇸🇦", "بِ", "ٱللَّهِ", "e\u{301}", "x", " ", "क्षि", "\r\n", "👍🏽", "می\u{200C}خواهم",
                "\u{1112}\u{1161}\u{11AB}", "நி", "\u{0E01}\u{0E33}", "❤\u{FE0F}", "1\u{FE0F}\u{20E3}",
            ], count: 40)
    }

    /// Code blocks between other text.
    package static func fences(_ random: inout SeededRandom) -> String {
        random.text(
            of: [
                "word ", "\n", "\n```\nlet a = 1\nlet b = two + three\n\n  return\n```\n", "- item\n", "*bold text* ",
            ], count: 20)
    }

    /// Well-formed markdown.
    package static func markdown(_ random: inout SeededRandom) -> String {
        random.text(
            of: [
                "**bold words here** ", "*italic* ", "plain words ", "`code in line` ", "\n\n# Heading **x**\n\n",
                "\n- item **a** b", "\n\n```\ncode *x*\nmore\n```\n\n", "[link](https://x.org/a_b) ",
                "\n> quoted *text*", "[1] ", "\\*x\\* ", "نص **غامق** ", "\n\n", "**a *b* c** ", "1 * 2 * 3 ",
            ], count: 24)
    }

    /// Markdown's signs in any order. No piece makes a tag or a fence with a language, which are dropped, or a table,
    /// which repeats its header.
    package static func signs(_ random: inout SeededRandom) -> String {
        random.text(
            of: [
                "a", "bc ", "د ", "é", "7", " ", " ", "\n", "\n\n", "*", "**", "***", "_", "__", "~ ", "a~~", " ~~a",
                " `", "[", "]", "![", "> ", "- ", "# ", "|", "\\", "< ", ">", "&", "    ", "\t", "👍", "==", "\n---\n",
                "(", "!",
            ], count: 60)
    }

    /// Words with signs that are escaped.
    package static func escapes(_ random: inout SeededRandom) -> String {
        let pieces = ["\\*", "\\_", "\\~", "\\`", "&#42;", "&lowbar;", "a", "b", " ", " ", "\\>", "\\-", "."]
        return "x" + random.text(of: pieces, count: 24) + "y"
    }

    /// Words and emphasized groups of them, with marks that CommonMark takes as such.
    package static func emphasized(_ random: inout SeededRandom, depth: Int = 3) -> String {
        var words: [String] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let word = ["word", "كلمة", "(x)", "\"q\"", "end.", "https://x.org/a", "line\nend", "`c`"]
            guard depth > 0, Bool.random(using: &random) else {
                words.append(word.randomElement(using: &random) ?? "")
                continue
            }
            let inner = emphasized(&random, depth: depth - 1)
            let mark = depth == 3 ? "**" : depth == 2 ? "_" : "~~"
            let (left, right) =
                [("", ""), ("(", ")"), ("\"", "\""), ("«", "»")].randomElement(using: &random) ?? ("", "")
            words.append(left + mark + inner + mark + right)
        }
        return words.joined(separator: " ")
    }
}
