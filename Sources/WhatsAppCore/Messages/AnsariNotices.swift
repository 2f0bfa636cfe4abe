/// The notices of the Ansari service, in English and Arabic. Other texts and languages: set ``overrides``.
public struct AnsariNotices: Notices {
    /// Texts that take the place of the built-in ones: by language code, then by notice. One in English also replaces the
    /// built-in texts of the other languages, so that nobody reads what it was to replace.
    public var overrides: [String: [Notice: String]]

    /// Makes the notices.
    public init(overrides: [String: [Notice: String]] = [:]) { self.overrides = overrides }

    /// The override in the language, else the override in English, else the built-in text: Arabic for `ar`, English for
    /// every other language.
    public func text(for notice: Notice, language: String) -> String {
        overrides[language]?[notice] ?? overrides["en"]?[notice]
            ?? (language == "ar" ? Self.arabic(notice) : Self.english(notice))
    }
}

// MARK: English

extension AnsariNotices {
    private static func english(_ notice: Notice) -> String {
        switch notice {
        case .maintenance:
            "Ansari for WhatsApp is down for maintenance, please try again later or visit our website at https://ansari.chat."
        case .registrationFailed:
            "Sorry, we couldn't register your account. Please try again later."
        case .historyUnavailable:
            "Sorry, we're having trouble accessing your chat history. Please try again later."
        case .threadFailed:
            "An unexpected error occurred while creating a new chat session. Please try again later."
        case .answerFailed:
            "An error occurred while processing your message. Please try again later."
        case .emptyAnswer:
            "Sorry, we couldn't process your message. Please try again later."
        case .unexpected:
            "An unexpected error occurred while processing your message. Please try again later."
        case .unsupported(let kind):
            "Sorry, I can't process \(plural(of: kind)) yet. Please send me a text message."
        }
    }

    /// The kinds that WhatsApp users know by name; what they cannot name is "this media type".
    private static func plural(of kind: MessageKind) -> String {
        switch kind {
        case .image, .audio, .video, .document, .sticker, .location, .order: kind.rawValue + "s"
        case .contacts: kind.rawValue
        default: "this media type"
        }
    }
}

// MARK: Arabic

extension AnsariNotices {
    /// Polite and impersonal: the same for a woman and a man.
    private static func arabic(_ notice: Notice) -> String {
        let tryAgain = "يُرجى المحاولة مرة أخرى لاحقًا"
        return switch notice {
        case .maintenance:
            "خدمة أنصاري على واتساب متوقفة حاليًا للصيانة. \(tryAgain)، أو زيارة موقعنا: https://ansari.chat"
        case .registrationFailed:
            "عذرًا، لم نتمكن من تسجيل حسابك. \(tryAgain)."
        case .historyUnavailable:
            "عذرًا، نواجه مشكلة في الوصول إلى سجل محادثاتك. \(tryAgain)."
        case .threadFailed:
            "حدث خطأ غير متوقع أثناء إنشاء محادثة جديدة. \(tryAgain)."
        case .answerFailed:
            "حدث خطأ أثناء معالجة رسالتك. \(tryAgain)."
        case .emptyAnswer:
            "عذرًا، لم نتمكن من معالجة رسالتك. \(tryAgain)."
        case .unexpected:
            "حدث خطأ غير متوقع أثناء معالجة رسالتك. \(tryAgain)."
        case .unsupported(let kind):
            "عذرًا، لا يمكنني معالجة \(arabicPlural(of: kind)) بعد. يُرجى إرسال رسالة نصية."
        }
    }

    private static func arabicPlural(of kind: MessageKind) -> String {
        switch kind {
        case .image: "الصور"
        case .audio: "المقاطع الصوتية"
        case .video: "مقاطع الفيديو"
        case .document: "المستندات"
        case .sticker: "الملصقات"
        case .location: "المواقع الجغرافية"
        case .contacts: "جهات الاتصال"
        case .order: "الطلبات"
        default: "هذا النوع من الرسائل"
        }
    }
}

extension Notices where Self == AnsariNotices {
    /// The notices of the Ansari service, in English and Arabic.
    public static var ansari: AnsariNotices { AnsariNotices() }
}
