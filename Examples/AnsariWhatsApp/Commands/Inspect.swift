internal import CommandArguments
internal import WhatsAppCore

/// The command `inspect`: what the parser makes of payloads, one JSON object an event.
enum Inspect {
    static func run(files: [String]) throws -> ExitCode {
        guard !files.isEmpty else { throw UsageError(message: "inspect needs a file, or '-' for standard input") }
        var code = ExitCode.success
        for file in files {
            guard let bytes = Files.bytes(file) else {
                Log.standardError("\(file): cannot be read\n")
                code = .noInput
                continue
            }
            do {
                let payload = try CloudAPIWebhookParser().parse(bytes)
                for event in payload.events { print(String(decoding: line(event, of: payload), as: UTF8.self)) }
            } catch {
                Log.standardError("\(file): \(error)\n")
                code = .failure
            }
        }
        return code
    }

    private static func line(_ event: WebhookEvent, of payload: WebhookPayload) -> [UInt8] {
        JSONWriter.object { json in
            json.add("object", payload.object)
            json.add("entry_id", event.entryID)
            json.add("time", event.entryTime?.seconds)
            json.add("field", event.field)
            json.add("phone_number_id", event.phoneNumberID)
            switch event.content {
            case .message(let message): add(message, to: &json)
            case .status(let status): add(status, to: &json)
            case .errors(let errors):
                json.add("kind", "value_errors")
                add(errors, to: &json)
            case .change(let value):
                json.add("kind", "field")
                json.add("event", value?["event"]?.string)
            case .undecodable(_, let reason):
                json.add("kind", "undecodable")
                json.add("reason", reason)
            }
        }
    }

    private static func add(_ message: InboundMessage, to json: inout JSONWriter) {
        json.add("kind", "message")
        json.add("type", message.kind.rawValue)
        json.add("id", message.id)
        json.add("from", message.sender.phoneNumber)
        json.add("from_user_id", message.sender.userID)
        json.add("from_parent_user_id", message.senderParentUserID)
        json.add("group_id", message.groupID)
        json.add("timestamp", message.timestamp?.seconds)
        json.add("profile_name", message.profile?.name)
        json.add("username", message.profile?.username)
        json.add("text", message.text)
        if let media = message.media {
            json.add("media_id", media.id)
            json.add("mime_type", media.mimeType)
            json.add("caption", media.caption)
            json.add("filename", media.fileName)
            if let voice = media.isVoiceNote { json.add("voice", voice) }
            if let animated = media.isAnimated { json.add("animated", animated) }
        }
        if let reaction = message.reaction {
            json.add("reaction_to", reaction.messageID)
            json.add("emoji", reaction.emoji)
            json.add("removed", reaction.emoji == nil)
        }
        if let location = message.location {
            json.add("latitude", location.latitude.map { "\($0)" })
            json.add("longitude", location.longitude.map { "\($0)" })
        }
        if let reply = message.interactiveReply {
            json.add("interactive_type", reply.type)
            json.add("reply_id", reply.id)
            json.add("reply_title", reply.title)
        }
        json.add("payload", message.buttonPayload)
        json.add("system_type", message.systemType)
        if let context = message.context {
            json.add("context_id", context.messageID)
            if let forwarded = context.isForwarded { json.add("context_forwarded", forwarded) }
            if let often = context.isFrequentlyForwarded { json.add("context_frequently_forwarded", often) }
        }
        add(message.errors, to: &json)
    }

    private static func add(_ status: MessageStatus, to json: inout JSONWriter) {
        json.add("kind", "status")
        json.add("status", status.status)
        json.add("id", status.id)
        json.add("timestamp", status.timestamp?.seconds)
        json.add("recipient_id", status.recipient.phoneNumber)
        json.add("recipient_user_id", status.recipient.userID)
        json.add("recipient_type", status.raw["recipient_type"]?.string)
        json.add("recipient_participant_id", status.participantID)
        json.add("biz_opaque_callback_data", status.callbackData)
        json.add("type", status.raw["type"]?.string)
        if let pricing = status.raw["pricing"], pricing.isObject {
            json.object("pricing") {
                if let billable = pricing["billable"]?.bool { $0.add("billable", billable) }
                for name in ["pricing_model", "type", "category"] { $0.add(name, pricing[name]?.string) }
            }
        }
        add(status.errors, to: &json)
    }

    private static func add(_ errors: [CloudAPIError], to json: inout JSONWriter) {
        guard !errors.isEmpty else { return }
        json.add("error_codes", errors.map { $0.code.map(String.init) ?? "none" }.joined(separator: ","))
    }
}
