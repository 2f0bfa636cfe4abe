/// Recognises HTML, of which only the text is kept.
enum Markup {
    /// The end of the comment that begins at `start`.
    static func endOfComment(_ source: [UInt8], _ start: Int) -> Int? {
        var index = start + 4
        while index < source.count {
            if source[index] == UInt8(ascii: "-"), source.has("-->", at: index) { return index + 3 }
            index += 1
        }
        return nil
    }

    /// What is left of a tag in a text.
    enum Effect {
        case nothing
        /// `<br>`: the line ends.
        case lineBreak
        /// A block begins or ends: what is before it and what is after it do not share a line.
        case block
        case listItem
        /// A cell of a table: a blank parts it from the one before.
        case cell
        case rule
    }

    /// The tag that begins at `start`, if its name is one of HTML's: `List<Int>` and `<your name>` are text.
    static func tag(_ source: [UInt8], _ start: Int) -> (end: Int, effect: Effect)? {
        var index = start + 1
        let isClosing = index < source.count && source[index] == UInt8(ascii: "/")
        if isClosing { index += 1 }
        var name: [UInt8] = []
        while index < source.count, source[index].isASCIILetterOrDigit, name.count <= longestName {
            name.append(source[index].asciiLowercased)
            index += 1
        }
        guard let effect = effect(ofTag: String(decoding: name, as: UTF8.self), isClosing),
            let end = endOfTag(source, index, isClosing)
        else { return nil }
        return (end, effect)
    }

    /// The end of a tag whose name ends at `start`: by CommonMark's grammar, because `x <p then 5 > 3` is text. But no `<` is in
    /// a tag here, so that no byte is searched for more than one.
    private static func endOfTag(_ source: [UInt8], _ start: Int, _ isClosing: Bool) -> Int? {
        var index = start
        while true {
            let blanks = source.endOfSpace(from: index)
            guard blanks < source.count else { return nil }
            if source[blanks] == UInt8(ascii: ">") { return blanks + 1 }
            if isClosing { return nil }
            if source.has("/>", at: blanks) { return blanks + 2 }
            guard blanks > index, let name = endOfAttributeName(source, blanks) else { return nil }
            let sign = source.endOfSpace(from: name)
            guard sign < source.count, source[sign] == UInt8(ascii: "=") else {
                index = name
                continue
            }
            guard let value = endOfAttributeValue(source, source.endOfSpace(from: sign + 1)) else { return nil }
            index = value
        }
    }

    private static func endOfAttributeName(_ source: [UInt8], _ start: Int) -> Int? {
        let first = source[start]
        guard first.isASCIILetterOrDigit && !first.isASCIIDigit || "_:".utf8.contains(first) else { return nil }
        return source[start...].firstIndex { !$0.isASCIILetterOrDigit && !"_:.-".utf8.contains($0) } ?? source.count
    }

    /// Without quotes a value may hold `=` here, as addresses do.
    private static func endOfAttributeValue(_ source: [UInt8], _ start: Int) -> Int? {
        guard start < source.count else { return nil }
        let quote = source[start]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            let end = source[start...].firstIndex { $0.isBlankOrNewline || "\"'<>`".utf8.contains($0) }
            return (end ?? source.count) > start ? end ?? source.count : nil
        }
        guard let end = source[(start + 1)...].firstIndex(where: { $0 == quote || $0 == UInt8(ascii: "<") }),
            source[end] == quote
        else { return nil }
        return end + 1
    }

    private static func effect(ofTag name: String, _ isClosing: Bool) -> Effect? {
        switch name {
        case "br": .lineBreak
        case "hr": .rule
        case "li": isClosing ? .block : .listItem
        case "td", "th": isClosing ? .nothing : .cell
        default: blocks.contains(name) ? .block : inlines.contains(name) ? .nothing : nil
        }
    }

    private static let longestName = 10
    private static let blocks: Set<String> = [
        "blockquote", "center", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3", "h4",
        "h5", "h6", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
    ]
    private static let inlines: Set<String> = [
        "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "mark",
        "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var",
    ]
}
