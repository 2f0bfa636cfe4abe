/// What became of a message that the business sent.
///
/// Statuses arrive in any order and more than once; the same message may be both delivered and failed, on different
/// devices. The key of one is id, status and participant.
public struct MessageStatus: Sendable {
    /// The id of the message that was sent.
    public var id: String?
    /// `sent`, `delivered`, `read`, `played`, `failed`, or a value from the future; calls use upper-case values.
    public var status: String?
    /// When it happened.
    public var timestamp: UnixTime?
    /// Whom the message went to; a group's id for a message to a group.
    public var recipient: WhatsAppUser
    /// The member of a group whom the status concerns.
    public var participantID: String?
    /// What the sender of the message gave as `biz_opaque_callback_data`: the one link back to an unanswered send.
    public var callbackData: String?
    /// Why it failed.
    public var errors: [CloudAPIError]
    /// The status as it stands in the payload, with its prices and the rest.
    public var raw: JSONValue

    /// Reads a status: an element of `value.statuses`.
    public init(_ json: JSONValue) {
        id = json["id"]?.stringOrNumber
        status = json["status"]?.string
        timestamp = UnixTime(webhook: json["timestamp"])
        recipient = WhatsAppUser(
            phoneNumber: json["recipient_id"]?.stringOrNumber, userID: json["recipient_user_id"]?.stringOrNumber)
        participantID =
            json["recipient_participant_id"]?.stringOrNumber ?? json["participant_recipient_id"]?.stringOrNumber
        callbackData = json["biz_opaque_callback_data"]?.string
        errors = json["errors"]?.elements.filter(\.isObject).map { CloudAPIError($0) } ?? []
        raw = json
    }
}
