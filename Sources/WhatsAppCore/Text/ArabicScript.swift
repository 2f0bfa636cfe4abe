/// What is known of texts in Arabic script.
enum ArabicScript {
    /// The languages of ISO 639-1 that are mostly written in it.
    private static let languages: Set<String> = ["ar", "fa", "ku", "ps", "sd", "ug", "ur"]

    /// Whether a language is written in it.
    static func serves(_ language: String) -> Bool { languages.contains(language) }

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
    /// A letter of Arabic script, in any of the languages that use it, or a ligature such as ﷺ. A vowel sign or a digit is
    /// none.
    var isArabicLetter: Bool {
        switch value {
        case 0x620...0x64A, 0x66E...0x66F, 0x671...0x6D3, 0x6D5, 0x6EE...0x6EF, 0x6FA...0x6FC, 0x6FF, 0x750...0x77F,
            0x8A0...0x8C9, 0xFB50...0xFBB1, 0xFBD3...0xFD3D, 0xFD50...0xFDFB, 0xFE70...0xFEFC:
            true
        default: false
        }
    }
}
