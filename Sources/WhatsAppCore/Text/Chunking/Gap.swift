/// White space between words.
struct Gap {
    /// Where the next part begins if the text is cut here: the indentation of a line stays with it.
    var next: TextPosition
    /// How many line ends are in it.
    var newlines = 0

    /// Reads the white space at `position` and moves over it.
    static func skip(_ bytes: [UInt8], _ position: inout TextPosition) -> Gap {
        var gap = Gap(next: position)
        while position.byte < bytes.count {
            let length = spaceLength(bytes, position.byte)
            guard length > 0 else { break }
            let byte = bytes[position.byte]
            position.byte += length
            position.units += 1
            guard byte == 0x0A || byte == 0x0D else { continue }
            if byte == 0x0D, position.byte < bytes.count, bytes[position.byte] == 0x0A {
                position.byte += 1
                position.units += 1
            }
            gap.newlines += 1
            gap.next = position
        }
        if gap.newlines == 0 { gap.next = position }
        return gap
    }

    /// Moves over everything up to the next white space.
    static func skipWord(_ bytes: [UInt8], _ position: inout TextPosition) {
        while position.byte < bytes.count {
            let byte = bytes[position.byte]
            if byte <= 0x20 || byte >= 0xC2, spaceLength(bytes, position.byte) > 0 { return }
            position.advance(over: byte)
        }
    }

    /// The length in bytes of the white space that begins at `index`, or 0 (Unicode's `White_Space`).
    private static func spaceLength(_ bytes: [UInt8], _ index: Int) -> Int {
        switch bytes[index] {
        case 0x20, 0x09...0x0D: return 1
        case 0xC2, 0xE1, 0xE2, 0xE3:
            guard let scalar = bytes.scalar(at: index), scalar.isSpace else { return 0 }
            return bytes[index] == 0xC2 ? 2 : 3
        default: return 0
        }
    }

    /// Where a part can begin after white space that ends at `position`: before the last blank if what follows it, an
    /// accent for example, belongs to the same grapheme cluster.
    static func startOfCluster(_ bytes: [UInt8], _ position: TextPosition) -> TextPosition? {
        guard bytes[position.byte] >= 0xCC, let scalar = bytes.scalar(at: position.byte) else { return position }
        let properties = scalar.properties
        guard properties.isGraphemeExtend || scalar == "\u{200D}" || properties.generalCategory == .spacingMark else {
            return position
        }
        guard let blank = bytes.scalar(before: position.byte) else { return nil }
        return TextPosition(byte: position.byte - UTF8.width(blank), units: position.units - 1)
    }

    /// Whether the word is a list marker or a quotation's sign.
    static func isMarker(_ bytes: [UInt8], _ word: Range<Int>) -> Bool {
        switch bytes[word.lowerBound] {
        case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: ">"): return word.count == 1
        case 0x30...0x39:
            let sign = bytes[word.upperBound - 1]
            return word.count < 5 && (sign == UInt8(ascii: ".") || sign == UInt8(ascii: ")"))
        default: return false
        }
    }

    /// Whether what begins at `index` should not begin a part: a citation's `[1]`, or a sign that would make a list
    /// item or a quotation of the line.
    static func staysWithText(_ bytes: [UInt8], _ index: Int) -> Bool {
        guard index + 1 < bytes.count else { return false }
        switch bytes[index] {
        case UInt8(ascii: "["): return bytes[index + 1].isASCIIDigit
        case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: ">"): return bytes[index + 1].isBlankOrNewline
        default: return false
        }
    }

    /// Whether the word ends with the stop of a sentence, closing quotes, brackets and marks aside.
    static func endsSentence(_ bytes: [UInt8], _ word: Range<Int>) -> Bool {
        var end = word.upperBound
        for _ in 0..<4 {
            guard end > word.lowerBound, let scalar = bytes.scalar(before: end) else { return false }
            switch scalar {
            case ".", "!", "?", "…", "؟", "۔", "。", "！", "？": return true
            case "\"", "'", ")", "]", "*", "_", "~", "»", "”", "’": end -= UTF8.width(scalar)
            default: return false
            }
        }
        return false
    }
}
