/// What inline markdown says, flat and in order: bytes, and the marks that open and close between them.
struct InlineText {
    enum Token {
        case text(Range<Int>)
        /// An address: stays as it is, and no mark touches it.
        case url(Range<Int>)
        case code(Range<Int>)
        case newline
        /// A second line break in a row, written as a tag.
        case blankLine
        case open(WhatsAppMark)
        case close(WhatsAppMark)
    }

    /// Where the tokens' ranges point to.
    var bytes: [UInt8] = []
    var tokens: [Token] = []

    mutating func append(_ text: some Sequence<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: text)
        if start < bytes.count { tokens.append(.text(start..<bytes.count)) }
    }

    /// Appends another text.
    mutating func append(_ other: InlineText) {
        let shift = bytes.count
        bytes.append(contentsOf: other.bytes)
        for token in other.tokens {
            switch token {
            case .text(let range): tokens.append(.text(range.lowerBound + shift..<range.upperBound + shift))
            case .url(let range): tokens.append(.url(range.lowerBound + shift..<range.upperBound + shift))
            case .code(let range): tokens.append(.code(range.lowerBound + shift..<range.upperBound + shift))
            case .newline, .blankLine, .open, .close: tokens.append(token)
            }
        }
    }

    /// The bytes without any mark; a line break becomes a space.
    var plain: [UInt8] {
        var plain: [UInt8] = []
        for token in tokens {
            switch token {
            case .text(let range), .url(let range), .code(let range): plain.append(contentsOf: bytes[range])
            case .newline: plain.append(0x20)
            case .blankLine, .open, .close: break
            }
        }
        return plain
    }

    /// Whether an address is part of it.
    var hasURL: Bool {
        tokens.contains { if case .url = $0 { true } else { false } }
    }
}
