import Testing
import WhatsAppCore
import WhatsAppTesting

@Suite struct SupportTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_782_900_000_000, "2026-07-01T10:00:00.000Z"),
            (951_782_400_123, "2000-02-29T00:00:00.123Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (4_102_444_799_000, "2099-12-31T23:59:59.000Z"), (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func iso8601(milliseconds: Int64, text: String) {
        #expect(UnixTime(milliseconds: milliseconds).iso8601 == text)
        #expect(UnixTime(iso8601: text) == UnixTime(milliseconds: milliseconds))
    }

    @Test(
        arguments: [
            ("2026-07-01T10:00:00", 1_782_900_000_000), ("2026-07-01 10:00:00", 1_782_900_000_000),
            ("2026-07-01T10:00:00.5", 1_782_900_000_500), ("2026-07-01T10:00:00.123456", 1_782_900_000_123),
            ("2026-07-01T10:00:00.123456+00:00", 1_782_900_000_123), ("2026-07-01T12:00:00+02:00", 1_782_900_000_000),
            ("2026-07-01T04:30:00-0530", 1_782_900_000_000),
            ("2026-07-01", nil), ("2026-13-01T10:00:00", nil), ("2026-07-01T25:00:00", nil),
            ("2026-07-01T10:00:00x", nil),
            ("2026-07-01T10:00:00.", nil), ("２026-07-01T10:00:00", nil), ("", nil), ("+026-07-01T10:00:00", nil),
        ] as [(String, Int64?)])
    func readsTimes(text: String, milliseconds: Int64?) {
        #expect(UnixTime(iso8601: text)?.milliseconds == milliseconds)
    }

    @Test func timesAtTheBoundsDoNotTrap() {
        #expect(UnixTime(seconds: .max).milliseconds == .max)
        #expect(UnixTime(seconds: .min).milliseconds == .min)
        #expect(UnixTime(milliseconds: .max).advanced(by: .seconds(1)).milliseconds == .max)
        #expect(UnixTime(milliseconds: .min).duration(since: UnixTime(milliseconds: .max)) < .zero)
        #expect(UnixTime(milliseconds: -1).seconds == -1)
        #expect(UnixTime(milliseconds: .min).iso8601.hasSuffix("Z"))
        #expect(UnixTime(milliseconds: .max).iso8601.hasSuffix("Z"))
        #expect(UnixTime(seconds: 0).advanced(by: .milliseconds(Int64.max) + .milliseconds(5)).milliseconds == .max)
    }

    @Test(arguments: ["plain", "é", "سلام", "a😀b", "\u{10ffff}", ""])
    func textInPiecesCutAnywhere(text: String) {
        let bytes = Array(text.utf8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                var decoder = UTF8Decoder()
                let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]].map {
                    decoder.decode(Array($0))
                }
                #expect(pieces.joined() + decoder.finish() == text)
            }
        }
    }

    @Test(
        arguments: [
            ([0x61, 0xe2, 0x82], "a\u{fffd}"), ([0xff, 0x61], "\u{fffd}a"), ([0x80], "\u{fffd}"),
            ([0xc3, 0x28], "\u{fffd}("),
        ] as [([UInt8], String)])
    func brokenTextIsReplaced(bytes: [UInt8], text: String) {
        var decoder = UTF8Decoder()
        var decoded = bytes.map { decoder.decode([$0]) }.joined()
        decoded += decoder.finish()
        #expect(decoded == text)
    }

    @Test func aSecretIsNotPrinted() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(["key": secret], to: &dumped)
        let shown = ["\(secret)", String(reflecting: secret), dumped, "\(Optional(secret) as Any)"]
        #expect(!shown.joined().contains("hunter2"))
        #expect(secret.expose() == "hunter2")
        #expect(secret == Secret("hunter2"))
        #expect(secret != Secret("hunter3"))
    }
}

@Suite struct LogTests {
    private func lines(_ format: Log.Format, level: Log.Level = .info, _ body: (Log) -> Void) -> [String] {
        let lines = Recorder<String>()
        body(Log(level: level, format: format, clock: HeldClock()) { lines.append($0) })
        return lines.elements
    }

