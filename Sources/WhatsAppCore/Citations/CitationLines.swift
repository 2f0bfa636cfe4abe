/// The lines of an answer, and which of them matter to its citations.
struct CitationLines {
    private let bytes: [UInt8]
    /// Without their ends and without the blanks around them.
    let ranges: [Range<Int>]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var ranges: [Range<Int>] = []
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == 0x0A || byte == 0x0D {
            // Of CR and LF together, the CR ends the line, and the LF no other.
            let isSecond = byte == 0x0A && index > 0 && bytes[index - 1] == 0x0D
            if !isSecond { ranges.append(bytes.trimmingBlanks(start..<index)) }
            start = index + 1
        }
        ranges.append(bytes.trimmingBlanks(start..<bytes.count))
        self.ranges = ranges
    }

    /// The last line that says `Citations` and has an entry below it, code blocks aside; and the fence of a code block that is
    /// open there.
    func heading() -> (index: Int, openFence: BlockStart.Fence?)? {
        var heading: (Int, BlockStart.Fence?)?
        var headingInCode: (Int, BlockStart.Fence?)?
        var code: BlockStart.Fence?
        for (index, line) in ranges.enumerated() {
            if let fence = code {
                if fence.isClosed(by: bytes, line) { (code, headingInCode) = (nil, nil) }
            } else {
                code = BlockStart.fence(bytes, line, indent: 0)
            }
            guard isHeading(line), let next = lineWithText(after: index), head(at: next) != nil else { continue }
            if code == nil { heading = (index, nil) } else { headingInCode = (index, code) }
        }
        // A fence that is never closed is a slip of the model, and the citations are not part of its code.
        return headingInCode ?? heading
    }

    /// The head that the line is. A colon tells it from a footnote; where it is missing, what follows does.
    func head(at index: Int) -> CitationHead? {
        guard let head = CitationHead(bytes, ranges[index]) else { return nil }
        if head.hasColon { return head }
        guard let next = lineWithText(after: index) else { return head }
        return CitationLabel(bytes, ranges[next]) != nil || CitedJSON.begins(bytes[ranges[next]]) ? head : nil
    }

    /// The head that begins inside the line, where nothing ended the text of the entry before it: `…text[2] title:`. Only
    /// one with the next number counts.
    func head(within index: Int, after previous: CitationHead) -> CitationHead? {
        let line = ranges[index]
        guard bytes[line].last == UInt8(ascii: ":"), let bracket = bytes[line].lastIndex(of: UInt8(ascii: "[")),
            bracket > line.lowerBound, !bytes[bracket - 1].isBlank,
            let head = CitationHead(bytes, bracket..<line.upperBound), head.number == previous.number + 1
        else { return nil }
        return head
    }

    /// Where the section whose last entry has its head before `position` ends.
    func ending(after position: Int) -> Int {
        var isAfterBlank = false
        var isComplete = false
        for line in ranges where line.lowerBound > position {
            if isAfterBlank, !line.isEmpty, isComplete || isNewSection(line) { return line.lowerBound }
            isAfterBlank = line.isEmpty
            if !line.isEmpty { isComplete = isEndOfEntry(line) }
        }
        return bytes.count
    }

    /// Whether nothing can follow in an entry: the end of a JSON list, or of the note that there is no translation.
    private func isEndOfEntry(_ line: Range<Int>) -> Bool {
        bytes[line].suffix(2).elementsEqual("}]".utf8)
            || bytes.has("unavailable]", at: max(line.lowerBound, line.upperBound - 12))
    }

    private func lineWithText(after index: Int) -> Int? {
        ranges[(index + 1)...].firstIndex { !$0.isEmpty }
    }

    /// `**Citations**:`, `## Citations`, `Citations` and the like.
    private func isHeading(_ line: Range<Int>) -> Bool {
        guard line.count < 32 else { return false }
        let word = bytes[line].filter { !$0.isBlank && !"#*_:".utf8.contains($0) }
        return (word.count == 9 && word.has("citations", at: 0)) || (word.count == 8 && word.has("citation", at: 0))
    }

    /// A heading, a rule, or a line that is wholly bold.
    private func isNewSection(_ line: Range<Int>) -> Bool {
        if BlockStart.heading(bytes, line) != nil || BlockStart.isRule(bytes, line) { return true }
        let text = bytes[line].last == UInt8(ascii: ":") ? bytes[line].dropLast() : bytes[line]
        return text.count > 4 && text.starts(with: "**".utf8) && text.suffix(2).elementsEqual("**".utf8)
    }
}
