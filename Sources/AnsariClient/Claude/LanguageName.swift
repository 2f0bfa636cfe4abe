/// The names of languages, as a model is told them.
enum LanguageName {
    private static let names = [
        "ar": "Arabic", "bn": "Bengali", "bs": "Bosnian", "de": "German", "en": "English", "es": "Spanish",
        "fa": "Persian", "fr": "French", "ha": "Hausa", "hi": "Hindi", "id": "Indonesian", "it": "Italian",
        "ms": "Malay", "nl": "Dutch", "pt": "Portuguese", "ru": "Russian", "so": "Somali", "sq": "Albanian",
        "sw": "Swahili", "tr": "Turkish", "ur": "Urdu", "uz": "Uzbek", "zh": "Chinese",
    ]

    /// The English name for an ISO 639-1 code, or a description for one that is not in the list.
    static func english(_ code: String) -> String {
        names[code] ?? "the language whose ISO 639-1 code is \(code)"
    }
}
