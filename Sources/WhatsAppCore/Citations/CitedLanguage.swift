/// Which language a cited text is in.
enum CitedLanguage {
    /// The ISO 639-1 code of the language of `text`: the one that `label` names if it is written in the script that is
    /// seen, else the one that the script suggests.
    static func code(of text: String, labelled label: String?) -> String {
        let isArabic = ArabicScript.prevails(in: text.unicodeScalars)
        if let label = label.flatMap(code), ArabicScript.serves(label) == isArabic { return label }
        return isArabic ? ScriptLanguageDetector().language(of: text) : "en"
    }

    /// The two letters before the region in `en`, `EN`, `en-GB` or `en_GB`.
    private static func code(_ label: String) -> String? {
        let code = label.lowercased().prefix { $0 != "-" && $0 != "_" }
        return code.utf8.count == 2 && code.utf8.allSatisfy(\.isASCIILetter) ? String(code) : nil
    }
}
