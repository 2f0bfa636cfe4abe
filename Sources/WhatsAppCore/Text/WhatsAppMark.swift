/// A mark that WhatsApp knows inside a line, and the rules by which it binds.
///
/// WhatsApp has no escape character and binds within one line. A mark opens at the start of a line, after a blank,
/// after `>` or after another mark, and needs something other than a blank after it; it closes after anything but a
/// blank, unless an ASCII letter or digit follows.
package enum WhatsAppMark: UInt8, CaseIterable, Sendable {
    case bold = 0x2A  // *
    case italic = 0x5F  // _
    case strikethrough = 0x7E  // ~
    case code = 0x60  // `

    /// A small dense number, to index tables with.
    var index: Int {
        switch self {
        case .bold: 0
        case .italic: 1
        case .strikethrough: 2
        case .code: 3
        }
    }

    /// Whether the mark can open after this byte; `nil` stands for the start of the line.
    func opens(after previous: UInt8?) -> Bool {
        guard let previous else { return true }
        if previous.isBlankOrNewline || previous == UInt8(ascii: ">") { return true }
        guard let other = WhatsAppMark(rawValue: previous) else { return false }
        return other != self && other != .code
    }

    /// Whether a mark can close before this byte; `nil` stands for the end of the line.
    static func closes(before next: UInt8?) -> Bool {
        guard let next else { return true }
        return !next.isASCIILetterOrDigit
    }
}

/// U+2060 WORD JOINER in UTF-8: shows nothing, and keeps a character before it and one after it from making a mark.
let wordJoiner: [UInt8] = [0xE2, 0x81, 0xA0]
