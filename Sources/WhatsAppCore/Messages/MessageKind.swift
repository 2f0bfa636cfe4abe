/// The `type` of an inbound message. A value that is not listed here is kept as it came.
public struct MessageKind: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The value of `type`.
    public var rawValue: String
    /// Takes any value, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The value of `type`.
    public var description: String { rawValue }

    /// A text.
    public static let text = MessageKind(rawValue: "text")
    /// A picture.
    public static let image = MessageKind(rawValue: "image")
    /// A sound, or a voice note.
    public static let audio = MessageKind(rawValue: "audio")
    /// A film.
    public static let video = MessageKind(rawValue: "video")
    /// A file.
    public static let document = MessageKind(rawValue: "document")
    /// A sticker.
    public static let sticker = MessageKind(rawValue: "sticker")
    /// A place.
    public static let location = MessageKind(rawValue: "location")
    /// Contact cards.
    public static let contacts = MessageKind(rawValue: "contacts")
    /// An emoji on a message, or one taken back.
    public static let reaction = MessageKind(rawValue: "reaction")
    /// A choice among buttons or in a list, or the answers of a flow.
    public static let interactive = MessageKind(rawValue: "interactive")
    /// A tap on the quick reply button of a template.
    public static let button = MessageKind(rawValue: "button")
    /// An order from a catalogue.
    public static let order = MessageKind(rawValue: "order")
    /// A notice by WhatsApp, such as a changed phone number.
    public static let system = MessageKind(rawValue: "system")
    /// A change to an earlier message.
    public static let edit = MessageKind(rawValue: "edit")
    /// An earlier message was taken back.
    public static let revoke = MessageKind(rawValue: "revoke")
    /// A chat was opened for the first time.
    public static let requestWelcome = MessageKind(rawValue: "request_welcome")
    /// A kind that the Cloud API does not deliver.
    public static let unsupported = MessageKind(rawValue: "unsupported")
    /// The `type` was missing, or was neither a string nor a number.
    public static let missing = MessageKind(rawValue: "")

    /// Whether the sender said nothing that waits for an answer: a reaction, a notice by WhatsApp itself, an edit.
    public var expectsNoAnswer: Bool {
        switch self {
        case .reaction, .system, .edit, .revoke, .requestWelcome: true
        default: false
        }
    }
}
