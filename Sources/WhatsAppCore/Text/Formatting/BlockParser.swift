/// Parts markdown into blocks, line by line: containers first, then what the line holds, as CommonMark does it.
///
/// Three departures, all for the sake of what language models write: a list below `1.` may be indented by two columns,
/// text at the margin ends a list, and only a single line can be underlined into a heading.
struct BlockParser {
    /// Deeper quotes and lists are text, which bounds the work for each line.
    static let maximumDepth = 12

    private enum Kind {
        case document
        case quote
        /// The columns from the parent's content to the marker, and to the item's own content.
        case item(ListMarker, indent: Int, content: Int)
    }

    private struct Container {
        var kind: Kind
        var isSpaced = false
        var blocks: [Block] = []
    }

    private enum Leaf: Equatable {
        case none
        case paragraph
        case fence(BlockStart.Fence)
        case indentedCode
        case table
    }

    private let source: [UInt8]
    private var containers = [Container(kind: .document)]
    /// The block that lines are being added to; its text is `text`.
    private var leaf = Leaf.none
    private var text: [UInt8] = []
    /// Where the last line of a paragraph begins in `text`.
    private var lastLine = 0
    private var leafIsSpaced = false
    private var sawBlankLine = false

    /// The blocks of `source`.
    static func parse(_ source: [UInt8]) -> [Block] {
        var parser = BlockParser(source: source)
        var start = 0
        while start < source.count {
            var end = start
            while end < source.count, source[end] != 0x0A, source[end] != 0x0D { end += 1 }
            parser.add(line: start..<end)
            start = end + (end + 1 < source.count && source[end] == 0x0D && source[end + 1] == 0x0A ? 2 : 1)
        }
        parser.close(downTo: 1)
        return parser.containers[0].blocks
    }

    private init(source: [UInt8]) {
        self.source = source
    }

    // MARK: One line

    private mutating func add(line: Range<Int>) {
        var cursor = LineCursor(source: source, line: line)
        let isBlank = cursor.trimmed.isEmpty
        let matched = matchContainers(&cursor, isBlank: isBlank)
        let allMatched = matched == containers.count

        if allMatched, continueCode(cursor, isBlank: isBlank) { return }
        if cursor.trimmed.isEmpty {
            close(downTo: matched)
            closeLeaf()
            sawBlankLine = true
            return
        }
        if isLazyContinuation(cursor, matched: matched) {
            appendLine(cursor.trimmed)
            return
        }
        if !allMatched { close(downTo: matched) }
        while openContainer(&cursor) {}
        addLeaf(cursor)
    }

    /// How many of the open containers the line goes on with; takes their marks from it.
    private mutating func matchContainers(_ cursor: inout LineCursor, isBlank: Bool) -> Int {
        for index in 1..<containers.count {
            let (columns, position) = cursor.indent
            switch containers[index].kind {
            case .document: break
            case .quote:
                guard columns < 4, position < cursor.end, source[position] == UInt8(ascii: ">") else { return index }
                BlockStart.skipQuoteMark(&cursor)
            case .item(let marker, let indent, let content):
                if isBlank { continue }
                if columns >= content {
                    cursor.skip(columns: content)
                } else if columns >= indent + 2, leaf == .paragraph || leaf == .none,
                    BlockStart.listMarker(source, position..<cursor.end) != nil
                {
                    // From here on, this indentation is the item's own.
                    containers[index].kind = .item(marker, indent: indent, content: columns)
                    cursor.skip(columns: columns)
                } else {
                    return index
                }
            }
        }
        return containers.count
    }

    /// Adds the line to the code that is open, if one is. Returns whether the line is dealt with.
    private mutating func continueCode(_ cursor: LineCursor, isBlank: Bool) -> Bool {
        var cursor = cursor
        let (columns, position) = cursor.indent
        switch leaf {
        case .fence(let fence):
            if columns < 4, fence.isClosed(by: source, position..<cursor.end) {
                closeLeaf()
            } else {
                cursor.skip(columns: fence.indent)
                cursor.appendRest(to: &text)
                text.append(0x0A)
            }
            return true
        case .indentedCode where isBlank || columns >= 4:
            cursor.skip(columns: 4)
            cursor.appendRest(to: &text)
            text.append(0x0A)
            sawBlankLine = isBlank
            return true
        case .none, .paragraph, .table, .indentedCode:
            return false
        }
    }

    /// Whether the line belongs to the paragraph of a quote although it lacks the quote's mark.
    private func isLazyContinuation(_ cursor: LineCursor, matched: Int) -> Bool {
        guard matched < containers.count, leaf == .paragraph, case .quote = containers[matched].kind else {
            return false
        }
        let (columns, position) = cursor.indent
        return columns >= 4 || !BlockStart.interruptsParagraph(source, position..<cursor.end)
    }

