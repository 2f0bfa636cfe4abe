/// Reads what stands below the head of an entry.
enum CitationReader {
    /// Adds the texts in `content`, by their labels; what has no label is a text too.
    static func read(_ bytes: [UInt8], _ content: Range<Int>, into citation: inout Citation) {
        var label: CitationLabel?
        var text: [UInt8] = []
        var placeholder: String?
        func finish() {
            let words = String(decoding: text, as: UTF8.self)
            if isPlaceholder(text) {
                placeholder = words
            } else if let texts = CitedJSON.texts(in: text) {
                for text in texts { citation.add(text.words, labelled: text.language) }
            } else {
                citation.add(words, labelled: label?.language)
            }
            text = []
        }
        for line in bytes[content].split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let range = bytes.trimmingBlanks(line.indices)
            if let found = CitationLabel(bytes, range) {
                finish()
                label = found
                text += bytes[bytes.trimmingBlanks(found.end..<range.upperBound)]
            } else {
                if range.isEmpty { continue }
                if !text.isEmpty { text.append(0x0A) }
                text += bytes[range]
            }
        }
        finish()
        // Better than nothing at all.
        if citation.texts.isEmpty, let placeholder { citation.add(placeholder) }
    }

    /// What the backend writes where it could not translate.
    private static func isPlaceholder(_ text: [UInt8]) -> Bool {
        let words: StaticString = "[translation unavailable]"
        return text.count == words.utf8CodeUnitCount && text.has(words, at: 0)
    }
}

/// `Arabic:`, `English:` or `Text:` at the beginning of a line.
struct CitationLabel {
    /// The language that it names.
    var language: String?
    /// Where the text after it begins.
    var end: Int

    /// Reads the label that begins `line`, which has no blanks around it.
    init?(_ bytes: [UInt8], _ line: Range<Int>) {
        let labels: [(StaticString, String?)] = [("arabic:", "ar"), ("english:", "en"), ("text:", nil)]
        for (word, language) in labels
        where word.utf8CodeUnitCount <= line.count && bytes.has(word, at: line.lowerBound) {
            self.language = language
            end = line.lowerBound + word.utf8CodeUnitCount
            return
        }
        return nil
    }
}
