/// An answer taken apart: what it says, the citations below it, and what stands after these.
public struct CitedAnswer: Sendable, Hashable {
    /// The markdown before the section of citations, without the white space at its end. A code block that is open there, by a
    /// slip of the model, is closed.
    public var body: String
    /// The citations, in the order in which they stand.
    public var citations: [Citation]
    /// The markdown after the section; mostly empty.
    public var ending: String

    /// Takes an answer apart; `nil` for one without a section of citations.
    ///
    /// The section begins with the last line that says `Citations`, whatever marks of a heading are around it, and that is
    /// followed by a line `[n] title:`. It ends with the text, or, below its last entry, after a blank line: at a heading, a
    /// rule or a bold line, and at anything if the entry is visibly complete. Entries may be cut, out of order, or numbered
    /// alike. What is not understood in an entry belongs to its text: nothing is lost. Takes linear time.
    public init?(_ answer: String) {
        let bytes = Array(answer.utf8)
        guard let section = CitationSection.find(in: bytes) else { return nil }
        citations = section.entries.map { entry in
            var citation = Citation(
                number: entry.head.number, source: String(decoding: bytes[entry.head.title], as: UTF8.self))
            CitationReader.read(bytes, entry.content, into: &citation)
            return citation
        }
        body = String(decoding: bytes[..<section.start].droppingSpaceAtEnd + section.endOfCode, as: UTF8.self)
        ending = String(decoding: bytes[section.end...].droppingSpaceAtEnd, as: UTF8.self)
    }

    /// The answer as markdown again, its citations laid out compactly: for each a paragraph with its numbers and its
    /// source, and below them its texts, those in Arabic script first.
    ///
    /// Labels are not needed: the script says which is which, and without them Arabic lines run from right to left.
    public var markdown: String {
        let section = "**Citations**\n" + citations.map(\.markdown).joined(separator: "\n\n")
        return [body, section, ending].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }
}

extension Citation {
    /// One paragraph of markdown, so that no part is cut inside it.
    fileprivate var markdown: String {
        // Of `[1, 3]` the chunker would not see that a citation begins.
        let title = (numbers.map { "[\($0)]" } + [source].filter { !$0.isEmpty }).joined(separator: " ")
        let arabic = texts.filter { ArabicScript.serves($0.language) }
        let other = texts.filter { !ArabicScript.serves($0.language) }
        return ([title] + (arabic + other).map(\.words.escapingBlockStarts)).joined(separator: "\n")
    }
}

extension String {
    /// The text with a backslash in each line that would end a paragraph of markdown, such as `# 1` or `- one`.
    fileprivate var escapingBlockStarts: String {
        let bytes = Array(utf8)
        var out: [UInt8] = []
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if !out.isEmpty { out.append(0x0A) }
            if BlockStart.interruptsParagraph(bytes, line.indices) || BlockStart.isUnderline(bytes, line.indices) {
                let digits = line.prefix(while: \.isASCIIDigit)
                out += digits + [UInt8(ascii: "\\")] + line.dropFirst(digits.count)
            } else {
                out += line
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    fileprivate var droppingSpaceAtEnd: ArraySlice<UInt8> {
        var rest = self
        while let last = rest.last, last.isBlankOrNewline { rest.removeLast() }
        return rest
    }
}
