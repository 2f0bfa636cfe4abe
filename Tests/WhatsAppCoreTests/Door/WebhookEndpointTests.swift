import Testing
import WhatsAppCore
import WhatsAppTesting

@Suite struct WebhookEndpointTests {
    // MARK: The handshake

    @Test(arguments: [
        ("right", "hub.mode=subscribe&hub.verify_token=T%2Bk&hub.challenge=11 58", 200, "11 58"),
        ("another order", "hub.challenge=c%26&hub.verify_token=T%2Bk&hub.mode=subscribe", 200, "c&"),
        ("encoded keys", "hub%2Emode=subscribe&hub%2Everify_token=T%2Bk&hub%2Echallenge=x", 200, "x"),
        ("no challenge", "hub.mode=subscribe&hub.verify_token=T%2Bk", 400, #"{"detail":"Bad Request"}"#),
        ("wrong token", "hub.mode=subscribe&hub.verify_token=T%2Bx&hub.challenge=x", 403, #"{"detail":"Forbidden"}"#),
        (
            "token in other case", "hub.mode=subscribe&hub.verify_token=t%2Bk&hub.challenge=x", 403,
            #"{"detail":"Forbidden"}"#
        ),
        (
            "beginning of the token", "hub.mode=subscribe&hub.verify_token=T&hub.challenge=x", 403,
            #"{"detail":"Forbidden"}"#
        ),
        ("wrong mode", "hub.mode=unsubscribe&hub.verify_token=T%2Bk&hub.challenge=x", 403, #"{"detail":"Forbidden"}"#),
        ("no token", "hub.mode=subscribe&hub.challenge=x", 400, #"{"detail":"Bad Request"}"#),
        ("empty token", "hub.mode=subscribe&hub.verify_token=&hub.challenge=x", 400, #"{"detail":"Bad Request"}"#),
        ("no mode", "hub.verify_token=T%2Bk&hub.challenge=x", 400, #"{"detail":"Bad Request"}"#),
        ("nothing", "", 400, #"{"detail":"Bad Request"}"#),
    ])
    func handshake(name: String, query: String, status: Int, body: String) async throws {
        let response = await Door().endpoint.handle(HTTPRequest(target: "/whatsapp/v2?" + query))
        #expect(response.status == status)
        #expect(try await response.text() == body)
    }

    // MARK: Deliveries

    @Test func anUnsignedDeliveryIsRefusedWhateverItHolds() async throws {
        let door = Door()
        var request = HTTPRequest(method: .post, target: "/whatsapp/v2", body: Array("not json".utf8))
        for signature in [nil, "", "sha256=00", "sha256=" + String(repeating: "0", count: 64)] {
            request.fields[SignatureVerifier.headerName] = signature
            let response = await door.endpoint.handle(request)
            #expect(response.status == 403)
            #expect(response.fields["www-authenticate"] == "HMAC-SHA256")
            #expect(try await response.text() == #"{"detail":"Invalid signature"}"#)
        }
        #expect(door.intake.accepted.elements.isEmpty)
    }

    /// The rows of the contract, with both values of ALWAYS_RETURN_OK_TO_META.
    @Test(arguments: rows)
    func row(_ row: Row) async throws {
        for alwaysOK in [true, false] {
            var door = Door()
            door.alwaysReturnsOK = alwaysOK
            row.set(&door)
            let response = await door.endpoint.handle(
                door.delivery.request(to: "/whatsapp/v2", body: Array(row.body.utf8)))
            #expect(response.status == (alwaysOK ? 200 : row.status))
            #expect(response.fields["Content-Type"] == "application/json")
            let code = row.errorCode.map { #","error_code":"\#($0)""# } ?? ""
            #expect(
                try await response.text()
                    == #"{"success":\#(row.success),"message":"\#(row.message)","timestamp":1782900000\#(code)}"#)
        }
    }

    @Test func eachAnswerTellsItsOwnSecond() async throws {
        let door = Door()
        let endpoint = door.endpoint
        let body = Array(payload(text("hi")).utf8)
        for (milliseconds, second) in [
            (0, 1_782_900_000), (999, 1_782_900_000), (1, 1_782_900_001), (60_000, 1_782_900_061),
        ] {
            door.clock.advance(by: .milliseconds(milliseconds))
            let response = await endpoint.handle(door.delivery.request(to: "/whatsapp/v2", body: body))
            #expect(try await response.text().contains(#""timestamp":\#(second)}"#))
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var body: String
        var success: Bool
        var message: String
        var errorCode: String?
        var status: Int
        var set: @Sendable (inout Door) -> Void = { _ in }
        var testDescription: String { name }
    }

    private static let rows = [
        Row(
            name: "not a payload", body: "[]", success: false, message: "Error processing webhook payload",
            errorCode: "INVALID_PAYLOAD", status: 400),
        Row(
            name: "foreign number", body: payload(text("hello"), number: "8"), success: true,
            message: "Skipping, as this webhook is not intended for our WhatsApp business number", status: 200),
        Row(
            name: "statuses only", body: payload(#""statuses":[{"id":"w","status":"read"}]"#), success: true,
            message: "Status message processed (ignored)", errorCode: "STATUS_MESSAGE", status: 200),
        Row(
            name: "maintenance", body: payload(text("hello")), success: false, message: "Service under maintenance",
            errorCode: "MAINTENANCE_MODE", status: 503, set: { $0.admission.isUnderMaintenance = true }),
        Row(
            name: "development message on staging", body: payload(text("!d hello")), success: false,
            message: "Message filtered for local development", errorCode: "DEV_FILTER", status: 202,
            set: { $0.admission.ignoresDevelopmentMessages = true }),
        Row(
            name: "too old", body: payload(text("hello", time: 1_782_900_000 - 86_401)), success: false,
            message: "Message too old, notified user", errorCode: "MESSAGE_TOO_OLD", status: 422),
        Row(
            name: "not text", body: payload(#""messages":[{"id":"w","from":"1","type":"image","image":{"id":"5"}}]"#),
            success: false, message: "Unsupported message type handled", errorCode: "UNSUPPORTED_MESSAGE_TYPE",
            status: 415),
        Row(
            name: "already known", body: payload(text("hello")), success: true, message: "Duplicate message ignored",
            errorCode: "DUPLICATE_MESSAGE", status: 200, set: { $0.intake = Intake(answering: .duplicate) }),
        Row(
            name: "else", body: payload(text("hello")), success: true, message: "Message processed successfully",
            status: 200),
        Row(
            name: "development message elsewhere", body: payload(text("!d hello")), success: true,
            message: "Message processed successfully", status: 200),
        Row(
            name: "just young enough", body: payload(text("hello", time: 1_782_900_000 - 86_400)), success: true,
            message: "Message processed successfully", status: 200),
        Row(
            name: "maintenance comes before age",
            body: payload(text("hello", time: 1)), success: false, message: "Service under maintenance",
            errorCode: "MAINTENANCE_MODE", status: 503, set: { $0.admission.isUnderMaintenance = true }),
        Row(
            name: "development comes before age", body: payload(text("!d hello", time: 1)), success: false,
            message: "Message filtered for local development", errorCode: "DEV_FILTER", status: 202,
            set: { $0.admission.ignoresDevelopmentMessages = true }),
        Row(
            name: "maintenance comes before development", body: payload(text("!d hello")), success: false,
            message: "Service under maintenance", errorCode: "MAINTENANCE_MODE", status: 503,
            set: {
                $0.admission.ignoresDevelopmentMessages = true
                $0.admission.isUnderMaintenance = true
            }),
        Row(
            name: "age comes before kind",
            body: payload(#""messages":[{"id":"w","from":"1","timestamp":"1","type":"image"}]"#), success: false,
            message: "Message too old, notified user", errorCode: "MESSAGE_TOO_OLD", status: 422),
        Row(
            name: "kind comes before what is known",
            body: payload(#""messages":[{"id":"w","from":"1","type":"image"}]"#),
            success: false, message: "Unsupported message type handled", errorCode: "UNSUPPORTED_MESSAGE_TYPE",
            status: 415, set: { $0.intake = Intake(answering: .duplicate) }),
        Row(
            name: "age comes before what is known", body: payload(text("hello", time: 1)), success: false,
            message: "Message too old, notified user", errorCode: "MESSAGE_TOO_OLD", status: 422,
            set: { $0.intake = Intake(answering: .duplicate) }),
        Row(
            name: "the first that is processed", body: payload(text("hello", time: 1) + ", " + text("new").dropKey),
            success: true, message: "Message processed successfully", status: 200),
        Row(
            name: "of none processed the first",
            body: payload(text("hello", time: 1) + #", {"id":"v","type":"image"}]"#),
            success: false, message: "Message too old, notified user", errorCode: "MESSAGE_TOO_OLD", status: 422),
        Row(
            name: "no events", body: #"{"entry":[]}"#, success: true,
            message: "Skipping, as this webhook is not intended for our WhatsApp business number", status: 200),
    ]

    @Test func oldMessagesAreRememberedOnly() async {
        var door = Door()
        door.admission.isUnderMaintenance = true
        _ = await door.deliver(payload(text("hello", time: 1)))
        #expect(door.intake.accepted.elements.map(\.plan) == [.ignore(.tooOld)])
    }

    @Test(
        arguments: [
            ("image", .notice(.unsupported(.image))),
            ("hologram", .notice(.unsupported(MessageKind(rawValue: "hologram")))),
            ("reaction", .ignore(.expectsNoAnswer)), ("system", .ignore(.expectsNoAnswer)),
        ] as [(String, MessagePlan)])
    func otherKinds(type: String, plan: MessagePlan) async {
        let door = Door()
        _ = await door.deliver(payload(#""messages":[{"id":"w","from":"1","type":"\#(type)"}]"#))
        #expect(door.intake.accepted.elements.map(\.plan) == [plan])
    }

    /// A notice is in the language of the caption.
    @Test func aCaptionIsKept() async {
        let door = Door()
        _ = await door.deliver(
            payload(#""messages":[{"id":"w","from":"1","type":"image","image":{"id":"5","caption":"ما هذا؟"}}]"#))
        #expect(door.intake.accepted.elements.map(\.text) == ["ما هذا؟"])
        #expect(door.intake.accepted.elements.map(\.plan) == [.notice(.unsupported(.image))])
    }

    @Test func aMessageFromNobodyIsRememberedOnly() async {
        let door = Door()
        _ = await door.deliver(payload(#""messages":[{"id":"w","type":"text","text":{"body":"x"}}]"#))
        #expect(door.intake.accepted.elements.map(\.plan) == [.ignore(.noSender)])
    }

    @Test func aForeignNumberSwallowsNothingOfOurs() async {
        let door = Door()
        let foreign =
            #"{"metadata":{"phone_number_id":"8"},"messages":[{"id":"f","from":"1","type":"text","text":{"body":"x"}}]}"#
        let ours =
            #"{"metadata":{"phone_number_id":"9"},"messages":[{"id":"o","from":"1","type":"text","text":{"body":"x"}}]}"#
        let body =
            #"{"entry":[{"changes":[{"field":"messages","value":\#(foreign)},{"field":"messages","value":\#(ours)}]}]}"#
        let response = await door.deliver(body)
        #expect(response.status == 200)
        #expect(door.intake.accepted.elements.map(\.messageID) == ["o"])
    }

    /// What the business wrote itself, and what other products send, is never answered.
    @Test(arguments: [
        ("smb_message_echoes", "whatsapp_business_account"), ("standby", "whatsapp_business_account"),
        ("messages", "page"),
    ])
    func messagesOfOtherFieldsAreNotTakenIn(field: String, object: String) async {
        let door = Door()
        let value =
            #"{"metadata":{"phone_number_id":"9"},"messages":[{"id":"w","from":"1","type":"text","text":{"body":"x"}}]}"#
        let response = await door.deliver(
            #"{"object":"\#(object)","entry":[{"changes":[{"field":"\#(field)","value":\#(value)}]}]}"#)
        #expect(response.status == 200)
        #expect(door.intake.accepted.elements.isEmpty)
    }

    @Test func statusesOfOursAreGivenOn() async {
        let door = Door()
        _ = await door.deliver(payload(#""statuses":[{"id":"a","status":"sent"},{"id":"b","status":"read"}]"#))
        _ = await door.deliver(payload(#""statuses":[{"id":"c","status":"sent"}]"#, number: "8"))
        #expect(door.intake.statuses.elements == ["a", "b"])
    }

    @Test func messagesWithoutAnIDAreKeptApart() async {
        let door = Door()
        _ = await door.deliver(
            payload(
                #""messages":[{"id":"","from":"1","type":"text","text":{"body":"a"}},{"type":"text","text":{"body":"b"}}]"#
            ))
        _ = await door.deliver(payload(#""messages":[{"id":"","from":"1","type":"text","text":{"body":"a"}}]"#))
        let keys = door.intake.accepted.elements.map(\.key)
        #expect(keys.count == 3)
        #expect(keys[0] != keys[1])
        #expect(keys[0] == keys[2])
    }

    @Test func idsAreComparedAsBytes() async {
        let door = Door()
        _ = await door.deliver(payload(#""messages":[{"id":"\u00e9","type":"text"},{"id":"e\u0301","type":"text"}]"#))
        #expect(Set(door.intake.accepted.elements.map(\.key)).count == 2)
    }

    @Test func whatCannotBeTakenInIsNotAcknowledged() async throws {
        var door = Door()
        door.intake = Intake(failing: true)
        let response = await door.deliver(payload(text("hello")))
        #expect(response.status == 503)
        #expect(response.fields["retry-after"] != nil)
        #expect(try await response.text().contains(#""success":false"#))
    }

    @Test(arguments: ["PUT", "DELETE", "PATCH", "OPTIONS", "get"])
    func otherMethods(method: String) async throws {
        let response = await Door().endpoint.handle(
            HTTPRequest(method: HTTPMethod(rawValue: method), target: "/whatsapp/v2"))
        #expect(response.status == 405)
        #expect(response.fields["allow"] == "GET, POST")
        #expect(try await response.text() == #"{"detail":"Method Not Allowed"}"#)
    }
}

/// An endpoint and what stands around it.
struct Door {
    var admission = AdmissionPolicy(phoneNumberID: "9")
    var alwaysReturnsOK = true
    var intake = Intake()
    var clock = HeldClock()
    let delivery = SimulatedDelivery(phoneNumberID: "9", appSecret: Secret("app secret"))

    var endpoint: WebhookEndpoint {
        var configuration = WebhookEndpoint.Configuration(
            verifyToken: Secret("T+k"), appSecrets: [Secret("older secret"), delivery.appSecret])
        configuration.alwaysReturnsOK = alwaysReturnsOK
        return WebhookEndpoint(configuration: configuration, admission: admission, intake: intake, clock: clock)
    }

    func deliver(_ body: String) async -> HTTPResponse {
        await endpoint.handle(delivery.request(to: "/whatsapp/v2", body: Array(body.utf8)))
    }
}

/// Keeps what it is given, and answers as it is told.
struct Intake: MessageIntake {
    let accepted = Recorder<AcceptedMessage>()
    let statuses = Recorder<String>()
    var answering = Acceptance.new
    var failing = false

    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        if failing { throw IntakeError.overloaded }
        messages.forEach { accepted.append($0) }
        return messages.map { _ in answering }
    }

    func receive(_ status: MessageStatus) { statuses.append(status.id ?? "") }
}

private func payload(_ members: String, number: String = "9") -> String {
    // A member list that ends within its array is closed here.
    let value = members.hasSuffix("]") ? members : members + "]"
    return
        #"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"\#(number)"},\#(value)}}]}]}"#
}

private func text(_ text: String, time: Int = 1_782_900_000) -> String {
    #""messages":[{"id":"w-\#(text)","from":"1","timestamp":"\#(time)","type":"text","text":{"body":"\#(text)"}}"#
}

extension String {
    fileprivate var dropKey: String { String(dropFirst(#""messages":["#.count)) }
}

extension HTTPResponse {
    func text() async throws -> String { String(decoding: try await body.collect(), as: UTF8.self) }
}
