/// Writes blocks in WhatsApp's syntax.
struct MarkdownRenderer {
    private(set) var output: [UInt8] = []
    private var definitions: LinkDefinitions
    /// Whether the text as a whole runs from right to left.
    private let isRightToLeft: Bool
    /// What the next line begins with, and what the lines after it do.
    private var first: [UInt8] = []
    private var rest: [UInt8] = []

    /// The text for `blocks`, which were parsed from `size` bytes.
    static func render(_ blocks: [Block], size: Int, isRightToLeft: Bool) -> [UInt8] {
        var renderer = MarkdownRenderer(
            definitions: LinkDefinitions(blocks, size: size), isRightToLeft: isRightToLeft)
        renderer.render(blocks)
        while let last = renderer.output.last, last.isBlankOrNewline { renderer.output.removeLast() }
        return renderer.output
    }

    private init(definitions: LinkDefinitions, isRightToLeft: Bool) {
        self.definitions = definitions
        self.isRightToLeft = isRightToLeft
    }

    // MARK: Blocks

    private mutating func render(_ blocks: [Block]) {
        var previous: (marker: ListMarker, number: Int)?
        for (index, block) in blocks.enumerated() {
            if index > 0, !output.isEmpty, output.last != 0x0A { output.append(0x0A) }
            if index > 0, block.isSpaced || isHeading(block) { blankLine() }
            var current: (marker: ListMarker, number: Int)?
            switch block.content {
            case .paragraph(let text): write(parse(text))
            case .heading(let text): writeHeading(text)
            case .code(let text): writeCode(text)
            case .rule: write(line: Array("———".utf8))
            case .table(let table): write(table)
            case .definition(let label, let url): writeDefinition(label, url)
            case .quote(let blocks):
                // WhatsApp quotes once: a quote in a quote would show its sign.
                let isInner = rest.starts(with: "> ".utf8)
                render(blocks, first: isInner ? [] : Array("> ".utf8), rest: isInner ? [] : Array("> ".utf8))
            case .item(let marker, let blocks):
                let number = number(of: marker, after: previous)
                current = (marker, number)
                render(item: marker, number: number, blocks)
            }
            previous = current
        }
    }

    private mutating func render(_ blocks: [Block], first newFirst: [UInt8], rest newRest: [UInt8]) {
        let outer = rest
        first += newFirst
        rest += newRest
        render(blocks)
        // An item without any text still shows its marker.
        if blocks.isEmpty, isMarkerWaiting { write(line: []) }
        rest = outer
        first = outer
    }

    private mutating func render(item marker: ListMarker, number: Int, _ blocks: [Block]) {
        var sign = Array("- ".utf8)
        if marker.number != nil { sign = Array(String(number).utf8) + [marker.sign, 0x20] }
        var blocks = blocks
        if case .paragraph(let text)? = blocks.first?.content, let box = Self.box(text) {
            sign += box.utf8
            blocks[0].content = .paragraph(Array(text.dropFirst(4)))
        }
        render(blocks, first: sign, rest: Array("  ".utf8))
    }

    /// A numbered item keeps its number as long as the numbers rise; a list numbered `1. 1. 1.` is counted.
    private func number(of marker: ListMarker, after previous: (marker: ListMarker, number: Int)?) -> Int {
        let own = marker.number ?? 0
        guard let previous, previous.marker.continues(marker) else { return own }
        return max(own, previous.number + 1)
    }

    /// The box for a task, whose text begins with `[ ] ` or `[x] `.
    private static func box(_ text: [UInt8]) -> String? {
        if text.has("[ ] ", at: 0) { return "☐ " }
        return text.has("[x] ", at: 0) ? "☑ " : nil
    }

    private func isHeading(_ block: Block) -> Bool {
        if case .heading = block.content { true } else { false }
    }

    // MARK: Lines

    /// Whether the next line begins with a list marker. A quote's sign needs no line: alone it would show as text.
    private var isMarkerWaiting: Bool { first.contains { !$0.isBlank && $0 != UInt8(ascii: ">") } }

    private mutating func parse(_ text: [UInt8]) -> InlineText {
        InlineParser.parse(text, definitions: &definitions)
    }

    /// Ends the line; the next one will be blank.
    private mutating func blankLine() {
        guard !output.isEmpty else { return }
        if output.last != 0x0A { output.append(0x0A) }
        if output.count > 1, output[output.count - 2] != 0x0A { output.append(0x0A) }
    }

