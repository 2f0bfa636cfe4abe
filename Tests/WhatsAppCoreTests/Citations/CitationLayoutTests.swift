import Testing
import WhatsAppCore
import WhatsAppTesting

@Suite("Citations: layout")
struct CitationLayoutTests {
    private func layOut(_ answer: String) async -> String {
        await CitationTranslation.layout.completeCitations(of: answer)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let section: String
        let layout: String

        init(_ name: String, _ section: String, _ layout: String) {
            testDescription = name
            self.section = section
            self.layout = layout
        }
    }

    static let cases: [Case] = [
        .init("both languages", "[1] A:\n Arabic: نص\n\n English: text\n\n", "[1] A\nنص\ntext"),
        .init("Arabic goes first", "[1] A:\nEnglish: text\nArabic: نص", "[1] A\nنص\ntext"),
        .init("no translation", "[1] A:\n Arabic: نص\n\n English: [Translation unavailable]", "[1] A\nنص"),
        .init(
            "entries are apart", "[1] A:\nText: a\n\n\n\n[2] B:\nText: b\n\n", "[1] A\na\n\n[2] B\nb"),
        .init("by number", "[2] B:\nText: b\n[1] A:\nText: a", "[1] A\na\n\n[2] B\nb"),
        .init("nothing but a title", "[1] A:\n[2] B:\n", "[1] A\n\n[2] B"),
        .init("no title", "[1]:\nText: a", "[1]\na"),
        .init(
            "equal ones once", "[1] A:\nText: a\n[2] B:\nText: b\n[3] A:\nText: a\n", "[1] [3] A\na\n\n[2] B\nb"),
        .init("equal but for blanks", "[1] A:\n Text: a \n\n[2] A:\nText: a", "[1] [2] A\na"),
        .init("the same number twice", "[1] A:\nText: a\n[1] A:\nText: a", "[1] A\na"),
        .init(
            "one of two has more languages", "[1] A:\nArabic: نص\n[2] A:\nArabic: نص\nEnglish: a",
            "[1] [2] A\nنص\na"),
        .init(
            "other translation", "[1] A:\nArabic: نص\nEnglish: a\n[2] A:\nArabic: نص\nEnglish: b",
            "[1] A\nنص\na\n\n[2] A\nنص\nb"),
        .init("other source", "[1] A:\nText: a\n[2] B:\nText: a", "[1] A\na\n\n[2] B\na"),
        .init("other text", "[1] A:\nText: a\n[2] A:\nText: b", "[1] A\na\n\n[2] A\nb"),
        .init("no text twice", "[1] A:\n[2] A:\n", "[1] [2] A"),
    ]

    @Test(arguments: cases)
    func laysOut(_ row: Case) async {
        #expect(
            await layOut("Body [1] .  \n\n**Citations**:\n" + row.section) == "Body [1] .\n\n**Citations**\n"
                + row.layout)
    }

    @Test(
        "lines that markdown would take for blocks stay lines of their entry",
        arguments: [
            "# 1", "> quoted", "- one", "1. one", "2) two", "***", "---", "===", "```", "~~~ a", "+ plus", "* star",
        ])
    func blocks(line: String) async {
        let completed = await layOut("Body\n\n**Citations**:\n[1] A:\nText: a\n\(line)\nb\n\n[2] B:\nText: c")
        let shown = WhatsAppReader.read(WhatsAppFormatter().format(completed)).visible
        #expect(shown.filter { $0 != "\u{2060}" } == "Body\n\nCitations\n[1] A\na\n\(line)\nb\n\n[2] B\nc")
    }

    @Test("goes through the formatter as it is")
    func formatted() async {
        let completed = await layOut(
            "Body [1] .\n\n**Citations**:\n[1] A:\nArabic: نص\nEnglish: t\n[2] B:\nText: b\n[3] A:\nArabic: نص\nEnglish: t"
        )
        #expect(
            WhatsAppFormatter().format(completed) == "Body [1].\n\n*Citations*\n[1] [3] A\nنص\nt\n\n[2] B\nb")
    }

    @Test("an entry stays whole where it fits", arguments: [120, 200, 400, 1000])
    func entriesStayWhole(limit: Int) async {
        let arabic = "إِنَّمَا الأَعْمَالُ بِالنِّيَّاتِ"
        let section = (1...30).map { number in
            // Every third is like the one before it.
            let source = number - (number.isMultiple(of: 3) ? 1 : 0)
            return "[\(number)] Source \(source):\n Arabic: \(arabic)\n\n English: Text. Number \(source).\n\n"
        }
        let completed = await layOut("Body.\n\n**Citations**:\n" + section.joined())
        let parts = WhatsAppChunker(limit: limit).parts(of: WhatsAppFormatter().format(completed))
        let entries = parts.joined(separator: "\n\n").split(separator: "\n\n").map(String.init)
        #expect(entries.count == 1 + 20)
        for entry in entries.dropFirst() {
            #expect(entry.split(separator: "\n").count == (entry.hasPrefix("*") ? 4 : 3))
            #expect(parts.contains { $0.contains(entry) })
        }
    }

    @Test("the answers of the simulator", arguments: ScriptedAnswers.suggestions)
    func scriptedAnswers(question: String) async throws {
        let answer = ScriptedAnswers.answer(to: question)
        let cited = try #require(CitedAnswer(answer))
        let completed = await layOut(answer)
        #expect(completed.utf16.count < answer.utf16.count)
        #expect(completed.hasPrefix(cited.body))
        for citation in cited.citations {
            #expect(!citation.source.isEmpty)
            #expect(!citation.texts.isEmpty)
            #expect(citation.texts.allSatisfy { completed.contains($0.words) })
        }
    }
}
