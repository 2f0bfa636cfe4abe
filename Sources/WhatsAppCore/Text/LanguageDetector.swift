/// Guesses the language of a text.
public protocol LanguageDetector: Sendable {
    /// The ISO 639-1 code of the language that `text` seems to be in. The text is empty for a message that has none.
    func language(of text: String) -> String
}

/// Guesses by script: the one with the most letters decides.
///
/// | script | language |
/// |---|---|
/// | Arabic | `ar`; `ur` or `fa` where letters that only these use outnumber those that only Arabic uses |
/// | one that mostly serves one language | that one: Bengali `bn`, Devanagari `hi`, Cyrillic `ru`, Han `zh`, and so on |
/// | Latin, any other, or no letter at all | `en` |
///
/// What a script does not tell stays a guess: French, Indonesian and Turkish are taken for `en`, Pashto for `ar`.
public struct ScriptLanguageDetector: LanguageDetector {
    /// Makes the detector.
    public init() {}

    /// Counts letters; takes time linear in the length.
    public func language(of text: String) -> String {
        var arabic = ArabicLetters()
        var counts = [Int](repeating: 0, count: Self.scripts.count)
        var others = 0
        for scalar in text.unicodeScalars where scalar.isLetter {
            if scalar.isArabicLetter {
                arabic.count(scalar)
            } else if scalar.value >= 0x370,
                let script = Self.scripts.firstIndex(where: { $0.0.contains(scalar.value) })
            {
                counts[script] += 1
            } else {
                others += 1
            }
        }
        var (best, most) = ("en", others)
        if arabic.all > most { (best, most) = (arabic.language, arabic.all) }
        for (script, count) in zip(Self.scripts, counts) where count > most { (best, most) = (script.1, count) }
        return best
    }

    /// Unicode's blocks, and the language with the most readers of each.
    private static let scripts: [(ClosedRange<UInt32>, String)] = [
        (0x0370...0x03FF, "el"), (0x0400...0x052F, "ru"), (0x0530...0x058F, "hy"), (0x0590...0x05FF, "he"),
        (0x0780...0x07BF, "dv"), (0x0900...0x097F, "hi"), (0x0980...0x09FF, "bn"), (0x0A00...0x0A7F, "pa"),
        (0x0A80...0x0AFF, "gu"), (0x0B80...0x0BFF, "ta"), (0x0C00...0x0C7F, "te"), (0x0C80...0x0CFF, "kn"),
        (0x0D00...0x0D7F, "ml"), (0x0D80...0x0DFF, "si"), (0x0E00...0x0E7F, "th"), (0x1000...0x109F, "my"),
        (0x10A0...0x10FF, "ka"), (0x1200...0x139F, "am"), (0x1780...0x17FF, "km"), (0x3040...0x30FF, "ja"),
        (0x4E00...0x9FFF, "zh"), (0xAC00...0xD7AF, "ko"),
    ]
}

/// How many letters of Arabic script a text has, and which tell its language.
private struct ArabicLetters {
    private(set) var all = 0
    private var onlyArabic = 0
    private var onlyUrdu = 0
    private var urduOrPersian = 0

    mutating func count(_ letter: Unicode.Scalar) {
        all += 1
        switch letter {
        // Yeh and kaf have other shapes in Persian and Urdu; teh marbuta and alef maksura are mostly written otherwise.
        case "ي", "ك", "ة", "ى": onlyArabic += 1
        case "ٹ", "ڈ", "ڑ", "ں", "ھ", "ہ", "ے": onlyUrdu += 1
        case "پ", "چ", "ژ", "ک", "گ", "ی": urduOrPersian += 1
        default: break
        }
    }

    var language: String {
        guard onlyUrdu + urduOrPersian > onlyArabic else { return "ar" }
        return onlyUrdu > 0 ? "ur" : "fa"
    }
}

extension LanguageDetector where Self == ScriptLanguageDetector {
    /// Guesses by script.
    public static var byScript: ScriptLanguageDetector { ScriptLanguageDetector() }
}
