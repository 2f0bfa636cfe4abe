/// What a line of formatted text is, as far as cutting is concerned.
enum LineKind {
    case text
    /// Wholly bold, with or without a colon.
    case heading
    /// A list item.
    case item
    /// A quotation, as scripture is given: stays whole where it fits.
    case verse
    /// `[1] title:`, the first line of a citation entry.
    case citation
    /// `Arabic: …`, `English: …` or `Text: …`, the rest of one.
    case citationText

    /// Classifies a line that has something else than blanks in it.
    init(_ bytes: [UInt8], _ line: Range<Int>) {
        let text = bytes.trimmingBlanks(line)
        guard let first = bytes[text].first else {
            self = .text
            return
        }
        let second = text.count > 1 ? bytes[text.lowerBound + 1] : 0x20
        switch first {
        case UInt8(ascii: ">") where second.isBlank: self = .verse
        case UInt8(ascii: "-") where second.isBlank, UInt8(ascii: "*") where second.isBlank: self = .item
        case UInt8(ascii: "*"): self = Self.isHeading(bytes, text) ? .heading : .text
        case UInt8(ascii: "["):
            let digits = bytes[text].dropFirst().prefix { $0.isASCIIDigit }.count
            let isCitation =
                digits > 0 && digits + 1 < text.count && bytes[text.lowerBound + digits + 1] == UInt8(ascii: "]")
            self = isCitation ? .citation : .text
        case 0x30...0x39:
            let digits = bytes[text].prefix { $0.isASCIIDigit }.count
            let sign = digits < text.count ? bytes[text.lowerBound + digits] : 0
            self = digits < 4 && (sign == UInt8(ascii: ".") || sign == UInt8(ascii: ")")) ? .item : .text
        case UInt8(ascii: "A") where bytes.has("arabic:", at: text.lowerBound),
            UInt8(ascii: "E") where bytes.has("english:", at: text.lowerBound),
            UInt8(ascii: "T") where bytes.has("text:", at: text.lowerBound):
            self = .citationText
        default: self = Self.hasVerseSigns(bytes, text) ? .verse : .text
        }
    }

    /// Whether one pair of bold marks holds the line, a colon aside.
    private static func isHeading(_ bytes: [UInt8], _ line: Range<Int>) -> Bool {
        var end = line.upperBound
        if bytes[end - 1] == UInt8(ascii: ":") { end -= 1 }
        let star = UInt8(ascii: "*")
        return end - line.lowerBound > 2 && bytes[end - 1] == star
            && !bytes[line.lowerBound + 1..<end - 1].contains(star)
    }

    /// Whether ornate parentheses (U+FD3E, U+FD3F) mark the line as a verse.
    private static func hasVerseSigns(_ bytes: [UInt8], _ line: Range<Int>) -> Bool {
        var index = line.lowerBound
        while let found = bytes[index..<line.upperBound].firstIndex(of: 0xEF), found + 2 < line.upperBound {
            if bytes[found + 1] == 0xB4, bytes[found + 2] == 0xBE || bytes[found + 2] == 0xBF { return true }
            index = found + 1
        }
        return false
    }
}
