import Testing
import WhatsAppTesting
import WhatsAppCore

@Suite("Citations: parser")
struct CitedAnswerTests {
    /// What stands below `[1] T:`, and the texts that it holds.
    struct Form: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let content: String
        let texts: [String]

        init(_ name: String, _ content: String, _ texts: String...) {
            testDescription = name
            self.content = content
            self.texts = texts
        }
    }

    static let forms: [Form] = [
        .init("two paragraphs", " Arabic: نص\n\n English: text\n\n", "ar نص", "en text"),
        .init("lines", "Arabic: نص\nEnglish: text", "ar نص", "en text"),
        .init("the other way round", "English: text\nArabic: نص", "en text", "ar نص"),
        .init("Arabic alone", "Arabic: نص", "ar نص"),
        .init("English alone", " English: text\n\n", "en text"),
        .init("no translation", " Arabic: نص\n\n English: [Translation unavailable]", "ar نص"),
        .init("nothing but no translation", " English: [Translation unavailable]\n\n", "en [Translation unavailable]"),
        .init("text", " Text: text\n\n", "en text"),
        .init("Arabic text", "Text: نص", "ar نص"),
        .init("other case", "ARABIC: نص\nenglish: text", "ar نص", "en text"),
        .init("CRLF", "Arabic: نص\r\n\r\nEnglish: text\r\n", "ar نص", "en text"),
        .init("several paragraphs", "Arabic: نص\n\n  آخر  \n\nEnglish: one\n\ntwo", "ar نص\nآخر", "en one\ntwo"),
        .init("label on a line of its own", "Arabic:\nنص\nEnglish:\ntext", "ar نص", "en text"),
        .init("label twice", "Arabic: نص\nEnglish: a\nArabic: آخر\nEnglish: b", "ar نص\nآخر", "en a\nb"),
        .init("wrong label", "English: نص\nArabic: text", "ar نص", "en text"),
        .init("no label", "some words\nand more\n\n", "en some words\nand more"),
        .init("words before a label", "some words\nArabic: نص", "en some words", "ar نص"),
        .init("Urdu", "Text: یہ کتاب ہے", "ur یہ کتاب ہے"),
        .init("nothing", "\n\n"),
    ]

    @Test(arguments: forms)
    func readsEveryForm(_ form: Form) throws {
        let cited = try #require(CitedAnswer("Body [1] .\n\n**Citations**:\n[1] T:\n\(form.content)"))
        #expect(cited.body == "Body [1] .")
        #expect(cited.citations.map(\.source) == ["T"])
        #expect(cited.citations.first?.texts.map { "\($0.language) \($0.words)" } == form.texts)
        #expect(cited.ending == "")
    }

    @Test(arguments: [
        "**Citations**:", "**Citations:**", "**Citations**", "## Citations", "### **Citations:**", "Citations:",
        "  citations", "__Citation__:", "**Citations**: ",
    ])
    func headings(_ heading: String) throws {
        let cited = try #require(CitedAnswer("Body\n\n\(heading)\n\n[1] T:\nArabic: نص"))
        #expect(cited.body == "Body")
        #expect(cited.citations.count == 1)
    }

    @Test(arguments: [
        "", "Body", "Body [1] .", "**Citations**:", "Body\n\n**Citations**:\n", "**Citations**:\n\n- one\n- two",
        "**Citations**:\n[1] Bukhari 1\n[2] Muslim 2\n", "Citations matter.\n[1] T:\nArabic: نص",
        "[1] T:\nArabic: نص", "**Citations**:\n[x] T:\n", "**Citations**:\n[1234567] T:\n", "**Citations**:\n[] T:\n",
        "```\n**Citations**:\n[1] T:\nArabic: نص\n```\n", "Body\r\n  \n\n",
    ])
    func anAnswerWithoutASectionStays(answer: String) async {
        #expect(CitedAnswer(answer) == nil)
        let completed = await CitationTranslation.layout.completeCitations(of: answer)
        #expect(Array(completed.utf8) == Array(answer.utf8))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let section: String
        let entries: [String]

        init(_ name: String, _ section: String, _ entries: String...) {
            testDescription = name
            self.section = section
            self.entries = entries
        }
    }

    static let entries: [Case] = [
        .init("out of order", "[3] C:\nText: c\n\n[1] A:\nText: a", "[3] C: c", "[1] A: a"),
        .init("a number twice", "[1] A:\nText: a\n[1] B:\nText: b", "[1] A: a", "[1] B: b"),
        .init("numbers missing", "[2] A:\nText: a\n[9] B:\nText: b", "[2] A: a", "[9] B: b"),
        .init("colon in the title", "[1] Tafsir: al-Baqarah 2:43:\nText: a", "[1] Tafsir: al-Baqarah 2:43: a"),
        .init("no title", "[1]:\nText: a\n[2] :\nText: b", "[1] : a", "[2] : b"),
        .init("no colon", "[1] A\n Arabic: نص\n[2] B\n[{\"lang\":\"en\",\"text\":\"b\"}]", "[1] A: نص", "[2] B: b"),
        .init("cut in a title", "[1] A:\nText: a\n\n[2] Sahih al-Bu", "[1] A: a", "[2] Sahih al-Bu: "),
        .init("cut after a title", "[1] A:\nText: a\n\n[2] B:", "[1] A: a", "[2] B: "),
        .init("cut in a label", "[1] A:\n Arabic: نص\n\n Engl", "[1] A: نص\nEngl"),
        .init("footnote in a text", "[1] A:\nText: a [2] b\n[2] a footnote\nc", "[1] A: a [2] b\n[2] a footnote\nc"),
        .init(
            "no end of line between", "[1] A:\nText: a[2] B:\nEnglish: b[3] C:\nc", "[1] A: a", "[2] B: b", "[3] C: c"),
        .init(
            "no end of line after JSON", "[1] A:\n[{\"lang\":\"en\",\"text\":\"a\"}][2] B:\nb", "[1] A: a", "[2] B: b"),
        .init(
            "no end of line after cut JSON", "[1] A:\n[{\"lang\":\"en\",\"text\":\"a\\u062[2] B:\nb", "[1] A: a",
            "[2] B: b"),
        .init(
            "a reference that only looks like a head", "[1] A:\nHe said in[7] as follows:\nb",
            "[1] A: He said in[7] as follows:\nb"),
    ]

    @Test(arguments: entries)
    func readsEntries(_ row: Case) throws {
        let cited = try #require(CitedAnswer("**Citations**:\n" + row.section))
        let entries = cited.citations.map { citation in
            "[\(citation.numbers.map(String.init).joined())] \(citation.source): "
                + citation.texts.map(\.words).joined(separator: " | ")
        }
        #expect(entries == row.entries)
    }

    @Test("Lines end as they like", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) throws {
        let lines = ["Body", "", "**Citations**", "[1] T:", "Arabic: نص", "", "English: text", "", "---", "Bye"]
        let cited = try #require(CitedAnswer(lines.joined(separator: end)))
        #expect(cited.body == "Body")
        #expect(cited.citations.map(\.source) == ["T"])
        #expect(cited.citations.first?.texts.map(\.words) == ["نص", "text"])
        #expect(cited.ending == "---\(end)Bye")
    }

    @Test func theLastSectionCounts() throws {
        let cited = try #require(
            CitedAnswer("A\n\n**Citations**:\n[1] A:\nText: a\n\nB\n\n**Citations**:\n[1] B:\nText: b"))
        #expect(cited.body == "A\n\n**Citations**:\n[1] A:\nText: a\n\nB")
        #expect(cited.citations.map(\.source) == ["B"])
    }

    @Test func aFenceThatIsNeverClosedDoesNotHideTheSection() throws {
        let cited = try #require(CitedAnswer("```\ncode\n\n**Citations**:\n[1] A:\nText: a"))
        #expect(cited.body == "```\ncode\n```")
    }

    @Test(arguments: ["## Note\n\nBye", "---\nBye", "**Note:**\nBye", "**Note**:\n\nBye"])
    func whatComesAfterTheSectionStays(ending: String) throws {
        let cited = try #require(CitedAnswer("A\n\n**Citations**:\n[1] A:\nText: a\n\n\(ending)\n"))
        #expect(cited.citations.map { $0.texts.map(\.words) } == [["a"]])
        #expect(cited.ending == ending)
        #expect(cited.markdown == "A\n\n**Citations**\n[1] A\na\n\n\(ending)")
    }

    @Test(arguments: [
        (" Arabic: نص\n\n English: [Translation unavailable]", ["نص"]),
        (#"[{"lang":"ar","text":"نص"},{"lang":"en","text":"text"}]"#, ["نص", "text"]),
    ])
    func whatFollowsACompleteEntryIsNoPartOfIt(content: String, texts: [String]) throws {
        let cited = try #require(CitedAnswer("A\n\n**Citations**:\n[1] A:\n\(content)\n\nAnd God knows best.\n\nBye"))
        #expect(cited.citations.map { $0.texts.map(\.words) } == [texts])
        #expect(cited.ending == "And God knows best.\n\nBye")
    }

    // MARK: Properties

    @Test("no letter or digit is lost but labels and what is there twice", arguments: 0..<500)
    @LongWork func nothingIsLost(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        // Each word once, so that no two entries are equal; no quote and no backslash, so that nothing is taken for JSON.
        var count = 0
        func word() -> String {
            count += 1
            return "w\(count)x"
        }
        var answer = "Body\n\n**Citations**:\n[1] \(word()):\n"
        let pieces = [
            "\n", "\n\n", " ", " Arabic: ", "\nEnglish: ", "\n Text: ", "[2] ", ":\n", "]", "{", "[3", "نص", "\n- ",
        ]
        for _ in 0..<40 {
            answer += pieces.randomElement(using: &random) ?? ""
            if Bool.random(using: &random) { answer += word() }
        }
        guard let cited = CitedAnswer(answer) else {
            Issue.record("no section in \(answer.debugDescription)")
            return
        }
        let left = cited.markdown
        for number in 1...count { #expect(left.contains("w\(number)x"), "\(answer.debugDescription)") }
        func arabic(_ text: String) -> Int { text.unicodeScalars.count { $0 == "ن" } }
        #expect(arabic(left) == arabic(answer), "\(answer.debugDescription)")
    }

    @Test("an answer that is cut anywhere keeps its body", arguments: 0..<200)
    func everyCut(seed: Int) async {
        var random = SeededRandom(seed: UInt64(seed))
        let pieces = [
            "\n", " Arabic: نص\n", "English: t\n", "[2] b:\n", "[1] a:\n", " آخر\n", "\n- c", "\nd:", "\"", "{", "\\",
        ]
        let answer = Array(("Body\n\n**Citations**:\n[1] a:\n" + random.text(of: pieces, count: 20)).unicodeScalars)
        let translation = CitationTranslation.layout
        for length in stride(from: 0, to: answer.count, by: 7) {
            var part = String.UnicodeScalarView()
            part.append(contentsOf: answer.prefix(length))
            let completed = await translation.completeCitations(of: String(part))
            #expect(completed.hasPrefix(String(part).prefix(4)))
        }
    }
}
