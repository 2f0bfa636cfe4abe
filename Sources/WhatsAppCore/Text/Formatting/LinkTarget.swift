/// The part of a link that says where it leads.
enum LinkTarget {
    /// Deeper parentheses end the address, which bounds the work for each attempt.
    private static let deepestParenthesis = 8

    /// Reads `(address "title")` at `index`.
    static func inline(_ source: [UInt8], _ index: Int) -> (url: [UInt8], end: Int)? {
        guard index < source.count, source[index] == UInt8(ascii: "(") else { return nil }
        var index = source.endOfSpace(from: index + 1)
        guard let (range, next) = address(source, index) else { return nil }
        index = source.endOfSpace(from: next)
        if index > next, index < source.count, let end = title(source, index) { index = source.endOfSpace(from: end) }
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
}
