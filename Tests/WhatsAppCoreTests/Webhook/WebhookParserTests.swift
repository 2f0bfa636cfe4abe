import Testing
import WhatsAppCore

@Suite struct WebhookParserTests {
    private func parse(_ text: String) throws -> WebhookPayload { try CloudAPIWebhookParser().parse(Array(text.utf8)) }

    private func payload(_ value: String, field: String = #""messages""#) -> String {
        #"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":\#(field),"value":\#(value)}]}]}"#
    }

    private func events(_ value: String) throws -> [WebhookEvent] { try parse(payload(value)).events }

    private func message(_ json: String, contacts: String = "[]") throws -> InboundMessage {
        let events = try events(#"{"metadata":{"phone_number_id":"9"},"contacts":\#(contacts),"messages":[\#(json)]}"#)
        guard case .message(let message) = try #require(events.first).content else {
            throw WebhookParseError(reason: "no message")
        }
        return message
    }

    @Test func everyEventOfEveryEntryComesInOrder() throws {
        let payload = try parse(
            """
            {"entry":[
              {"id":"1","changes":[
                {"value":{"metadata":{"phone_number_id":"9"},"statuses":[{"id":"s1","status":"sent"}],
                          "messages":[{"id":"m1","type":"text"},{"id":"m2","type":"image"}],"errors":[{"code":130429}]},
                 "field":"messages"},
                {"field":"account_update","value":{"event":"PARTNER_ADDED"}}]},
              {"id":2,"time":1782900000,"changes":[
                {"field":"messages","value":{"metadata":{"phone_number_id":8},"messages":[{"id":"m3","type":"text"}]}}]}],
             "object":"whatsapp_business_account"}
            """)
        let summary = payload.events.map { event in
            let what =
                switch event.content {
                case .message(let message): "message \(message.id ?? "")"
                case .status(let status): "status \(status.id ?? "")"
                case .errors(let errors): "errors \(errors.map { $0.code ?? 0 })"
                case .change(let value): "change \(value?["event"]?.string ?? "")"
                case .undecodable: "undecodable"
                }
            return "\(event.entryID ?? "") \(event.phoneNumberID ?? "-") \(what)"
        }
        #expect(
            summary == [
                "1 9 message m1", "1 9 message m2", "1 9 status s1", "1 9 errors [130429]", "1 - change PARTNER_ADDED",
                "2 8 message m3",
            ])
        #expect(payload.events.last?.entryTime == UnixTime(seconds: 1_782_900_000))
    }

    @Test(arguments: [
        "x", "null", "42", "[]", "{}", #"{"object":"whatsapp_business_account"}"#,
        #"{"entry":[],"entry":[]}"#, #"{"entry":"x"}"#, #"{"entry":null}"#, #"{"entry":{}}"#,
        #"{"object":"a","object":"b","entry":[]}"#,
    ])
    func refusesWhatIsNoPayload(text: String) {
        #expect(throws: WebhookParseError.self) { try parse(text) }
    }

    @Test(arguments: [
        #""x""#, "null", "7", "[]", #"{"id":"a","id":"b","type":"text"}"#, #"{"from":"1","from":"2"}"#,
        #"{"id":"a","type":"text","text":{"body":"x","body":"y"}}"#,
    ])
    func oneBadElementDropsNoSibling(bad: String) throws {
        let events = try events(
            #"{"metadata":{"phone_number_id":"9"},"messages":[{"id":"m1","type":"text"},\#(bad),{"id":"m2","type":"text"}]}"#
        )
        let kinds = events.map { if case .undecodable = $0.content { "bad" } else { "good" } }
        #expect(kinds == ["good", "bad", "good"])
        if case .undecodable(let raw, _) = events[1].content {
            #expect(String(decoding: raw.rawBytes, as: UTF8.self) == bad)
        }
    }

    @Test(arguments: ["null", "7", #""x""#, "[]", "{}"])
    func aValueOfAnotherShapeIsAChange(value: String) throws {
        let events = try events(value)
        #expect(events.count == 1)
        guard case .change = events[0].content else {
            Issue.record("expected a change")
            return
        }
    }

    /// Of a thing that is said twice neither is taken: nothing is lost without a word.
    @Test(arguments: [
        #"{"id":"1","changes":[{"field":"a"}],"changes":[{"field":"b"}]}"#, #"{"id":"1","id":"2","changes":[]}"#,
        #"{"changes":[{"field":"a","field":"b"}]}"#, #"{"changes":[{"value":{},"value":{}}]}"#,
        #"{"changes":[{"value":{"metadata":{"phone_number_id":"1","phone_number_id":"2"},"messages":[{"id":"w"}]}}]}"#,
        #"{"changes":[{"value":{"messages":[{"id":"w"}],"messages":[]}}]}"#, "7",
    ])
    func whatIsSaidTwiceIsUndecodable(entry: String) throws {
        let events = try parse(#"{"entry":[\#(entry)]}"#).events
        #expect(events.count == 1)
        guard case .undecodable = events.first?.content else {
            Issue.record("expected an undecodable element")
            return
        }
    }

    @Test func eachOfManyMessagesFindsItsContact() throws {
        let numbers = (0..<500).map { "1555\(1_000_000 + $0)" }
        let messages = numbers.map { #"{"from":"\#($0)","id":"w\#($0)","type":"text"}"# }.joined(separator: ",")
        let contacts = numbers.reversed().map { #"{"wa_id":"\#($0)","profile":{"name":"N\#($0)"}}"# }
            .joined(separator: ",")
        let events = try events(#"{"contacts":[\#(contacts)],"messages":[\#(messages)]}"#)
        #expect(events.count == 500)
        for event in events {
            guard case .message(let message) = event.content else { continue }
            #expect(message.profile?.name == "N\(message.sender.phoneNumber ?? "")")
        }
    }

    @Test func readsATextMessage() throws {
        let message = try message(
            #"{"from":"15550100001","id":"wamid.A","timestamp":"1782900000","type":"text","text":{"body":"السلام عليكم \ud83d\ude00"}}"#,
            contacts:
                #"[{"wa_id":"15550100009","profile":{"name":"Else"}},{"wa_id":"15550100001","profile":{"name":"Asker"}}]"#
        )
        #expect(message.id == "wamid.A")
        #expect(message.kind == .text)
        #expect(message.sender == WhatsAppUser(phoneNumber: "15550100001"))
        #expect(message.timestamp == UnixTime(seconds: 1_782_900_000))
        #expect(message.text == "السلام عليكم 😀")
        #expect(message.profile?.name == "Asker")
    }

    @Test func aUserWithAUsernameHasNoPhoneNumber() throws {
        let message = try message(
            #"{"from_user_id":"US.12345","from_parent_user_id":"US.ENT.1","id":"w","timestamp":"1","type":"text","text":{"body":"x"}}"#,
            contacts: #"[{"user_id":"US.12345","profile":{"name":"N","username":"@asker"}}]"#)
        #expect(message.sender == WhatsAppUser(userID: "US.12345"))
        #expect(message.senderParentUserID == "US.ENT.1")
        #expect(message.profile?.username == "@asker")
        #expect(message.text == "x")
    }

    @Test func aContactOfAnotherUserIsNotTheSender() throws {
        #expect(
            try message(#"{"from":"1","id":"w","type":"text"}"#, contacts: #"[{"wa_id":"2","profile":{"name":"N"}}]"#)
                .profile == nil)
    }

    @Test(
        arguments: [
            (#""1782900000""#, 1_782_900_000), ("1782900000", 1_782_900_000),
            (#""999999999999999999""#, 999_999_999_999_999_999),
            (#""""#, nil), (#""1.5""#, nil), ("1.5", nil), (#""+5""#, nil), (#""-5""#, nil), (#""١٢٣""#, nil),
            (#""soon""#, nil), (#""\u0031\u0032""#, 12),
            (#""99999999999999999999""#, nil), ("true", nil), ("null", nil),
        ] as [(String, Int64?)])
    func timestamps(json: String, seconds: Int64?) throws {
        let message = try message(#"{"id":"w","type":"text","timestamp":\#(json)}"#)
        #expect(message.timestamp == seconds.map { UnixTime(seconds: $0) })
    }

    /// Names are compared eight bytes at a time, and a name may be among the last of the text.
    @Test(arguments: [
        (#"{"id":1}"#, "1"), (#"{"i":1}"#, nil), (#"{"ids":1}"#, nil), (#"{"ID":1}"#, nil), (#"{"\u0069d":1}"#, "1"),
        (#"{"":1,"id":2,"idid":3}"#, "2"), (#"{"id":1,"id":2}"#, "2"), (#"{"x":{"id":1}}"#, nil), (#"["id",1]"#, nil),
    ])
    func aMemberIsFoundByItsWholeName(json: String, id: String?) throws {
        #expect(InboundMessage(try JSONDocument(Array(json.utf8)).root).id == id)
    }

    @Test(arguments: [
        ("from_user_id", "u"), ("from_user_ie", nil), ("from_use", nil), ("from_user_id_", nil),
        (#"from_us\u0065r_id"#, "u"),
    ])
    func aMemberIsFoundByItsWholeLongName(name: String, id: String?) throws {
        let message = InboundMessage(try JSONDocument(Array(#"{"\#(name)":"u"}"#.utf8)).root)
        #expect(message.sender.userID == id)
    }

    @Test(arguments: [
        ("text", "text"), ("hologram", "hologram"), ("TEXT", "TEXT"), ("", ""),
    ])
    func unknownTypesAreKept(type: String, kind: String) throws {
        let message = try message(#"{"id":"w","type":"\#(type)","hologram":{"a":[1]}}"#)
        #expect(message.kind.rawValue == kind)
        #expect(message.raw["hologram"]?["a"]?.elements.count == 1)
    }

    @Test(arguments: [#"{"id":"w"}"#, #"{"id":"w","type":null}"#, #"{"id":"w","type":true}"#])
    func aMissingTypeIsMissing(json: String) throws {
        #expect(try message(json).kind == .missing)
    }

    @Test func readsWhatBelongsToSingleTypes() throws {
        let image = try message(#"{"type":"image","image":{"id":"5","mime_type":"image/jpeg","caption":"c"}}"#)
        #expect(image.media?.id == "5")
        #expect(image.media?.mimeType == "image/jpeg")
        #expect(image.media?.caption == "c")
        let note = try message(#"{"type":"audio","audio":{"id":5,"voice":true}}"#)
        #expect(note.media?.id == "5")
        #expect(note.media?.isVoiceNote == true)
        let reaction = try message(#"{"type":"reaction","reaction":{"message_id":"w1","emoji":""}}"#)
        #expect(reaction.reaction?.messageID == "w1")
        #expect(reaction.reaction?.emoji == nil)
        let location = try message(#"{"location":{"latitude":"21.42","longitude":39.82}}"#)
        #expect(location.location?.latitude == 21.42)
        #expect(location.location?.longitude == 39.82)
        let reply = try message(
            #"{"type":"interactive","context":{"id":"w0"},"interactive":{"type":"list_reply","list_reply":{"id":"r","title":"t"}}}"#
        )
        #expect(reply.interactiveReply?.id == "r")
        #expect(reply.context?.messageID == "w0")
        #expect(try message(#"{"type":"button","button":{"payload":"p","text":"t"}}"#).buttonPayload == "p")
        #expect(
            try message(#"{"type":"system","system":{"type":"user_changed_number"}}"#).systemType
                == "user_changed_number")
        let unsupported = try message(#"{"type":"unsupported","errors":[{"code":131051,"title":"Unsupported"},"x"]}"#)
        #expect(unsupported.errors.map(\.code) == [131_051])
    }

    @Test(
        "What stands where a list should be is kept",
        arguments: [
            (#"{"entry":[{}]}"#, "{}"), (#"{"entry":[{"id":"1"}]}"#, #"{"id":"1"}"#),
            (#"{"entry":[{"id":"1","messaging":[{}]}]}"#, #"{"id":"1","messaging":[{}]}"#),
            (#"{"entry":[{"changes":{"field":"x"}}]}"#, #"{"changes":{"field":"x"}}"#),
            (#"{"entry":[{"changes":[{"value":{"messages":{"id":"w"}}}]}]}"#, #"{"id":"w"}"#),
            (#"{"entry":[{"changes":[{"value":{"errors":["x"]}}]}]}"#, #""x""#),
        ])
    func keepsWhatIsNoList(body: String, kept: String) throws {
        let events = try parse(body).events
        guard case .undecodable(let value, _)? = events.first?.content else {
            Issue.record("dropped: \(events)")
            return
        }
        #expect(events.count == 1)
        #expect(String(decoding: value.rawBytes, as: UTF8.self) == kept)
    }

    @Test func readsAStatus() throws {
        let events = try events(
            #"{"statuses":[{"id":"w","status":"failed","timestamp":"1782900000","recipient_id":"1","recipient_user_id":"US.1","biz_opaque_callback_data":"t-0","errors":[{"code":131047,"message":"Re-engagement","error_data":{"details":"More than 24 hours"}}]}]}"#
        )
        guard case .status(let status) = try #require(events.first).content else {
            Issue.record("expected a status")
            return
        }
        #expect(status.id == "w")
        #expect(status.status == "failed")
        #expect(status.recipient == WhatsAppUser(phoneNumber: "1", userID: "US.1"))
        #expect(status.callbackData == "t-0")
        #expect(
            status.errors == [CloudAPIError(code: 131_047, message: "Re-engagement", details: "More than 24 hours")])
    }
}
