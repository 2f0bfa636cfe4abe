/// The `type` of an inbound message. A value that is not listed here is kept as it came.
public struct MessageKind: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }

    public static let text = MessageKind(rawValue: "text")
    public static let image = MessageKind(rawValue: "image")
    public static let audio = MessageKind(rawValue: "audio")
    public static let video = MessageKind(rawValue: "video")
    public static let document = MessageKind(rawValue: "document")
    public static let sticker = MessageKind(rawValue: "sticker")
    public static let location = MessageKind(rawValue: "location")
    public static let contacts = MessageKind(rawValue: "contacts")
    public static let reaction = MessageKind(rawValue: "reaction")
    public static let interactive = MessageKind(rawValue: "interactive")
    public static let button = MessageKind(rawValue: "button")
    public static let order = MessageKind(rawValue: "order")
    public static let system = MessageKind(rawValue: "system")
    public static let edit = MessageKind(rawValue: "edit")
    public static let revoke = MessageKind(rawValue: "revoke")
    public static let requestWelcome = MessageKind(rawValue: "request_welcome")
    public static let unsupported = MessageKind(rawValue: "unsupported")
    /// The `type` was missing, or was neither a string nor a number.
    public static let missing = MessageKind(rawValue: "")

    /// Whether the sender said nothing that waits for an answer: a reaction, a notice by WhatsApp itself, an edit.
    public var expectsNoAnswer: Bool {
        [.reaction, .system, .edit, .revoke, .requestWelcome].contains(self)
    }
}
