/// Recognises how blocks begin. Every range starts at a byte that is not blank.
enum BlockStart {
    /// The opening line of a code block.
    struct Fence: Equatable {
        var byte: UInt8
        var length: Int
        var indent: Int

        /// Whether the line closes the block.
        func isClosed(by source: [UInt8], _ line: Range<Int>) -> Bool {
            let line = source.trimmingBlanks(line)
            return line.count >= length && source[line].allSatisfy { $0 == byte }
        }
    }

    /// The fence that begins the line, if any. What follows it (a language) would show as text and is dropped.
    static func fence(_ source: [UInt8], _ line: Range<Int>, indent: Int) -> Fence? {
        guard let byte = source[line].first, byte == UInt8(ascii: "`") || byte == UInt8(ascii: "~") else { return nil }
        let length = source[line].prefix { $0 == byte }.count
        guard length >= 3 else { return nil }
        if byte == UInt8(ascii: "`"), source[line].dropFirst(length).contains(byte) { return nil }
        return Fence(byte: byte, length: length, indent: indent)
    }

    /// The text of a heading like `## Text ##`.
    static func heading(_ source: [UInt8], _ line: Range<Int>) -> Range<Int>? {
        let level = source[line].prefix { $0 == UInt8(ascii: "#") }.count
        guard (1...6).contains(level) else { return nil }
        let start = line.lowerBound + level
        guard start == line.upperBound || source[start].isBlank else { return nil }
        var end = line.upperBound
        while end > start, source[end - 1] == UInt8(ascii: "#") { end -= 1 }
        if !source[end - 1].isBlank, end > start { end = line.upperBound }
        return source.trimmingBlanks(start..<end)
    }

    /// Whether the line underlines a heading: `===` or `---`.
    static func isUnderline(_ source: [UInt8], _ line: Range<Int>) -> Bool {
        guard let byte = source[line].first, byte == UInt8(ascii: "=") || byte == UInt8(ascii: "-") else {
            return false
        }
        return line.count >= 2 && source[line].allSatisfy { $0 == byte }
    }

    /// Whether the line is a rule: three or more of `*`, `-` or `_`, with blanks or without.
    static func isRule(_ source: [UInt8], _ line: Range<Int>) -> Bool {
        guard let byte = source[line].first,
            byte == UInt8(ascii: "*") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        else { return false }
        var count = 0
        for other in source[line] {
            if other == byte { count += 1 } else if !other.isBlank { return false }
        }
        return count >= 3
    }

    /// The list marker that begins the line, and its width without the blank after it.
    static func listMarker(_ source: [UInt8], _ line: Range<Int>) -> (marker: ListMarker, width: Int)? {
        guard let byte = source[line].first else { return nil }
        func endsMarker(_ index: Int) -> Bool { index == line.upperBound || source[index].isBlank }
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "*"):
            return endsMarker(line.lowerBound + 1) ? (ListMarker(sign: byte), 1) : nil
        default:
            var (number, index) = (0, line.lowerBound)
            while index < line.upperBound, index - line.lowerBound < 9, source[index].isASCIIDigit {
                number = number * 10 + Int(source[index] - 0x30)
                index += 1
            }
            guard index > line.lowerBound, index < line.upperBound else { return nil }
            let sign = source[index]
            guard sign == UInt8(ascii: ".") || sign == UInt8(ascii: ")"), endsMarker(index + 1) else { return nil }
            return (ListMarker(number: number, sign: sign), index + 1 - line.lowerBound)
        }
    }

    /// Takes `>` and one blank after it.
    static func skipQuoteMark(_ cursor: inout LineCursor) {
        cursor.skip(columns: cursor.indent.columns)
        cursor.advance()
        cursor.skip(columns: 1)
    }

    /// Whether the line begins a block of its own even where a paragraph could go on.
    static func interruptsParagraph(_ source: [UInt8], _ line: Range<Int>) -> Bool {
        guard let byte = source[line].first else { return true }
        if byte == UInt8(ascii: ">") || isRule(source, line) || heading(source, line) != nil { return true }
        if fence(source, line, indent: 0) != nil { return true }
        guard let (marker, width) = listMarker(source, line) else { return false }
        return (marker.number ?? 1) == 1 && !source.trimmingBlanks(line.dropFirst(width)).isEmpty
    }
}
