extension Unicode.Scalar {
    /// `0`–`9`.
    var isASCIIDigit: Bool { value < 0x80 && UInt8(value).isASCIIDigit }

    /// A letter of any script.
    var isLetter: Bool {
        if value < 0x80 { return UInt8(value).isASCIILetter }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return false
        }
    }

    /// A letter, digit or a sign that belongs to one, in any script.
    var isWordLike: Bool {
        if value < 0x80 { return UInt8(value).isASCIILetterOrDigit }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }

    /// White space in any script.
    var isSpace: Bool { value < 0x80 ? UInt8(value).isBlankOrNewline : properties.isWhitespace }

    /// Punctuation or a symbol, which markdown's emphasis takes as one class.
    var isPunctuationOrSymbol: Bool {
        if value < 0x80 { return UInt8(value).isASCIIPunctuation }
        switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            return true
        default: return false
        }
    }
}
