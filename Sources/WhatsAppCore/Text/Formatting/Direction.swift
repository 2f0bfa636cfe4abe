/// Keeps lines of a text from right to left running that way.
///
/// The first letter of a line decides how it runs (rules P2 and P3 of Unicode's bidirectional algorithm), so the marks of
/// lists, numbers and emoji before Arabic text do no harm, and one Latin word there turns the whole line around.
enum Direction {
    /// U+200F RIGHT-TO-LEFT MARK in UTF-8: shows nothing, and counts as a letter.
    private static let rightToLeftMark: [UInt8] = [0xE2, 0x80, 0x8F]

    /// Whether more lines of `text` begin with an Arabic letter than with another one. An answer in English that quotes
    /// more Arabic than it says itself is still one in English.
    static func isRightToLeft(_ text: String) -> Bool {
        var balance = 0
        var isAwaitingLetter = true
        for scalar in text.unicodeScalars {
            if scalar == "\n" {
                isAwaitingLetter = true
            } else if isAwaitingLetter, scalar.isLetter {
                balance += scalar.isArabicLetter ? 1 : -1
                isAwaitingLetter = false
            }
        }
        return balance > 0
    }

    /// `line` with U+200F before its first letter, and the digits that the letter is glued to, where that is not Arabic and most
    /// letters are. The mark stands behind list and bold marks, which it would keep from binding; a line that begins with code
    /// or an address gets none.
    static func marked(_ line: [UInt8]) -> [UInt8] {
        let scalars = String(decoding: line, as: UTF8.self).unicodeScalars
        guard let first = scalars.firstIndex(where: \.isLetter), !scalars[first].isArabicLetter,
            ArabicScript.prevails(in: scalars)
        else { return line }
        var start = scalars[..<first].utf8Count
        while start > 0, line[start - 1].isASCIIDigit { start -= 1 }
        guard !Address.hasScheme(line, start), !line[..<start].contains(UInt8(ascii: "`")) else { return line }
        return line[..<start] + rightToLeftMark + line[start...]
    }
}

extension Substring.UnicodeScalarView {
    fileprivate var utf8Count: Int { reduce(0) { $0 + UTF8.width($1) } }
}
