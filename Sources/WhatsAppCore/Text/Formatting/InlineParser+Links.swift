extension InlineParser {
    mutating func openBracket(isImage: Bool) {
        let mark = source[position..<position + (isImage ? 2 : 1)]
        if let outer = brackets.indices.last { brackets[outer].holdsBracket = true }
        append(mark, as: { .text($0) })
        position += mark.count
        brackets.append(
            Bracket(isImage: isImage, start: position, node: nodes.count - 1, waiting: waiting.count))
    }

    /// `]`: the end of a link if an address follows or is defined elsewhere, else text.
    mutating func closeBracket() {
        guard let bracket = brackets.popLast() else { return literal(1) }
        let isInsideLink = !bracket.isImage && brackets.count < linkFloor
        linkFloor = min(linkFloor, brackets.count)
        guard !isInsideLink else { return literal(1) }
        if let target = LinkTarget.inline(source, position + 1) {
            makeLink(bracket, to: target.url, end: target.end)
        } else if let (url, end) = reference(bracket) {
            makeLink(bracket, to: url, end: end)
        } else {
            literal(1)
        }
    }

    /// `[text][label]`, `[label][]` or `[label]`.
    private func reference(_ bracket: Bracket) -> (url: [UInt8], end: Int)? {
        guard !definitions.isEmpty else { return nil }
        if position + 1 < source.count, source[position + 1] == UInt8(ascii: "[") {
            let start = position + 2
            let end = source[start...].prefix(LinkDefinition.longestLabel).firstIndex {
                $0 == UInt8(ascii: "]") || $0 == UInt8(ascii: "[")
            }
            if let end, source[end] == UInt8(ascii: "]"), end > start, let url = definitions[source[start..<end]] {
                return (url, end + 1)
            }
            if end == start, !bracket.holdsBracket, let url = definitions[source[bracket.start..<position]] {
                return (url, start + 1)
            }
        }
        // A lone `[1]` is how citations look, and the definition of a number is shown as it stands.
        let label = source[bracket.start..<position]
        guard !bracket.holdsBracket, !label.allSatisfy(\.isASCIIDigit), let url = definitions[label] else { return nil }
        return (url, position + 1)
    }

    private mutating func makeLink(_ bracket: Bracket, to url: [UInt8], end: Int) {
        flush()
        let text = source[bracket.start..<position]
        // What stands in the link pairs among itself.
        Emphasis.pair(&runs, waiting[bracket.waiting...])
        waiting.removeSubrange(bracket.waiting...)
        if !bracket.isImage { linkFloor = brackets.count }

        let shown = Address.withoutMailScheme(url)
        if text.isEmpty || Address.isSame(text, shown) {
            nodes.removeSubrange(bracket.node...)
        } else {
            nodes[bracket.node] = .token(.text(0..<0))
        }
        if shown.isEmpty || shown.first == UInt8(ascii: "#") {
            // An anchor leads nowhere outside its document.
        } else if nodes.count == bracket.node {
            append(shown, as: { .url($0) })
        } else {
            append(" (".utf8, as: { .text($0) })
            append(shown, as: { .url($0) })
            append(")".utf8, as: { .text($0) })
        }
        position = end
    }
}

/// The part of a link that says where it leads.
enum LinkTarget {
    /// Deeper parentheses end the address, which bounds the work for each attempt.
    private static let deepestParenthesis = 8

    /// Reads `(address "title")` at `index`.
    static func inline(_ source: [UInt8], _ index: Int) -> (url: [UInt8], end: Int)? {
        guard index < source.count, source[index] == UInt8(ascii: "(") else { return nil }
        var index = skipBlanks(source, index + 1)
        guard let (range, next) = address(source, index) else { return nil }
        index = skipBlanks(source, next)
        if index > next, index < source.count, let end = title(source, index) { index = skipBlanks(source, end) }
        guard index < source.count, source[index] == UInt8(ascii: ")") else { return nil }
        return (unescaped(source[range]), index + 1)
    }

    /// The address at `index`, in angle brackets or bare.
    static func address(_ source: [UInt8], _ start: Int) -> (range: Range<Int>, end: Int)? {
        var index = start
        if index < source.count, source[index] == UInt8(ascii: "<") {
            index += 1
            while index < source.count, source[index] != UInt8(ascii: ">") {
                if source[index] == UInt8(ascii: "<") || source[index] == 0x0A { return nil }
                index += 1
            }
            return index < source.count ? (start + 1..<index, index + 1) : nil
        }
        var depth = 0
        while index < source.count, source[index] > 0x20 {
            switch source[index] {
            case UInt8(ascii: "\\") where index + 1 < source.count && source[index + 1].isASCIIPunctuation: index += 1
            case UInt8(ascii: "("):
                depth += 1
                if depth > deepestParenthesis { return nil }
            case UInt8(ascii: ")"):
                if depth == 0 { return (start..<index, index) }
                depth -= 1
            default: break
            }
            index += 1
        }
        return depth == 0 ? (start..<index, index) : nil
    }

    /// The end of a title in quotes or parentheses.
    static func title(_ source: [UInt8], _ start: Int) -> Int? {
        let close: UInt8
        switch source[start] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): close = source[start]
        case UInt8(ascii: "("): close = UInt8(ascii: ")")
        default: return nil
        }
        var index = start + 1
        while index < source.count, source[index] != close {
            if source[index] == UInt8(ascii: "(") && close == UInt8(ascii: ")") { return nil }
            if source[index] == UInt8(ascii: "\\") { index += 1 }
            index += 1
        }
        return index < source.count ? index + 1 : nil
    }

    /// Resolves escapes and entities; a space becomes `%20`, since it would end the address.
    static func unescaped(_ address: ArraySlice<UInt8>) -> [UInt8] {
        let source = Array(address)
        var result: [UInt8] = []
        var index = 0
        while index < source.count {
            if source[index] == UInt8(ascii: "\\"), index + 1 < source.count, source[index + 1].isASCIIPunctuation {
                result.append(source[index + 1])
                index += 2
            } else if source[index] == UInt8(ascii: "&"), let (scalars, end) = Entity.parse(source, index) {
                result.append(contentsOf: scalars.utf8)
                index = end
            } else {
                result.append(contentsOf: source[index].isBlank ? Array("%20".utf8) : [source[index]])
                index += 1
            }
        }
        return result
    }

    private static func skipBlanks(_ source: [UInt8], _ start: Int) -> Int {
        var index = start
        while index < source.count, source[index].isBlankOrNewline { index += 1 }
        return index
    }
}
