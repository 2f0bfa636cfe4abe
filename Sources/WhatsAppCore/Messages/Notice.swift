/// A fixed text that is sent in place of an answer.
public enum Notice: Sendable, Hashable {
    /// The service is under maintenance.
    case maintenance
    /// The backend could not register the user.
    case registrationFailed
    /// The backend could not tell the user's last thread.
    case historyUnavailable
    /// The backend could not make a new thread.
    case threadFailed
    /// The backend failed to answer.
    case answerFailed
    /// The backend's answer was empty.
    case emptyAnswer
    /// Something failed that nobody foresaw.
    case unexpected
    /// The message is of a kind that cannot be answered.
    case unsupported(MessageKind)
}

/// The texts of notices.
public protocol Notices: Sendable {
    /// The text for `notice`, in the language with the ISO 639-1 code `language` where there is one.
    func text(for notice: Notice, language: String) -> String
}

/// The notices of the Ansari service, in English. Other texts and languages: set ``overrides``.
public struct AnsariNotices: Notices {
    /// Texts that take the place of the built-in ones: by language code, then by notice.
    public var overrides: [String: [Notice: String]]

    /// Makes the notices.
    public init(overrides: [String: [Notice: String]] = [:]) { self.overrides = overrides }

    /// The override in the language, else the override in English, else the built-in text.
    public func text(for notice: Notice, language: String) -> String {
        overrides[language]?[notice] ?? overrides["en"]?[notice] ?? Self.english(notice)
    }

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

extension Notices where Self == AnsariNotices {
    /// The notices of the Ansari service, in English.
    public static var ansari: AnsariNotices { AnsariNotices() }
}
