/// The token that a part carries as `biz_opaque_callback_data` and that comes back in its statuses: the key of the message,
/// a hyphen, and the part's index.
struct PartToken: Hashable, CustomStringConvertible {
    var key: MessageKey
    var part: Int

    init(key: MessageKey, part: Int) {
        self.key = key
        self.part = part
    }

    /// Reads a token; `nil` for what somebody else made.
    init?(_ text: String) {
        let halves = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard halves.count == 2, (1...9).contains(halves[1].count),
            halves[1].allSatisfy(\.isASCIIDigit), let key = MessageKey(String(halves[0]) ?? ""),
            let part = Int(String(halves[1]) ?? "")
        else { return nil }
        self.init(key: key, part: part)
    }

    var description: String { "\(key)-\(part)" }
}

extension MessageStatus {
    /// The part of a reply that the status tells of; `nil` for what somebody else sent.
    package var part: (key: MessageKey, part: Int)? {
        callbackData.flatMap { PartToken($0) }.map { ($0.key, $0.part) }
    }
}
