/// What the script of a text tells about its language.
enum Script {
    /// The languages of ISO 639-1 that are mostly written in Arabic script.
    private static let arabicLanguages: Set<String> = ["ar", "fa", "ku", "ps", "sd", "ug", "ur"]

    /// Whether a language is written in Arabic script.
    static func isArabic(language: String) -> Bool { arabicLanguages.contains(language) }

    /// Whether more letters of `text` are Arabic than are not. Vowel signs count for neither.
    static func isArabic(_ text: String) -> Bool {
        var balance = 0
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x620...0x64A, 0x66E...0x6D3, 0x6D5, 0x6EE...0x6EF, 0x6FA...0x6FF, 0x750...0x77F, 0x8A0...0x8C9,
                0xFB50...0xFDFF, 0xFE70...0xFEFC:
                balance += 1
            default:
                if scalar.properties.isAlphabetic, !scalar.isMark { balance -= 1 }
            }
        }
        return balance > 0
    }

    /// The ISO 639-1 code of the language of `text`: the one that `label` names if it is written in the script that is
    /// seen, else the one that the script suggests.
    static func language(of text: String, labelled label: String?) -> String {
        let isArabic = isArabic(text)
        if let label = label.flatMap(code), self.isArabic(language: label) == isArabic { return label }
        guard isArabic else { return "en" }
        let guess = ScriptLanguageDetector().language(of: text)
        return self.isArabic(language: guess) ? guess : "ar"
    }

    /// The two letters before the region in `en`, `EN`, `en-GB` or `en_GB`.
    private static func code(_ label: String) -> String? {
        let code = label.lowercased().prefix { $0 != "-" && $0 != "_" }
        return code.utf8.count == 2 && code.utf8.allSatisfy(\.isASCIILetter) ? String(code) : nil
    }
}

extension Unicode.Scalar {
    fileprivate var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}