    @Test func writesJSON() {
        let lines = lines(.json) { $0(.warning, "A \"b\"", [("name", "vä")]) }
        #expect(
            lines == [
                #"{"time":"2026-07-01T10:00:00.000Z","level":"WARNING","message":"A \"b\"","name":"vä"}"# + "\n"
            ])
    }

    @Test func writesForPeople() {
        #expect(lines(.pretty) { $0(.info, "Hello", [("a", "b")]) } == ["10:00:00.000 INFO     Hello  a=b\n"])
    }

    @Test func dropsWhatIsBelowItsLevel() {
        #expect(lines(.json, level: .error) { $0(.warning, "x") }.isEmpty)
        #expect(Log.Level(name: "warning") == .warning)
        #expect(Log.Level(name: "SUCCESS") == .success)
        #expect(Log.Level(name: "loud") == nil)
    }

    @Test(arguments: ["a\nb", "a\u{1b}[31mb", "a\u{202e}b", "a\u{200f}b", "a\u{2028}b", "\0"])
    func noValueForgesALine(value: String) {
        for format in [Log.Format.json, .pretty] {
            let line = lines(format) { $0(.info, "m", [("v", value)]) }.joined().dropLast()
            #expect(
                !line.unicodeScalars.contains {
                    $0.value < 0x20 || $0.value == 0x202e || $0.value == 0x200f || $0.value == 0x2028
                })
        }
    }

    @Test(arguments: [
        ("to +1 (555) 010-0001 failed", "to +…0001 failed"), ("number 15550100001.", "number …0001."),
        ("code 131026: (#131026) x", "code 131026: (#131026) x"), ("code 2494100", "code 2494100"),
        ("message wamid.HBgLMTY1 is gone", "message wamid.… is gone"), ("1 2 3", "1 2 3"), ("", ""),
        ("١٢٣٤٥٦٧٨٩", "…٦٧٨٩"),
    ])
    func masksWhatOthersWrote(text: String, masked: String) {
        let lines = lines(.pretty) { LogObserver($0).observe(.intakeFailed(reason: text)) }
        #expect(lines.joined().hasSuffix("reason=\(masked)\n"))
    }

    /// Every line is one JSON object without a repeated key, whatever happens.
    @Test func everyLineIsAnObject() throws {
        let error = CloudAPIError(code: 131_026, message: "to 15550100001")
        let key = AcceptedMessage.sample().key
        let events: [PipelineEvent] = [
            .signatureRefused, .payloadRefused(reason: "x"), .foreign(phoneNumberID: nil), .undecodable(reason: "x"),
            .changeReceived(field: nil, errors: [error, error]), .accepted(.sample()), .duplicate(key),
            .intakeFailed(reason: "x"), .started(key), .backendAnswered(key, bytes: 1, after: .seconds(1)),
            .backendFailed(key, BackendError(operation: .answer, message: "to 15550100001")),
            .backendRetried(key, after: .seconds(1)), .held(key, .probing), .sendUnknown(key, part: 0),
            .resolvedByStatus(key, part: 0), .blindResend(key, part: 0), .unexpectedFailure(key, error),
            .typingFailed(key, error), .partSent(key, part: 0, of: 1), .partFailed(key, part: 0, .rejected(error)),
            .finished(key, .failed(reason: "to 15550100001")), .interrupted(key, error),
            .recordRetried(key, error, after: .seconds(1)),
        ]
        let lines = lines(.json, level: .trace) { log in
            let observer = LogObserver(log)
            events.forEach { observer.observe($0) }
            log(.info, "m", [("message", "a"), ("time", "b"), ("level", "c")])
        }
        #expect(lines.count == events.count + 1)
        for line in lines {
            let json = try JSONDocument(Array(line.utf8)).root
            #expect(!json.repeats(anyOf: ["time", "level", "message", "key", "error", "errors", "part", "reason"]))
            #expect(!line.contains("5550100001"))
        }
    }

    /// No phone number, no text and no message id of a user comes into the log, whatever happens.
    @Test func nothingOfTheUserIsWritten() throws {
        let message = AcceptedMessage(
            key: MessageKey(phoneNumberID: "9", messageID: "wamid.SECRET"), phoneNumberID: "9",
            messageID: "wamid.SECRET", user: WhatsAppUser(phoneNumber: "15550100001"), kind: .text,
            text: "SECRET question", acceptedAt: UnixTime(seconds: 0), plan: .answer)
        let payload = try CloudAPIWebhookParser().parse(
            Array(
                #"{"entry":[{"changes":[{"value":{"statuses":[{"id":"wamid.SECRET","recipient_id":"15550100001","status":"read"},{"status":"failed","errors":[{"code":131026,"message":"to +15550100001","error_data":{"details":"number 15550100001"}}]}]}}]}]}"#
                    .utf8))
        let lines = lines(.json, level: .trace) { log in
            let observer = LogObserver(log)
            observer.observe(.accepted(message))
            observer.observe(.duplicate(message.key))
            observer.observe(.finished(message.key, .answered(parts: 1)))
            for event in payload.events {
                if case .status(let status) = event.content { observer.observe(.statusReceived(status)) }
            }
        }
        #expect(lines.count == 5)
        #expect(lines[4].contains("code 131026: to +…0001: number …0001"))
        #expect(!lines.joined().contains("SECRET"))
        #expect(!lines.joined().contains("5550100001"))
        #expect(lines[0].contains("…0001"))
    }
}
