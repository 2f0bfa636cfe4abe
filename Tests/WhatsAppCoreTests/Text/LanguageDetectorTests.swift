import Testing
import WhatsAppCore

@Suite("Language")
struct LanguageDetectorTests {
    @Test(
        "Latin script and no script at all are taken for English",
        arguments: [
            "What is patience?", "Sabr nedir?", "Qu’est-ce que la patience ?", "Apa itu sabar?", "Ṣabr", "", " ",
            "123 ؟",
            "👍🏽", "https://example.org", "The Prophet ﷺ", "What does صبر mean?", "abc ابت",
        ])
    func english(text: String) {
        #expect(ScriptLanguageDetector().language(of: text) == "en")
    }

    @Test(
        "Arabic script",
        arguments: [
            ("ما هو الصبر؟", "ar"), ("وَ", "ar"), ("إِنَّ اللَّهَ مَعَ الصَّابِرِينَ", "ar"), ("معنى sabr عند العلماء", "ar"),
            ("١٢٣ صلاة", "ar"), ("السلام عليكم", "ar"), ("ﷺ", "ar"), ("صبر کیا ہے؟ مجھے بتائیں", "ur"),
            ("میں", "ur"), ("صبر چیست؟", "fa"), ("نماز چگونه است؟", "fa"),
            // A word or a letter of another language does not change the language.
            ("ما معنى كلمة پاکستان في اللغة العربية؟", "ar"), ("وين الچاي يا جماعة؟ هذا الكلام باللهجة العراقية", "ar"),
            ("إِنَّ اللَّهَ مَعَ الصَّابِرِينَ کا مطلب کیا ہے؟", "ur"),
        ])
    func arabicScript(text: String, language: String) {
        #expect(ScriptLanguageDetector().language(of: text) == language)
    }

    @Test(
        "scripts of one language",
        arguments: [
            ("ধৈর্য কী?", "bn"), ("सब्र क्या है?", "hi"), ("Что такое терпение?", "ru"), ("什么是忍耐？", "zh"),
            ("忍耐とは何ですか", "ja"), ("인내란 무엇입니까?", "ko"), ("பொறுமை என்றால் என்ன?", "ta"), ("ക്ഷമ എന്താണ്?", "ml"),
            ("ความอดทนคืออะไร", "th"), ("ކެތްތެރިކަމަކީ ކޮބާ؟", "dv"), ("ትዕግሥት ምንድን ነው?", "am"), ("Τι είναι;", "el"),
            ("What is терпение, please?", "en"),
        ])
    func otherScripts(text: String, language: String) {
        #expect(ScriptLanguageDetector().language(of: text) == language)
    }
}
