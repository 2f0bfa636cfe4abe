/// The idempotency key of an inbound message: the first 16 bytes of SHA-256(phone number id, 0, message id).
///
/// A hash, because a message id (wamid) may be 4 KB long and holds the user's phone number in base64. The phone number id
/// belongs to it: two business numbers may see the same id.
public struct MessageKey: Sendable, Hashable, CustomStringConvertible {
    /// The key's 16 bytes.
    public let bytes: SIMD16<UInt8>

    /// Makes the key of a message.
    /// - Parameters:
    ///   - phoneNumberID: the business number that received it.
    ///   - messageID: its id, compared as bytes. For a message that came without one, any text that identifies it.
    public init(phoneNumberID: String, messageID: String) {
        var hasher = SHA256()
        hasher.update(phoneNumberID)
        hasher.update("\0")
        hasher.update(messageID)
        bytes = hasher.finalize().lowHalf
    }

    /// Hashes a part of it: it is a hash already.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(unsafeBitCast(bytes.lowHalf, to: UInt64.self))  // The same eight bytes.
    }

    /// Reads a key as ``description`` writes it; `nil` for anything else.
    public init?(_ description: String) {
        guard let bytes = Hex.decode(Array(description.utf8)), bytes.count == 16 else { return nil }
        self.bytes = SIMD16(bytes)
    }

    /// 32 hexadecimal digits. It says nothing of the user, so it may stand in logs.
    public var description: String { Hex.encode(bytes.indices.map { bytes[$0] }) }
}
