/// What became of a message that the business sent: a view of it as it stands in the payload, read as far as it is asked.
///
/// Statuses arrive in any order and more than once; the same message may be both delivered and failed, on different
/// devices. The key of one is id, status and participant.
public struct MessageStatus: Sendable {
    /// The status as it stands in the payload, with its prices and the rest.
    public var raw: JSONValue

    /// Takes a status in: an element of `value.statuses`.
    public init(_ json: JSONValue) { raw = json }

    /// The id of the message that was sent.
    public var id: String? { raw.stringOrNumber("id") }

    /// `sent`, `delivered`, `read`, `played`, `failed`, or a value from the future; calls use upper-case values.
    public var status: String? { raw.string("status") }

    /// When it happened.
    public var timestamp: UnixTime? {
        UnixTime(webhook: raw.storage.member("timestamp", of: raw.index), in: raw.storage)
    }

    /// Whom the message went to; a group's id for a message to a group.
    public var recipient: WhatsAppUser {
        WhatsAppUser(
            phoneNumber: raw.stringOrNumber("recipient_id"), userID: raw.stringOrNumber("recipient_user_id"))
    }

    /// The member of a group whom the status concerns.
    public var participantID: String? {
        raw.stringOrNumber("recipient_participant_id") ?? raw.stringOrNumber("participant_recipient_id")
    }

    /// What the sender of the message gave as `biz_opaque_callback_data`: the one link back to an unanswered send.
    public var callbackData: String? { raw.string("biz_opaque_callback_data") }

    /// Why it failed.
    public var errors: [CloudAPIError] { raw["errors"]?.elements.filter(\.isObject).map { CloudAPIError($0) } ?? [] }
}
