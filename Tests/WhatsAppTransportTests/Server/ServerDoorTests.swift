import Testing
import WhatsAppCore
import WhatsAppTesting

@testable import WhatsAppTransport

/// What Meta, and whoever else knocks, is answered: real bytes to a running server with the webhook behind it, each request
/// in one piece, byte by byte, and cut in two at every byte. However it comes, the answer is the same.
@Suite struct ServerDoorTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: String
        var status: Int
        /// What the answer says, apart from its head.
        var body: String?
        var fields: [String: String] = [:]

        var testDescription: String { name }
        /// Whether the server itself refuses it, and trusts nothing behind it.
        var closes = false
    }

    @Test(arguments: rows)
    func row(_ row: Row) async throws {
        try await withDoor { port in
            try await RawClient.blocking {
                let length = row.bytes.utf8.count
                try check(row, in: [row.bytes], port)
                try check(row, in: length > 1500 ? [row.bytes] : row.bytes.map { String($0) }, port)
                for cut in stride(from: 1, to: length, by: length > 1500 ? 997 : 1) {
                    try check(row, in: [String(row.bytes.prefix(cut)), String(row.bytes.dropFirst(cut))], port)
                }
            }
        }
    }

    private func check(_ row: Row, in pieces: [String], _ port: Int) throws {
        let client = try RawClient(port: port)
        // A refused client may find its connection closed before it has said all.
        for piece in pieces { guard (try? client.sendNow(piece)) != nil else { break } }
        let response = try client.responseNow()
        #expect(response.status == row.status)
        if let body = row.body { #expect(response.body == body) }
        for (name, value) in row.fields { #expect(response.value(name) == value) }
        #expect((response.value("Connection") == "close") == row.closes)
    }

    private func withDoor(_ body: (Int) async throws -> Void) async throws {
        var configuration = WebhookEndpoint.Configuration(
            verifyToken: Secret("token"), appSecrets: [Self.delivery.appSecret])
        configuration.alwaysReturnsOK = false
        let endpoint = WebhookEndpoint(
            configuration: configuration, admission: AdmissionPolicy(phoneNumberID: "9"), intake: Intake(),
            clock: HeldClock())
        let server = try HTTP1Server()
        try await withThrowingTaskGroup { group in
            group.addTask {
                try await server.run(
                    CORS(allowing: [], Router(["/": StatusEndpoint(message: "up"), "/hook": endpoint])))
            }
            try await body(server.port)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Takes everything in, in the way that the first message's text names.
    private struct Intake: MessageIntake {
        func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] { messages.map { _ in .new } }

        func acceptEventually(_ messages: [AcceptedMessage]) -> Eventual<Result<[Acceptance], any Error>> {
            let all = messages.map { _ in Acceptance.new }
            switch messages[0].text {
            case "now": return .now(.success(all))
            case "again": return .now(.success(messages.map { _ in .duplicate }))
            case "later":
                return .later { completion in
                    let error = OSThread.start { completion(.success(all)) }
                    if error != 0 { completion(.failure(IntakeError.stopping)) }
                }
            case "overload": return .now(.failure(IntakeError.overloaded))
            default: return .awaiting { .success(all) }
            }
        }

        func awaits(_ status: MessageStatus) -> Bool { status.callbackData != nil }
        func receive(_ status: MessageStatus) async throws {}
    }

    // MARK: The requests

    private static let delivery = SimulatedDelivery(phoneNumberID: "9", appSecret: Secret("app secret"))

    private static func get(_ target: String) -> String { "GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n" }

    private static func post(_ body: String, signatures: [String]? = nil, chunked: Bool = false) -> String {
        let signatures =
            signatures ?? ["X-Hub-Signature-256: " + SignatureVerifier.sign(Array(body.utf8), with: delivery.appSecret)]
        let framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.utf8.count)"
        let head = (["POST /hook HTTP/1.1", "Host: h"] + signatures + [framing]).joined(separator: "\r\n")
        guard chunked else { return head + "\r\n\r\n" + body }
        let (first, rest) = (body.prefix(10), body.dropFirst(10))
        let chunks = [first, rest].map { String($0.utf8.count, radix: 16) + ";x=y\r\n\($0)\r\n" }
        return head + "\r\n\r\n" + chunks.joined() + "0\r\nTrailer: t\r\n\r\n"
    }

    private static func text(_ text: String, more: String = "") -> String {
        let time = HeldClock().now.seconds
        return payload(
            #""messages":[{"id":"w","from":"1","timestamp":"\#(time)","type":"text","text":{"body":"\#(text)"}}\#(more)]"#
        )
    }

    private static func payload(_ members: String) -> String {
        #"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"9"},\#(members)}}]}]}"#
    }

    private static func answer(_ success: Bool, _ message: String, _ code: String? = nil) -> String {
        let code = code.map { #","error_code":"\#($0)""# } ?? ""
        return #"{"success":\#(success),"message":"\#(message)","timestamp":\#(HeldClock().now.seconds)\#(code)}"#
    }

    private static func refused(_ name: String, _ bytes: String, _ status: Int) -> Row {
        Row(name: name, bytes: bytes, status: status, body: "", closes: true)
    }

    private static let forbidden = #"{"detail":"Invalid signature"}"#
    private static let processed = answer(true, "Message processed successfully")
    private static let digits = String(SignatureVerifier.sign(Array("{}".utf8), with: delivery.appSecret).dropFirst(7))
    private static let head = "POST /hook HTTP/1.1\r\nHost: h\r\n"

    static let rows: [Row] = handshakes + signatures + deliveries + messages + limits

    private static let handshakes = [
        Row(
            name: "handshake", bytes: get("/hook?hub.mode=subscribe&hub.verify_token=token&hub.challenge=42"),
            status: 200, body: "42"),
        Row(
            name: "handshake, wrong token", bytes: get("/hook?hub.mode=subscribe&hub.verify_token=t&hub.challenge=42"),
            status: 403),
        Row(name: "handshake, nothing given", bytes: get("/hook"), status: 400),
        Row(name: "other path", bytes: get("/hooks"), status: 404),
        Row(
            name: "other method", bytes: "DELETE /hook HTTP/1.1\r\nHost: h\r\n\r\n", status: 405,
            fields: ["Allow": "GET, POST"]),
    ]

    private static let signatures = [
        ("missing", []), ("repeated", ["256: sha256=" + digits, "256: sha256=" + digits]),
        ("too short", ["256: sha256=" + digits.dropLast(2)]),
        ("not hexadecimal", ["256: sha256=zz" + digits.dropFirst(2)]),
        ("wrong", ["256: sha256=" + String(digits.reversed())]), ("SHA-1 only", [": sha1=" + digits.prefix(40)]),
    ].map { (name: String, values: [String]) in
        let lines = values.map { ($0.hasPrefix("256") ? "X-Hub-Signature-" : "X-Hub-Signature") + $0 }
        return Row(name: "signature \(name)", bytes: post("{}", signatures: lines), status: 403, body: forbidden)
    }

    private static let deliveries = [
        Row(name: "taken in at once", bytes: post(text("now")), status: 200, body: processed),
        Row(name: "taken in later", bytes: post(text("later")), status: 200, body: processed),
        Row(name: "taken in by a task", bytes: post(text("task")), status: 200, body: processed),
        Row(name: "in chunks", bytes: post(text("now"), chunked: true), status: 200, body: processed),
        Row(
            name: "known already", bytes: post(text("again")), status: 200,
            body: answer(true, "Duplicate message ignored", "DUPLICATE_MESSAGE")),
        Row(
            name: "overload", bytes: post(text("overload")), status: 503,
            body: answer(false, "Service temporarily unavailable", "UNAVAILABLE"), fields: ["Retry-After": "5"]),
        Row(
            name: "not JSON", bytes: post("{]"), status: 400,
            body: answer(false, "Error processing webhook payload", "INVALID_PAYLOAD")),
        Row(
            name: "one undecodable among good ones", bytes: post(text("now", more: ",7")), status: 200, body: processed),
        Row(
            name: "a field of the future",
            bytes: post(#"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"x","value":{}}]}]}"#),
            status: 200),
        Row(
            name: "a status nobody waits for", bytes: post(payload(#""statuses":[{"id":"w","status":"read"}]"#)),
            status: 200, body: answer(true, "Status message processed (ignored)", "STATUS_MESSAGE")),
        Row(
            name: "a status that is waited for",
            bytes: post(payload(#""statuses":[{"id":"w","status":"sent","biz_opaque_callback_data":"t"}]"#)),
            status: 200, body: answer(true, "Status message processed (ignored)", "STATUS_MESSAGE")),
    ]

    private static let messages = [
        refused("no length", head + "\r\n", 411),
        refused("length and chunks", head + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        refused("two lengths", head + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
        refused("length with a sign", head + "Content-Length: +5\r\n\r\n", 400),
        refused("negative length", head + "Content-Length: -1\r\n\r\n", 400),
        refused("list of lengths", head + "Content-Length: 5,5\r\n\r\n", 400),
        refused("chunked not last", head + "Transfer-Encoding: chunked, gzip\r\n\r\n", 400),
        refused("bad chunk size", head + "Transfer-Encoding: chunked\r\n\r\nx\r\n", 400),
        refused("bare CR", head + "A: b\rc: d\r\n\r\n", 400),
        refused("bare LF", head + "A: b\nc: d\r\n\r\n", 400),
        refused("folded field", head + "A: b\r\n c\r\n\r\n", 400),
        refused("blank before the colon", head + "A : b\r\nContent-Length: 0\r\n\r\n", 400),
        refused("NUL", head + "A: \0\r\n\r\n", 400),
        refused("no Host", "GET / HTTP/1.1\r\n\r\n", 400),
        refused("two Hosts", "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400),
        refused("unknown transfer coding", head + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501),
        refused("unknown expectation", head + "Expect: tea\r\nContent-Length: 1\r\n\r\n", 417),
        refused("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        refused("other version", "GET / HTTP/3.1\r\nHost: h\r\n\r\n", 505),
    ]

    private static let limits = [
        refused("body declared over 4 MiB", head + "Content-Length: 4194305\r\n\r\n", 413),
        refused("chunk over 4 MiB", head + "Transfer-Encoding: chunked\r\n\r\n400001\r\n", 413),
        refused("long request line", "GET /" + String(repeating: "x", count: 8192) + " HTTP/1.1\r\n", 414),
        refused("long head", head + "A: " + String(repeating: "x", count: 16_384) + "\r\n\r\n", 431),
        refused("many fields", head + String(repeating: "A: b\r\n", count: 101) + "\r\n", 431),
    ]
}
