/// Finds the places at which a text may be cut, and how good each of them is.
struct BreakFinder {
    private let bytes: [UInt8]
    private let limit: Int
    private var codeBlocks: CodeBlocks
    private var marks = LineMarks()
    /// The current line, where its text begins, and what it is.
    private var line = 0..<0
    private var firstWord = 0
    /// Where the text after the last place begins, its indentation aside, and what was known there.
    private var textStart = TextPosition(byte: 0, units: 0)
    private var cutter: WordCutter?
    private var kind = LineKind.text
    private var spans = WholeSpans()
    /// From the beginning of the text to its end.
    private var breaks: [BreakPoint] = []

    /// The places for `bytes`, the first being its beginning and the last its end; none if it is blank. From each to
    /// the next is never more than a part can hold.
    static func breaks(in bytes: [UInt8], limit: Int) -> [BreakPoint] {
        var finder = BreakFinder(bytes: bytes, limit: limit)
        finder.find()
        return finder.spans.removingInner(from: finder.breaks, limit: limit)
    }

    /// The beginning and the end of `bytes`, the white space around aside; none if it is blank.
    static func ends(of bytes: [UInt8]) -> [BreakPoint] {
        var position = TextPosition(byte: 0, units: 0)
        let start = Gap.skip(bytes, &position).next
        guard position.byte < bytes.count else { return [] }
        var last = bytes.count
        while let scalar = bytes.scalar(before: last), scalar.isSpace { last -= UTF8.width(scalar) }
        var end = start
        while end.byte < last { end.advance(over: bytes[end.byte]) }
        return [start, end].map { BreakPoint(end: $0, start: $0, rank: .section) }
    }

    private init(bytes: [UInt8], limit: Int) {
        self.bytes = bytes
        self.limit = limit
        codeBlocks = CodeBlocks(bytes)
    }

    private mutating func find() {
        var position = TextPosition(byte: 0, units: 0)
        var gap = Gap.skip(bytes, &position)
        guard position.byte < bytes.count else { return }
        beginLine(at: gap.next.byte)
        breaks.append(BreakPoint(end: gap.next, start: gap.next, rank: .section))
        beginText(at: position)
        spans.beginLine(at: 0, kind, isCode: false, afterBlankLine: false)
        while position.byte < bytes.count {
            let word = position
            Gap.skipWord(bytes, &position)
            let end = position
            gap = Gap.skip(bytes, &position)
            if position.byte == bytes.count {
                addBreak(BreakPoint(end: end, start: end, rank: .section))
            } else if gap.newlines > 0 {
                addLineBreak(word..<end, gap)
            } else if let next = Gap.startOfCluster(bytes, position), next > end {
                addWordBreak(word..<end, next: next)
            }
            if breaks[breaks.count - 1].end == end { beginText(at: position) }
        }
        spans.finish(at: breaks.count - 1)
    }

    private mutating func beginText(at position: TextPosition) {
        textStart = position
        cutter = WordCutter(bytes: bytes, limit: limit, marks: marks, blocks: codeBlocks, isQuoted: isQuoted)
    }

    // MARK: Breaks

    private mutating func addLineBreak(_ word: Range<TextPosition>, _ gap: Gap) {
        let code = codeBlocks.block(around: word.upperBound.byte)
        beginLine(at: gap.next.byte)
        var point = BreakPoint(end: word.upperBound, start: gap.next, rank: .line)
        if let code {
            // Beside a fence, a cut would leave an empty block.
            guard code.isInside(word.upperBound.byte), code.isInside(gap.next.byte) else {
                spans.continueLine(isCode: true)
                return
            }
            point.rank = .codeLine
            point.open.code = code.isBlock ? .block : .inline
        } else if kind == .heading {
            point.rank = .section
        } else if gap.newlines > 1 {
            point.rank = .paragraph
        } else if kind == .item || kind == .verse || kind == .citation {
            point.rank = .item
        }
        addBreak(point)
        spans.beginLine(at: breaks.count - 1, kind, isCode: code != nil, afterBlankLine: gap.newlines > 1)
    }

    private mutating func addWordBreak(_ word: Range<TextPosition>, next: TextPosition) {
        var point = BreakPoint(end: word.upperBound, start: next, rank: .word)
        if let code = codeBlocks.block(around: point.end.byte) {
            guard code.isInside(point.end.byte), code.isInside(next.byte) else { return }
            point.open.code = code.isBlock ? .block : .inline
        } else {
            guard let open = marks.open(before: point.end.byte) else { return }
            point.open = open
            point.open.isQuoted = isQuoted
            let range = word.lowerBound.byte..<word.upperBound.byte
            if range.lowerBound == firstWord && Gap.isMarker(bytes, range) || Gap.staysWithText(bytes, next.byte) {
                point.rank = .marker
            } else if Gap.endsSentence(bytes, range) {
                point.rank = .sentence
            }
        }
        addBreak(point)
        spans.endWord(at: breaks.count - 1)
    }

    /// Adds a place, and places inside the word before it if the word does not fit into a part.
    private mutating func addBreak(_ point: BreakPoint) {
        let last = breaks.count - 1
        if breaks[last].units(to: point) > limit, breaks[last].start < textStart, breaks[last].rank > .word {
            // The word may be too long with its indentation only: let that go with the cut.
            breaks[last].start = textStart
        }
        if breaks[last].units(to: point) > limit { breaks += cutter?.cuts(from: breaks[last], to: point) ?? [] }
        breaks.append(point)
    }

    // MARK: Lines

    private mutating func beginLine(at start: Int) {
        var end = start
        var hasMarks = false
        while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D {
            hasMarks = hasMarks || WhatsAppMark(rawValue: bytes[end]) != nil
            end += 1
        }
        line = start..<end
        firstWord = bytes.trimmingBlanks(line).lowerBound
        let isCode = codeBlocks.block(around: start + 1) != nil
        kind = isCode ? .text : LineKind(bytes, line)
        marks = hasMarks && !isCode ? LineMarks(bytes, line) : LineMarks()
    }

    private var isQuoted: Bool {
        line.count > 1 && bytes[line.lowerBound] == UInt8(ascii: ">") && bytes[line.lowerBound + 1] == 0x20
    }
}
