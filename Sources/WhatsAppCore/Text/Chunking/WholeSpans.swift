/// Collects what must not be cut as long as it fits into a part: citation entries, verses, lines of code, and headings
/// with the first word below them. Spans are ranges of places, by their numbers.
struct WholeSpans {
    private var entries: [Range<Int>] = []
    private var lines: [Range<Int>] = []
    private var lineStart = 0
    private var kind = LineKind.text
    private var isCode = false
    private var entryStart: Int?
    /// Where a heading begins that still waits for its text.
    private var headingStart: Int?

    /// A line begins after the place `index`, and the one before it ends there.
    mutating func beginLine(at index: Int, _ newKind: LineKind, isCode newIsCode: Bool, afterBlankLine: Bool) {
        endLine(at: index)
        if let start = entryStart {
            let goesOn =
                newKind == .citationText || (!afterBlankLine && !newIsCode && (newKind == .text || newKind == .verse))
            if !goesOn {
                entries.append(start..<index)
                entryStart = nil
            }
        }
        if newKind == .citation { entryStart = index }
        lineStart = index
        kind = newKind
        isCode = newIsCode
    }

    /// A line ended without a place to cut at.
    mutating func continueLine(isCode newIsCode: Bool) {
        isCode = newIsCode
    }

    /// A word inside a line ended.
    mutating func endWord(at index: Int) {
        guard let start = headingStart else { return }
        lines.append(start..<index)
        headingStart = nil
    }

    /// The text ends.
    mutating func finish(at index: Int) {
        endLine(at: index)
        endWord(at: index)
        if let start = entryStart { entries.append(start..<index) }
    }

    private mutating func endLine(at index: Int) {
        endWord(at: index)
        switch kind {
        case .heading: headingStart = lineStart
        case .verse, .citationText: lines.append(lineStart..<index)
        case .text, .item, .citation: if isCode { lines.append(lineStart..<index) }
        }
    }

    /// `breaks` without those that would cut a span which fits. Spans that overlap are joined if they fit together.
    func removingInner(from breaks: [BreakPoint], limit: Int) -> [BreakPoint] {
        guard !entries.isEmpty || !lines.isEmpty else { return breaks }
        // For each place that goes, the nearest ones around it that stay.
        var before = Array(breaks.indices)
        var after = before
        func remove(_ span: Range<Int>) {
            let (start, end) = (before[span.lowerBound], after[span.upperBound])
            guard start < end, breaks[start].units(to: breaks[end]) <= limit else { return }
            for index in span.lowerBound...span.upperBound where index > start && index < end {
                before[index] = start
                after[index] = end
            }
        }
        for span in entries { remove(span) }
        // A line within an entry that stays whole has nothing left to remove.
        for span in lines where before[span.lowerBound] == span.lowerBound || after[span.lowerBound] <= span.upperBound
        {
            remove(span)
        }
        return breaks.indices.filter { before[$0] == $0 }.map { breaks[$0] }
    }
}
