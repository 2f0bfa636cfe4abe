import Testing
import WhatsAppTesting

@testable import WhatsAppCore

@Suite("Chunker")
struct ChunkerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let limit: Int
        let text: String
        let parts: [String]

        init(_ name: String, limit: Int, _ text: String, _ parts: [String]) {
            testDescription = name
            self.limit = limit
            self.text = text
            self.parts = parts
        }

        func check(sourceLocation: SourceLocation = #_sourceLocation) {
            #expect(WhatsAppChunker(limit: limit).parts(of: text) == parts, sourceLocation: sourceLocation)
        }
    }

    @Test func noMarkOpensBeforeANoBreakSpace() {
        let text = "cost *\u{A0}word word word word word word word word word bar* end"
        let parts = WhatsAppChunker(limit: 40).parts(of: text)
        #expect(parts.count == 2)
        #expect(parts.joined().count { $0 == "*" } == 2)
    }

    static let places: [Case] = [
        .init("nothing", limit: 16, "", []),
        .init("blank", limit: 16, " \n\t\u{A0}\n", []),
        .init("fits", limit: 16, "one two", ["one two"]),
        .init("fits exactly", limit: 16, "0123456789abcdef", ["0123456789abcdef"]),
        .init("blank lines around", limit: 16, "\n\n a b\n\n", [" a b"]),
        .init("words", limit: 16, "alpha beta gamma delta", ["alpha beta gamma", "delta"]),
        .init(
            "sentences", limit: 24, "One two three. Four five six seven.", ["One two three.", "Four five six seven."]),
        .init("Arabic question", limit: 24, "هل هذا صحيح؟ نعم هذا صحيح تماما", ["هل هذا صحيح؟", "نعم هذا صحيح تماما"]),
        .init("lines", limit: 24, "One. Two three\nfour five six", ["One. Two three", "four five six"]),
        .init(
            "paragraphs", limit: 30, "one two three four\n\nfive\nsix seven", ["one two three four", "five\nsix seven"]),
        .init(
            "list items", limit: 30, "- one\n- two three\nfour\n- five six", ["- one\n- two three\nfour", "- five six"]),
        .init(
            "headings", limit: 40, "one two three four five\n*Title*\nsix seven eight",
            ["one two three four five", "*Title*\nsix seven eight"]),
        .init(
            "heading stays", limit: 24, "one two three\n\n*Title*\n\nfour five",
            ["one two three", "*Title*\n\nfour five"]),
        .init(
            "indentation stays", limit: 24, "- one two three\n  - four five six",
            ["- one two three", "  - four five six"]),
        .init("citation number stays", limit: 16, "one twos three [1] four", ["one twos", "three [1] four"]),
        .init("dash does not become a bullet", limit: 16, "one two three - four", ["one two three -", "four"]),
        .init("list marker stays", limit: 16, "alpha beta\n- gamma delt", ["alpha beta", "- gamma delt"]),
    ]

    @Test("takes the best place", arguments: places)
    func takesPlace(_ row: Case) { row.check() }

    static let whole: [Case] = [
        .init(
            "citation entry", limit: 48, "Some text before it all.\n[1] T:\nArabic: نص\n\nEnglish: text",
            ["Some text before it all.", "[1] T:\nArabic: نص\n\nEnglish: text"]),
        .init(
            "verse", limit: 24, "aa bb cc dd. ee\n> one. two three four", ["aa bb cc dd. ee", "> one. two three four"]),
        .init("ornate verse", limit: 20, "aaa bbb cc\n﴿قل هو الله. أحد﴾", ["aaa bbb cc", "﴿قل هو الله. أحد﴾"]),
        .init("address", limit: 24, "see it at https://x.org/a/b.c!d", ["see it at", "https://x.org/a/b.c!d"]),
        .init(
            "line of code", limit: 30, "```\nlet a = 1\nlet bb = 2 + 3\n```",
            ["```\nlet a = 1\n```", "```\nlet bb = 2 + 3\n```"]),
    ]

    @Test("keeps whole what fits", arguments: whole)
    func keepsWhole(_ row: Case) { row.check() }

    static let marks: [Case] = [
        .init("bold", limit: 16, "*alpha beta gamma delta*", ["*alpha beta*", "*gamma delta*"]),
        .init("italic in bold", limit: 16, "*one _two three four_*", ["*one _two_*", "*_three four_*"]),
        .init("after italic in bold", limit: 16, "*one _two_ three four*", ["*one _two_*", "*three four*"]),
        .init("inline code", limit: 16, "`alpha beta gamma`", ["`alpha beta`", "`gamma`"]),
        .init("stars in code", limit: 16, "`a *b c d* e f g h`", ["`a *b c d* e f`", "`g h`"]),
        .init("stars that are no marks", limit: 16, "2 * 3 * 4 * 5 * 6 * 7", ["2 * 3 * 4 * 5 *", "6 * 7"]),
        .init("quotation", limit: 16, "> one two three four", ["> one two three", "> four"]),
        .init(
            "fence", limit: 24, "```\naaaaaaa\nbbbbbbb\nccccccc\n```",
            ["```\naaaaaaa\nbbbbbbb\n```", "```\nccccccc\n```"]),
        .init("fence on a line", limit: 20, "```alpha beta gamma```", ["```alpha beta```", "```gamma```"]),
        .init("fence that is not closed", limit: 16, "```\nalpha beta gamma", ["```\nalpha beta", "gamma"]),
        .init("no fence of a reopened backtick", limit: 16, "`alpha beta gam `` x", ["`alpha beta gam", "`` x"]),
        .init("long word in bold", limit: 16, "*abcdefghijklmnopqrst*", ["*abcdefghijklmn*", "*opqrst*"]),
    ]

    @Test("closes and opens again", arguments: marks)
    func reopens(_ row: Case) { row.check() }

    @Test("runs of backticks are no trouble", arguments: 1..<60)
    func backticks(count: Int) {
        let text =
            "`aa b`b " + String(repeating: "`", count: count) + " cc` `d` " + String(repeating: "`", count: count)
        #expect(ChunkerProperties.violations(of: text + "e` f", limit: 16) == [])
    }

    @Test("knows what was open before a place that could not be taken")
    func refusedPlace() {
        let text = "```\nline one\n```\n`? ~```in line```\t```in line```longerword؟ `some code`"
        #expect(ChunkerProperties.violations(of: text, limit: 16) == [])
    }

    static let clusters: [Case] = [
        .init("families", limit: 24, "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", ["👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"]),
        .init("flags", limit: 16, "🇸🇦🇪🇬🇹🇷🇮🇩🇵🇰", ["🇸🇦🇪🇬🇹🇷🇮🇩", "🇵🇰"]),
        .init("vowelled Arabic", limit: 16, "بِسْمِٱللَّهِٱلرَّحْمَٰنِ", ["بِسْمِٱللَّهِٱل", "رَّحْمَٰنِ"]),
        .init(
            "cluster that is too long", limit: 16, "a" + String(repeating: "\u{301}", count: 20),
            ["a" + String(repeating: "\u{301}", count: 15), String(repeating: "\u{301}", count: 5)]),
        .init("surrogate pairs", limit: 17, "👍👍👍👍👍👍👍👍👍", ["👍👍👍👍👍👍👍👍", "👍"]),
        .init("space with an accent", limit: 16, "0123456789 \u{301}bcdefg", ["0123456789 \u{301}bcde", "fg"]),
    ]

    @Test("does not cut characters", arguments: clusters)
    func keepsClusters(_ row: Case) { row.check() }

    @Test("an extra part only where it spares a cut between words")
    func extraPart() {
        // Two parts would have to cut between words.
        let sentence = String(repeating: "abcd ", count: 5) + "end."
        #expect(WhatsAppChunker(limit: 44).parts(of: [sentence, sentence, sentence].joined(separator: " ")).count == 3)
        // Two lines fit two parts.
        #expect(WhatsAppChunker(limit: 44).parts(of: sentence + "\n" + sentence).count == 2)
    }

    @Test("many bold words make few parts")
    func boldWords() {
        let text = (0..<200).map { "*word\($0)* and some more text here," }.joined(separator: " ")
        let parts = WhatsAppChunker.whatsApp.parts(of: text)
        #expect(parts.count == (text.utf16.count + 4095) / 4096)
    }

    @Test("factories")
    func factories() {
        let standard: any MessageChunker = .whatsApp
        let small: any MessageChunker = .whatsApp(limit: 16)
        #expect(standard.parts(of: String(repeating: "a", count: 4097)).map(\.utf16.count).max() == 4096)
        #expect(small.parts(of: "alpha beta gamma delta").count == 2)
    }
}
