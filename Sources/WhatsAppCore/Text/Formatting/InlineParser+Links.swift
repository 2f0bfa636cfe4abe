extension InlineParser {
    mutating func openBracket(isImage: Bool) {
        let mark = source[position..<position + (isImage ? 2 : 1)]
        if position + 1 < source.count, source[position + 1].isASCIIDigit { dropSecondBlank() }
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
            let isCitation = position > bracket.start && source[bracket.start..<position].allSatisfy(\.isASCIIDigit)
            literal(1)
            if isCitation { skipBlanksAfterCitation() }
        }
    }

    /// Citations come as ` [1] `, whatever is around them: of the blanks after one at most one stays, and none before the
    /// punctuation that ends a clause.
    private mutating func skipBlanksAfterCitation() {
        var end = position
        while end < source.count, source[end].isBlank { end += 1 }
        guard end > position, let next = source.scalar(at: end) else { return }
        let endsClause = ".,;:!?)،؛؟۔".unicodeScalars.contains(next)
        let isWord = source.scalar(at: end + UTF8.width(next))?.isWordLike == true
        position = endsClause && !isWord ? end : end - 1
    }

    /// `[text][label]`, `[label][]` or `[label]`.
    private mutating func reference(_ bracket: Bracket) -> (url: [UInt8], end: Int)? {
        guard !definitions.isEmpty else { return nil }
        if position + 1 < source.count, source[position + 1] == UInt8(ascii: "[") {
            let start = position + 2
            let end = source[start...].prefix(LinkDefinition.longestLabel).firstIndex {
                $0 == UInt8(ascii: "]") || $0 == UInt8(ascii: "[")
            }
            if let end, source[end] == UInt8(ascii: "]"), end > start,
                let url = definitions.url(for: source[start..<end])
            {
                return (url, end + 1)
            }
            if end == start, !bracket.holdsBracket, let url = definitions.url(for: source[bracket.start..<position]) {
                return (url, start + 1)
            }
        }
        // A lone `[1]` is how citations look, and the definition of a number is shown as it stands.
        let label = source[bracket.start..<position]
        guard !bracket.holdsBracket, !label.allSatisfy(\.isASCIIDigit), let url = definitions.url(for: label) else {
            return nil
        }
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