    /// Opens a quote or a list item, if one begins here.
    private mutating func openContainer(_ cursor: inout LineCursor) -> Bool {
        let (columns, position) = cursor.indent
        guard columns < 4, position < cursor.end, containers.count <= Self.maximumDepth else { return false }
        if source[position] == UInt8(ascii: ">") {
            closeLeaf()
            BlockStart.skipQuoteMark(&cursor)
            open(.quote)
            return true
        }
        let rest = position..<cursor.end
        guard let (marker, width) = BlockStart.listMarker(source, rest), !BlockStart.isRule(source, rest) else {
            return false
        }
        let isEmpty = source.trimmingBlanks(position + width..<cursor.end).isEmpty
        if leaf == .paragraph, isEmpty || (marker.number ?? 1) != 1 { return false }
        closeLeaf()
        cursor.skip(columns: columns)
        for _ in 0..<width { cursor.advance() }
        // Five or more blanks: one parts the marker, the others begin indented code.
        let blanks = cursor.indent.columns
        let taken = isEmpty || blanks > 4 ? 1 : blanks
        cursor.skip(columns: taken)
        open(.item(marker, indent: columns, content: columns + width + taken))
        return true
    }

    /// Adds what the containers left of the line.
    private mutating func addLeaf(_ cursor: LineCursor) {
        var cursor = cursor
        let (columns, position) = cursor.indent
        let line = cursor.trimmed
        if line.isEmpty { return }
        let isParagraph = leaf == .paragraph
        if columns >= 4 {
            if isParagraph { return appendLine(line) }
            begin(.indentedCode)
            cursor.skip(columns: 4)
            cursor.appendRest(to: &text)
            text.append(0x0A)
        } else if let heading = BlockStart.heading(source, line) {
            emit(.heading(Array(source[heading])))
        } else if let fence = BlockStart.fence(source, line, indent: columns) {
            begin(.fence(fence))
        } else if isParagraph, lastLine == 0, BlockStart.isUnderline(source, line) {
            leaf = .none
            containers[containers.count - 1].blocks.append(Block(content: .heading(text), isSpaced: leafIsSpaced))
            text = []
        } else if BlockStart.isRule(source, position..<cursor.end) {
            emit(.rule)
        } else if isParagraph, beginTable(line) {
            return
        } else if leaf == .table, source[line].contains(UInt8(ascii: "|")) {
            appendLine(line)
        } else if !isParagraph, let (label, url) = LinkDefinition.parse(source, line) {
            emit(.definition(label: label, url: url))
        } else {
            if !isParagraph { begin(.paragraph) }
            appendLine(line)
        }
    }

    /// Turns the last line of the paragraph into a table's header, if `line` is the row below one.
    private mutating func beginTable(_ line: Range<Int>) -> Bool {
        guard let columns = Table.columns(ofDelimiterRow: source[line]), text[lastLine...].contains(UInt8(ascii: "|")),
            Table.cells(text[lastLine...]).count == columns
        else { return false }
        let header = Array(text[lastLine...])
        if lastLine > 0 {
            text.removeSubrange((lastLine - 1)...)
            closeLeaf()
        } else {
            sawBlankLine = leafIsSpaced
            leaf = .none
        }
        begin(.table)
        text = header
        return true
    }

    // MARK: Opening and closing

    private mutating func appendLine(_ line: Range<Int>) {
        if !text.isEmpty { text.append(0x0A) }
        lastLine = text.count
        text.append(contentsOf: source[line])
    }

    private mutating func begin(_ kind: Leaf) {
        closeLeaf()
        leaf = kind
        leafIsSpaced = sawBlankLine
        sawBlankLine = false
        text = []
    }

    private mutating func emit(_ content: Block.Content) {
        closeLeaf()
        containers[containers.count - 1].blocks.append(Block(content: content, isSpaced: sawBlankLine))
        sawBlankLine = false
    }

    private mutating func open(_ kind: Kind) {
        containers.append(Container(kind: kind, isSpaced: sawBlankLine))
        sawBlankLine = false
    }

    private mutating func closeLeaf() {
        let content: Block.Content
        switch leaf {
        case .none: return
        case .paragraph: content = .paragraph(text)
        case .table: content = .table(Table(lines: text))
        case .fence, .indentedCode: content = .code(text)
        }
        leaf = .none
        containers[containers.count - 1].blocks.append(Block(content: content, isSpaced: leafIsSpaced))
        text = []
    }

    private mutating func close(downTo count: Int) {
        closeLeaf()
        while containers.count > count {
            let closed = containers.removeLast()
            let content: Block.Content
            switch closed.kind {
            case .document: return
            case .quote: content = .quote(closed.blocks)
            case .item(let marker, _, _): content = .item(marker, closed.blocks)
            }
            containers[containers.count - 1].blocks.append(Block(content: content, isSpaced: closed.isSpaced))
        }
    }
}
