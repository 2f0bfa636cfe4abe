/// Guesses the language of a text.
public protocol LanguageDetector: Sendable {
    /// The ISO 639-1 code of the language that `text` seems to be in.
    func language(of text: String) -> String
}

/// Guesses by script: `ur` and `fa` for Arabic script with the letters that only these use, `ar` for other Arabic script,
/// and `en` for everything else. The script with the most letters decides.
public struct ScriptLanguageDetector: LanguageDetector {
    /// Makes the detector.
    public init() {}

    /// Counts letters; takes time linear in the length.
    public func language(of text: String) -> String {
        var (arabic, other, urdu, persian) = (0, 0, 0, 0)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            // Vowel signs stand beside letters and count for nothing.
            case 0x610...0x61a, 0x64b...0x65f, 0x670, 0x6d6...0x6ed: continue
            // Tteh, ddal, rreh, noon ghunna, heh doachashmee, heh goal, yeh barree: Urdu's own letters.
            case 0x679, 0x688, 0x691, 0x6ba, 0x6be, 0x6c1, 0x6d2: (arabic, urdu) = (arabic + 1, urdu + 1)
            // Peh, tcheh, jeh, keheh, gaf, Farsi yeh: shared by Persian and Urdu, not used in Arabic.
            case 0x67e, 0x686, 0x698, 0x6a9, 0x6af, 0x6cc: (arabic, persian) = (arabic + 1, persian + 1)
            case 0x620...0x64a, 0x66e...0x6d5, 0xfb50...0xfdff, 0xfe70...0xfefc: arabic += 1
            default: if scalar.properties.isAlphabetic { other += 1 }
            }
        }
        guard arabic > other else { return "en" }
        return urdu > 0 ? "ur" : persian > 0 ? "fa" : "ar"
    }
}

extension LanguageDetector where Self == ScriptLanguageDetector {
    /// Guesses by script.
    public static var byScript: ScriptLanguageDetector { ScriptLanguageDetector() }
}
