/// Recognises addresses that stand in the text.
enum Address {
    /// Whether a scheme, or what stands for one, begins here.
    static func hasScheme(_ source: [UInt8], _ start: Int) -> Bool {
        source.has("https://", at: start) || source.has("http://", at: start) || source.has("www.", at: start)
            || source.has("mailto:", at: start)
    }

    /// The end of the address that begins at `start`, if one does: up to a blank or a sign that cannot be part of it,
    /// without the punctuation that ends a sentence.
    static func end(_ source: [UInt8], _ start: Int) -> Int? {
        guard hasScheme(source, start), start == 0 || !source[start - 1].isASCIILetterOrDigit else { return nil }
        var end = start
        var open = 0
        scan: while end < source.count, source[end] > 0x20 {
            switch source[end] {
            case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\""),
                UInt8(ascii: "`"), UInt8(ascii: "\\"), UInt8(ascii: "|"):
                break scan
            case UInt8(ascii: "*") where source.has("**", at: end), UInt8(ascii: "~") where source.has("~~", at: end):
                break scan
            case UInt8(ascii: "("): open += 1
            case UInt8(ascii: ")"): open -= 1
            case 0x80...:
                // White space and punctuation of other scripts end an address, letters do not.
                if let scalar = source.scalar(at: end), scalar.isSpace || scalar.isPunctuationOrSymbol { break scan }
            default: break
            }
            end += 1
            while end < source.count, source[end].isContinuation { end += 1 }
        }
        trim: while end > start {
            switch source[end - 1] {
            case UInt8(ascii: ")"):
                guard open < 0 else { break trim }
                open += 1
            case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "!"),
                UInt8(ascii: "?"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"):
                break
            default: break trim
            }
            end -= 1
        }
        let scheme = source.has("www.", at: start) ? 4 : source.has("http:", at: start) ? 7 : 8
        return end > start + scheme ? end : nil
    }

    /// The end of `<https://…>` or `<name@host>`.
    static func endOfAutolink(_ source: [UInt8], _ start: Int) -> Int? {
        let isURL = hasScheme(source, start + 1)
        var index = start + 1
        var hasAt = false
        while index < source.count, source[index] > 0x20, source[index] != UInt8(ascii: "<") {
            if source[index] == UInt8(ascii: ">") { return (isURL || hasAt) && index > start + 1 ? index + 1 : nil }
            if source[index] == UInt8(ascii: "@") { hasAt = hasAt || index > start + 1 }
            index += 1
        }
        return nil
    }

    /// The address without `mailto:`, which means nothing to a reader.
    static func withoutMailScheme(_ url: [UInt8]) -> [UInt8] {
        url.has("mailto:", at: 0) ? Array(url.dropFirst(7)) : url
    }

    /// Whether a link's text only repeats its address, the scheme and a slash at the end aside.
    static func isSame(_ text: ArraySlice<UInt8>, _ url: [UInt8]) -> Bool {
        guard text.count <= url.count + 1 else { return false }
        return essence(Array(text)) == essence(url)
    }

    private static func essence(_ url: [UInt8]) -> ArraySlice<UInt8> {
        var essence = url[...]
        if url.has("https://", at: 0) {
            essence.removeFirst(8)
        } else if url.has("http://", at: 0) {
            essence.removeFirst(7)
        }
        if essence.last == UInt8(ascii: "/") { essence.removeLast() }
        return essence
    }
}
