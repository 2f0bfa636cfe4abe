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

    /// The tag that begins at `start`, if its name is one of HTML's: `List<Int>` and `<your name>` are text.
    static func tag(_ source: [UInt8], _ start: Int) -> (end: Int, isBreak: Bool)? {
        var index = start + 1
        if index < source.count, source[index] == UInt8(ascii: "/") { index += 1 }
        var name: [UInt8] = []
        while index < source.count, source[index].isASCIILetterOrDigit, name.count <= longestName {
            name.append(source[index].asciiLowercased)
            index += 1
        }
        guard names.contains(String(decoding: name, as: UTF8.self)), index < source.count,
            source[index].isBlankOrNewline || source[index] == UInt8(ascii: "/") || source[index] == UInt8(ascii: ">")
        else { return nil }
        // A `<` cannot be in a tag, so no byte is searched for more than one tag.
        while index < source.count, source[index] != UInt8(ascii: "<") {
            if source[index] == UInt8(ascii: ">") { return (index + 1, name == Array("br".utf8)) }
            index += 1
        }
        return nil
    }

    private static let longestName = 10
    private static let names: Set<String> = [
        "a", "abbr", "b", "bdi", "bdo", "big", "blockquote", "br", "center", "cite", "code", "dd", "del", "details",
        "div",
        "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins",
        "kbd",
        "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong", "sub",
        "summary",
        "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
    ]
}
