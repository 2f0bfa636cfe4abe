/// What is known of texts in Arabic script.
enum ArabicScript {
    /// Whether more letters of `text` are Arabic than are not. Vowel signs stand beside letters and count for nothing.
    static func prevails(in text: some Sequence<Unicode.Scalar>) -> Bool {
        var balance = 0
        for scalar in text {
            if scalar.isArabicLetter { balance += 1 } else if scalar.isLetter { balance -= 1 }
        }
        return balance > 0
    }
}

extension Unicode.Scalar {
    /// A letter of Arabic script, in any of the languages that use it; a vowel sign, a digit or a ligature of words such as ﷺ
    /// is none.
    var isArabicLetter: Bool {
        switch value {
        case 0x620...0x64A, 0x66E...0x66F, 0x671...0x6D3, 0x6D5, 0x6EE...0x6EF, 0x6FA...0x6FC, 0x6FF, 0x750...0x77F,
            0x8A0...0x8C9, 0xFB50...0xFBB1, 0xFBD3...0xFD3D, 0xFD50...0xFDC7, 0xFE70...0xFEFC:
            true
        default: false
        }
    }

    /// A letter of any script.
    var isLetter: Bool {
        if value < 0x80 { return UInt8(value).isASCIILetter }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return false
        }
    }
}