    private mutating func write(line: [UInt8]) {
        if !output.isEmpty, output.last != 0x0A { output.append(0x0A) }
        output += first
        output += isRightToLeft ? Direction.marked(line) : line
        while let last = output.last, last.isBlank { output.removeLast() }
        first = rest
    }

    /// Writes the lines of a text. A mark that spans lines is closed and opened again in each.
    private mutating func write(_ text: InlineText) {
        var builder = LineBuilder()
        var depths = [0, 0, 0, 0]
        var open: [WhatsAppMark] = []
        func isBare() -> Bool { first.allSatisfy(\.isBlank) }
        for token in text.tokens {
            switch token {
            case .text(let range): builder.append(text: text.bytes[range])
            case .url(let range): builder.append(url: text.bytes[range])
            case .code(let range): builder.append(code: text.bytes[range])
            case .newline:
                for mark in open.reversed() { builder.close(mark) }
                write(unlessEmpty: builder.finish(isBare: isBare()))
                for mark in open { builder.open(mark) }
            case .blankLine: blankLine()
            case .open(let mark):
                depths[mark.index] += 1
                if depths[mark.index] == 1 {
                    open.append(mark)
                    builder.open(mark)
                }
            case .close(let mark):
                depths[mark.index] -= 1
                if depths[mark.index] == 0 {
                    open.removeLast()
                    builder.close(mark)
                }
            }
        }
        write(unlessEmpty: builder.finish(isBare: isBare()))
    }

    /// Lines of nothing but tags leave no line behind.
    private mutating func write(unlessEmpty line: [UInt8]) {
        if !line.isEmpty { write(line: line) }
    }

    private mutating func writeHeading(_ text: [UInt8]) {
        var heading = InlineText()
        heading.tokens.append(.open(.bold))
        heading.append(parse(text))
        heading.tokens.append(.close(.bold))
        write(heading)
    }

    /// Code stands without any prefix: what a list or a quote puts before a line would become part of the code.
    private mutating func writeCode(_ text: [UInt8]) {
        guard text.contains(where: { !$0.isBlankOrNewline }) else { return }
        if isMarkerWaiting { write(line: []) }
        first = rest
        var code = text[...]
        while code.last?.isBlankOrNewline == true { code.removeLast() }
        while let newline = code.firstIndex(of: 0x0A), code[..<newline].allSatisfy(\.isBlankOrNewline) {
            code = code[(newline + 1)...]
        }
        if !output.isEmpty, output.last != 0x0A { output.append(0x0A) }
        output += "```\n".utf8
        var backticks = 0
        for byte in code {
            backticks = byte == UInt8(ascii: "`") ? backticks + 1 : 0
            if backticks == 3 {
                output += wordJoiner
                backticks = 1
            }
            output.append(byte)
        }
        output += "\n```".utf8
    }

    /// Links show their addresses where they stand, so a definition is only shown if its label is a citation's number.
    private mutating func writeDefinition(_ label: [UInt8], _ url: [UInt8]) {
        guard label.allSatisfy(\.isASCIIDigit) else { return }
        var line = InlineText()
        line.append("[".utf8)
        line.append(label)
        line.append("]: ".utf8)
        line.bytes += url
        line.tokens.append(.url(line.bytes.count - url.count..<line.bytes.count))
        write(line)
    }

    // MARK: Tables

    private mutating func write(_ table: Table) {
        let header = table.header.map { parse($0) }
        let rows = table.rows.map { $0.map { parse($0) } }
        if let lines = TableLayout.aligned(header: header, rows: rows) {
            writeCode(Array(lines.joined(separator: [0x0A])))
        } else {
            writeRows(header, rows)
        }
    }

    /// A longer header is said once: before every value it would be most of the text.
    private static let longestRepeatedHeader = 64

    /// Rows as lines of `header: value`, with a blank line between rows.
    private mutating func writeRows(_ header: [InlineText], _ rows: [[InlineText]]) {
        var header = header
        if rows.isEmpty {
            for cell in header { write(cell) }
        }
        for (index, row) in rows.enumerated() {
            if index > 0, header.count > 1 { blankLine() }
            for (column, value) in row.enumerated() where !value.tokens.isEmpty {
                var line = InlineText()
                if column < header.count, !header[column].tokens.isEmpty {
                    line.append(header[column])
                    if header[column].bytes.count > Self.longestRepeatedHeader { header[column] = InlineText() }
                    line.append((line.plain.last == UInt8(ascii: ":") ? " " : ": ").utf8)
                }
                line.append(value)
                write(line)
            }
        }
    }
}
