@testable import WhatsAppCore

enum CitationTarget {
    /// The answer arrives in pieces, and may end after any of them.
    static func violations(_ input: FuzzInput) -> [String] {
        var input = input
        let pieces = input.pieces()
        var decoder = UTF8Decoder()
        var violations: [String] = []
        var answer = ""
        for piece in pieces {
            answer += decoder.decode(piece)
            violations += check(answer)
        }
        answer += decoder.finish()
        if Array(answer.utf8) != Array(String(decoding: pieces.joined(), as: UTF8.self).utf8) {
            violations.append("pieces give other text: \(pieces)")
        }
        return violations + check(answer)
    }

    private static func check(_ answer: String) -> [String] {
        guard let cited = CitedAnswer(answer) else { return [] }
        var violations: [String] = []
        func expect(_ condition: Bool, _ promise: String) {
            if !condition { violations.append("\(promise): \(answer.debugDescription) → \(cited)") }
        }
        let (all, body, ending) = (Array(answer.utf8), Array(cited.body.utf8), Array(cited.ending.utf8))
        let last = (all.lastIndex { !$0.isBlankOrNewline } ?? -1) + 1
        expect(all.starts(with: body), "the body is not the beginning")
        expect(ending.isEmpty || all[..<last].reversed().starts(with: ending.reversed()), "the ending is not the end")
        expect(!cited.citations.isEmpty, "there is a section without a citation")
        expect(cited.markdown.utf8.count <= 4 * all.count + 64, "the markdown has grown")
        let section = all[body.count..<max(last - ending.count, body.count)]
        if !hasNotes(Array(section)) {
            let found = cited.citations.reduce(0) { sum, citation in
                sum + letters(citation.source) + citation.texts.reduce(0) { $0 + letters($1.words) }
            }
            let expected = letters(String(decoding: section, as: UTF8.self)) - lettersOfLabels(section)
            expect(found == expected, "\(expected) letters became \(found)")
        }
        let merged = Citation.merging(cited.citations)
        expect(
            Set(merged.flatMap(\.numbers)) == Set(cited.citations.flatMap(\.numbers)), "a number is lost in merging")
        expect(merged.allSatisfy { $0.numbers == Set($0.numbers).sorted() }, "numbers are not in order, or repeat")
        return violations
    }

    /// Whether there may be JSON, escapes or the note that there is no translation: those are not counted by letters.
    private static func hasNotes(_ section: [UInt8]) -> Bool {
        section.contains { "\"\\".utf8.contains($0) }
            || section.indices.contains { section.has("unavailable", at: $0) }
    }

    private static func letters(_ text: String) -> Int { text.unicodeScalars.count(where: \.properties.isAlphabetic) }

    /// The letters of the heading and of the labels, which say nothing in the result.
    private static func lettersOfLabels(_ section: ArraySlice<UInt8>) -> Int {
        var count = 0
        for line in section.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let text = Array(line.drop(while: \.isBlank))
            if count == 0 {
                count = letters(String(decoding: text, as: UTF8.self))
            } else if let length = [6, 7, 4].first(where: { [$0: labels[$0]].contains { text.has($1 ?? "?", at: 0) } })
            {
                count += length
            }
        }
        return count
    }

    private static let labels: [Int: StaticString] = [6: "arabic:", 7: "english:", 4: "text:"]
}
