import Testing
import WhatsAppCore

@Suite("Notices")
struct NoticesTests {
    static let texts: [(Notice, String)] = [
        (
            .maintenance,
            "Ansari for WhatsApp is down for maintenance, please try again later or visit our website at https://ansari.chat."
        ),
        (.registrationFailed, "Sorry, we couldn't register your account. Please try again later."),
        (.historyUnavailable, "Sorry, we're having trouble accessing your chat history. Please try again later."),
        (.threadFailed, "An unexpected error occurred while creating a new chat session. Please try again later."),
        (.answerFailed, "An error occurred while processing your message. Please try again later."),
        (.emptyAnswer, "Sorry, we couldn't process your message. Please try again later."),
        (.unexpected, "An unexpected error occurred while processing your message. Please try again later."),
        (.unsupported(.image), "Sorry, I can't process images yet. Please send me a text message."),
        (.unsupported(.audio), "Sorry, I can't process audios yet. Please send me a text message."),
        (.unsupported(.contacts), "Sorry, I can't process contacts yet. Please send me a text message."),
        (.unsupported(.unsupported), "Sorry, I can't process this media type yet. Please send me a text message."),
        (.unsupported(.missing), "Sorry, I can't process this media type yet. Please send me a text message."),
    ]

    @Test("English, also where there is no text in the language", arguments: texts)
    func english(notice: Notice, text: String) {
        #expect(AnsariNotices().text(for: notice, language: "en") == text)
        #expect(AnsariNotices().text(for: notice, language: "xx") == text)
    }

    @Test("Arabic", arguments: texts.map(\.0))
    func arabic(notice: Notice) {
        let text = AnsariNotices().text(for: notice, language: "ar")
        #expect(ScriptLanguageDetector().language(of: text) == "ar")
        #expect(text.contains("https://ansari.chat") == (notice == .maintenance))
        #expect(WhatsAppChunker.whatsApp.parts(of: text) == [text])
    }

    @Test("each kind has its Arabic name")
    func arabicKinds() {
        let kinds: [MessageKind] = [
            .image, .audio, .video, .document, .sticker, .location, .contacts, .order, .unsupported,
        ]
        let texts = kinds.map { AnsariNotices().text(for: .unsupported($0), language: "ar") }
        #expect(Set(texts).count == kinds.count)
        #expect(texts[0] == "عذرًا، لا يمكنني معالجة الصور بعد. يُرجى إرسال رسالة نصية.")
        #expect(texts[8] == "عذرًا، لا يمكنني معالجة هذا النوع من الرسائل بعد. يُرجى إرسال رسالة نصية.")
    }

    @Test("one's own texts come first, in English before those that are built in for other languages")
    func overrides() {
        let own = AnsariNotices(overrides: ["en": [.maintenance: "Down."], "ur": [.emptyAnswer: "معذرت۔"]])
        #expect(own.text(for: .maintenance, language: "en") == "Down.")
        #expect(own.text(for: .maintenance, language: "ar") == "Down.")
        #expect(own.text(for: .emptyAnswer, language: "ur") == "معذرت۔")
        #expect(own.text(for: .emptyAnswer, language: "ar") == AnsariNotices().text(for: .emptyAnswer, language: "ar"))
    }
}
