/// What belongs to single types of message, read from the raw value on demand. The room for their full typed content.
extension InboundMessage {
    /// The file of an image, audio, video, document or sticker message.
    public var media: Media? {
        guard [.image, .audio, .video, .document, .sticker].contains(kind), let json = raw[kind.rawValue], json.isObject
        else { return nil }
        return Media(
            id: json.stringOrNumber("id"), mimeType: json.string("mime_type"), caption: json.string("caption"),
            fileName: json.string("filename"), isVoiceNote: json["voice"]?.bool, isAnimated: json["animated"]?.bool)
    }

    /// A file, which is fetched from the Graph API by its id within seven days.
    public struct Media: Sendable, Hashable {
        /// The id to fetch it by.
        public var id: String?
        /// Its type, parameters included (`audio/ogg; codecs=opus`).
        public var mimeType: String?
        /// The text below it.
        public var caption: String?
        /// The name that the sender gave it. Hostile input: never use it as a path.
        public var fileName: String?
        /// Whether an audio was recorded in the chat.
        public var isVoiceNote: Bool?
        /// Whether a sticker moves.
        public var isAnimated: Bool?
    }

    /// The message that was reacted to, and the emoji; a reaction that was taken back has none.
    public var reaction: (messageID: String?, emoji: String?)? {
        guard kind == .reaction, let json = raw["reaction"] else { return nil }
        let emoji = json.string("emoji")
        return (json.string("message_id"), emoji == "" ? nil : emoji)
    }

    /// The degrees of a location message, as numbers or strings of them.
    public var location: (latitude: Double?, longitude: Double?)? {
        guard let json = raw["location"] else { return nil }
        func degrees(_ name: String) -> Double? { json[name]?.double ?? json[name]?.string.flatMap { Double($0) } }
        return (degrees("latitude"), degrees("longitude"))
    }

    /// What the sender chose in a message with buttons or a list.
    public var interactiveReply: (type: String?, id: String?, title: String?)? {
        guard kind == .interactive, let json = raw["interactive"] else { return nil }
        let reply = json["button_reply"] ?? json["list_reply"]
        return (json.string("type"), reply?.string("id"), reply?.string("title"))
    }

    /// The payload of a template's quick reply button.
    public var buttonPayload: String? {
        kind == .button ? raw["button"]?.string("payload") : nil
    }

    /// What a system message is about, such as `user_changed_number`.
    public var systemType: String? {
        kind == .system ? raw["system"]?.string("type") : nil
    }

    /// What the message replies to, and whether it was forwarded.
    public var context: (messageID: String?, isForwarded: Bool?, isFrequentlyForwarded: Bool?)? {
        guard let json = raw["context"] else { return nil }
        return (json.string("id"), json["forwarded"]?.bool, json["frequently_forwarded"]?.bool)
    }

    /// The errors that came with the message.
    public var errors: [CloudAPIError] {
        raw["errors"]?.elements.filter(\.isObject).map { CloudAPIError($0) } ?? []
    }
}
