/// What the script of a text tells about its language.
enum Script {
    /// The languages of ISO 639-1 that are mostly written in Arabic script.
    private static let arabicLanguages: Set<String> = ["ar", "fa", "ku", "ps", "sd", "ug", "ur"]

    /// Whether a language is written in Arabic script.
    static func isArabic(language: String) -> Bool { arabicLanguages.contains(language) }

    /// The ISO 639-1 code of the language of `text`: the one that `label` names if it is written in the script that is
    /// seen, else the one that the script suggests.
    static func language(of text: String, labelled label: String?) -> String {
        let isArabic = ArabicScript.prevails(in: text.unicodeScalars)
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
