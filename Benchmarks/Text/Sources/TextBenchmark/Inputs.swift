/// The texts that are timed, each of about as many bytes as asked for.
enum Inputs {
    /// What models write: Latin and Arabic paragraphs, lists, tables, code and citations.
    static func mixed(_ count: Int) -> String { repeated(answer, count) }

    /// One piece of text, over and over, that makes a careless parser slow.
    static let hostile: [(name: String, make: @Sendable (Int) -> String)] = [
        ("`# ****…`", { "# " + repeated("*", $0) }),
        ("`[[[[`", { repeated("[", $0) }),
        ("`****a `", { repeated("****a ", $0) }),
        ("`*a **b `", { repeated("*a **b ", $0) }),
        ("`a**b` `c* ` mixed", { repeated("a**b c* _d e_ ***f ~~g ", $0) }),
        ("`` `a``b ``", { repeated("`a``b ", $0) }),
        ("backticks of all lengths", { backticks($0) }),
        ("`>>>>`", { repeated(">", $0) }),
        ("`> > a` lines", { repeated("> > > > > > > > > > > > > > a\n", $0) }),
        ("`- - - a` lines", { repeated("- - - - - - - - - - - - - - a\n", $0) }),
        ("deeper and deeper list", { deepList($0) }),
        ("`<<<<`", { repeated("<", $0) }),
        ("`<a `", { repeated("<a ", $0) }),
        ("`<!--`", { repeated("<!--", $0) }),
        ("`<a@`", { repeated("<a@", $0) }),
        ("`&&&&`", { repeated("&", $0) }),
        ("`&#x1`", { repeated("&#x1", $0) }),
        ("`||||` lines", { "a|b\n-|-\n" + repeated("||||||||\n", $0) }),
        ("one row of `a|`", { repeated("a|", $0 / 2) + "\n" + repeated("-|", $0 / 2) }),
        ("long header, short rows", { tallTable($0) }),
        ("long address, short references", { references($0) }),
        ("`[a](b`", { repeated("[a](b", $0) }),
        ("`[a](<b`", { repeated("[a](<b", $0) }),
        ("`[a](b \"c`", { repeated("[a](b \"c ", $0) }),
        ("`![`", { repeated("![", $0) }),
        ("`[a]: x` lines", { "[a]: https://x.org\n" + repeated("[a]: x\n[a] ", $0) }),
        ("`\\\\\\\\`", { repeated("\\", $0) }),
        ("`http://`", { repeated("http://", $0) }),
        ("one word", { repeated("word", $0) }),
        ("one line of vowelled Arabic", { repeated("بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ ٱلرَّحِيمِ ", $0) }),
        ("one vowelled word", { repeated("بِسْمِٱللَّهِٱلرَّحْمَٰنِٱلرَّحِيمِ", $0) }),
        ("one cluster of marks", { "a" + repeated("\u{301}", $0) }),
        ("flags", { repeated("🇸🇦", $0) }),
        ("white space", { repeated(" \u{A0}", $0) }),
        ("line ends", { repeated("a\n\n", $0) }),
        ("one code block", { "```\n" + repeated("let a = 1\n", $0) + "```" }),
        ("one line of code", { "```\n" + repeated("x", $0) + "\n```" }),
        ("fences", { repeated("```\na\n```\n", $0) }),
        ("citations", { "Text\n\n**Citations**:\n\n" + repeated("[1] Title:\nArabic: نص\n\nEnglish: text\n\n", $0) }),
    ]

    private static func repeated(_ piece: String, _ count: Int) -> String {
        String(repeating: piece, count: max(1, count / piece.utf8.count))
    }

    private static func backticks(_ count: Int) -> String {
        var (text, length) = ("", 1)
        while text.utf8.count < count {
            text += String(repeating: "`", count: length) + "a"
            length += 1
        }
        return text
    }

    private static func deepList(_ count: Int) -> String {
        var (text, depth) = ("", 0)
        while text.utf8.count < count {
            text += String(repeating: "  ", count: depth) + "- a\n"
            depth += 1
        }
        return text
    }

    private static func tallTable(_ count: Int) -> String {
        repeated("header ", count / 2) + "|b\n-|-\n" + repeated("x|y\n", count / 2)
    }

    private static func references(_ count: Int) -> String {
        "[a]: https://x.org/" + repeated("y", count / 2) + "\n\n" + repeated("[a] ", count / 2)
    }

    private static let answer = """
        ## What patience means

        **Patience** (*ṣabr*) is mentioned in the Qur'an more than ninety times [1]. It is of three kinds: patience in \
        obedience, patience in keeping away from what is forbidden, and patience with what is decreed.

        قال الله تعالى: ﴿يَا أَيُّهَا الَّذِينَ آمَنُوا اسْتَعِينُوا بِالصَّبْرِ وَالصَّلَاةِ إِنَّ اللَّهَ مَعَ الصَّابِرِينَ﴾ [1]، وهذه **الآية** تجمع بين \
        الصبر والصلاة؛ فهل نصبر؟ نعم، ونستعين بالله على ذلك في كل حال.

        1. **Know why** you are patient: for Allah's sake alone, as in [the explanation](https://example.org/tafsir/2/153).
        2. Pray *two units* and ask; see `salat al-hajah`.
           - Do not complain to people, for 2 * 3 * 4 reasons.
           - Remember that ~~every~~ most trials end & pass.

        > Verily, with hardship comes ease.

        | Prayer | Units |
        |---|---|
        | Fajr | 2 |
        | Maghrib | 3 |

        | Scholar | What he said about it, at some length |
        |---|---|
        | Ibn al-Qayyim | Faith is two halves: half is patience and half is being thankful. |

        ```text
        sabr = patience
        shukr = gratitude
        ```

        **Citations**:

        [1] Quran 2:153:
        Arabic: يَا أَيُّهَا الَّذِينَ آمَنُوا اسْتَعِينُوا بِالصَّبْرِ وَالصَّلَاةِ

        English: O you who believe, seek help through patience and prayer.


        """
}
