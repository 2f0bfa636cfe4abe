internal import WhatsAppCore

/// The answers of the simulated backend: fixed texts in the shape of the real backend's, so that the whole way from a
/// question to the messages on a phone can be tried without network. They are samples, not religious advice.
public enum ScriptedAnswers {
    /// Questions that get an answer of their own, to offer to a newcomer.
    public static let suggestions: [String] = [
        "What is patience?",
        "What are the five pillars of Islam, in detail?",
        "How do I pray?",
        "How do I calculate zakat?",
        "ما هو الصبر؟",
    ]

    /// The answer to a question: by its words, else a general one that says that this is a demonstration and what can be
    /// asked. A question that is mostly in Arabic script gets an Arabic answer.
    public static func answer(to question: String) -> String {
        let words = folded(question)
        let topics = isArabic(words) ? arabicTopics : topics
        let topic = topics.first { $0.keywords.contains { words.contains($0) } }
        return topic?.answer ?? (isArabic(words) ? arabicGeneral : general)
    }
}

extension ScriptedAnswers {
    private struct Topic: Sendable {
        let keywords: [String]
        let answer: String
    }

    /// The first topic with a keyword anywhere in the question decides.
    private static let topics = [
        Topic(keywords: ["pillar", "shahada", "ramadan", "hajj"], answer: pillars),
        Topic(keywords: ["patien", "sabr", "صبر"], answer: patience),
        Topic(keywords: ["zakat", "zakah", "nisab", "زكاة"], answer: zakat),
        Topic(keywords: ["pray", "salah", "salat", "صلاة"], answer: prayer),
    ]

    private static let arabicTopics = [Topic(keywords: ["صبر"], answer: arabicPatience)]

    /// Lower-cased and without Arabic vowel signs and lengthening strokes.
    private static func folded(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.lowercased().unicodeScalars {
            switch scalar.value {
            case 0x640, 0x64b...0x652, 0x670: continue
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    private static func isArabic(_ text: String) -> Bool {
        ScriptLanguageDetector().language(of: text) == "ar"
    }

    private static let list = suggestions.map { "- \($0)" }.joined(separator: "\n")

    private static let general = """
        **This is a demonstration.** Your question went the whole way through the service, but no language model \
        answered it: this is a scripted answer of the simulator. These questions have answers of their own:

        \(list)
        """

    private static let arabicGeneral = """
        **هذا عرض تجريبي.** وصل سؤالك عبر الخدمة كلّها، لكنّ هذا الجواب نصّ مُعدّ سلفًا في المحاكي وليس من نموذج لغوي. \
        وهذه أسئلة لها أجوبة خاصّة بها:

        \(list)
        """
}
