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
        guard let effect = effect(ofTag: String(decoding: name, as: UTF8.self), isClosing), index < source.count,
            source[index].isBlankOrNewline || source[index] == UInt8(ascii: "/") || source[index] == UInt8(ascii: ">")
        else { return nil }
        // A `<` cannot be in a tag, so no byte is searched for more than one tag.
        while index < source.count, source[index] != UInt8(ascii: "<") {
            if source[index] == UInt8(ascii: ">") { return (index + 1, effect) }
            index += 1
        }
        return nil
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
