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
    /// The text for `notice`, in the language with the ISO 639-1 code `language` where there is one, else in one that most
    /// users read. The language is what the ``LanguageDetector`` finds in the user's message, so a message without any
    /// words, such as a picture without a caption, is taken as that finds an empty text: as English by default.
    func text(for notice: Notice, language: String) -> String
}
