import Testing
import WhatsAppCore
import WhatsAppTesting

@testable import WhatsAppTransport

@Suite struct ServerRequestParserTests {
    struct Accepted: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: String
        var requests: [String]
        var testDescription: String { name }
    }

    static let accepted = [
        Accepted(
            name: "GET", bytes: "GET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n", requests: ["GET /a?b=c [Host=h] <>"]),
        Accepted(
            name: "blanks around a value", bytes: "GET / HTTP/1.1\r\nHost:h\r\nA: \t b  c \t\r\nB:\r\n\r\n",
            requests: ["GET / [Host=h,A=b  c,B=] <>"]),
        Accepted(
            name: "repeated fields, in order", bytes: "GET / HTTP/1.1\r\nhOST: h\r\nX: 1\r\nx: 2\r\n\r\n",
            requests: ["GET / [hOST=h,X=1,x=2] <>"]),
        Accepted(
            name: "a body of known length", bytes: "POST / HTTP/1.1\r\nHost: h\r\ncontent-LENGTH: 5\r\n\r\nhello",
            requests: ["POST / [Host=h,content-LENGTH=5] <hello>"]),
        Accepted(
            name: "a body of no bytes", bytes: "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 000\r\n\r\n",
            requests: ["POST / [Host=h,Content-Length=000] <>"]),
        Accepted(
            name: "chunks, an extension, a trailer",
            bytes: "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "3\r\nabc\r\n00A ; x=\"y\"\r\n0123456789\r\n0\r\nT: dropped\r\n\r\n",
            requests: ["POST / [Host=h,Transfer-Encoding=Chunked] <abc0123456789>"]),
        Accepted(
            name: "two in a row",
            bytes: "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhiGET /2 HTTP/1.1\r\nHost: h\r\n\r\n",
            requests: ["POST /1 [Host=h,Content-Length=2] <hi>", "GET /2 [Host=h] <>"]),
        Accepted(
            name: "two in a row, the first in chunks",
            bytes: "POST /1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1\r\nx\r\n0\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n",
            requests: ["POST /1 [Host=h,Transfer-Encoding=chunked] <x>", "GET /2 [Host=h] <>"]),
        Accepted(
            name: "empty lines before the request", bytes: "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
            requests: ["GET / [Host=h] <>"]),
        Accepted(
            name: "the last request", bytes: "GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n",
            requests: ["GET / [Host=h,Connection=x, Close] <> close"]),
        Accepted(name: "HTTP/1.0 without a host", bytes: "GET / HTTP/1.0\r\n\r\n", requests: ["GET / [] <> 1.0"]),
        Accepted(
            name: "HTTP/1.0 does not know of expectations", bytes: "GET / HTTP/1.0\r\nExpect: miracles\r\n\r\n",
            requests: ["GET / [Expect=miracles] <> 1.0"]),
        Accepted(
            name: "an absolute target", bytes: "GET http://h/a HTTP/1.1\r\nHost: h\r\n\r\n",
            requests: ["GET http://h/a [Host=h] <>"]),
        Accepted(
            name: "the server as a whole", bytes: "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
            requests: ["OPTIONS * [Host=h] <>"]),
        Accepted(
            name: "an expectation",
            bytes: "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\nx",
            requests: ["POST / [Host=h,Expect=100-Continue,Content-Length=1] <x>"]),
        Accepted(
            name: "bytes beyond ASCII in a value", bytes: "GET / HTTP/1.1\r\nHost: h\r\nA: é\r\n\r\n",
            requests: ["GET / [Host=h,A=é] <>"]),
    ]

    @Test(arguments: accepted) func accepts(_ row: Accepted) {
        expectParser(row.bytes, row.requests.map { .request($0) })
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        var status: Int
        var name: String
        var bytes: String
        var testDescription: String { "\(status): \(name)" }

        init(_ status: Int, _ name: String, _ bytes: String) {
            self.status = status
            self.name = name
            self.bytes = bytes
        }

        /// A `POST` with these field lines after its `Host`, and what follows the head.
        static func post(_ status: Int, _ name: String, _ fields: String, body: String = "") -> Refused {
            Refused(status, name, "POST / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\r\n\(body)")
        }

        static func chunks(_ status: Int, _ name: String, _ body: String) -> Refused {
            post(status, name, "Transfer-Encoding: chunked", body: body)
        }
    }

    static let refused: [Refused] = [
        .post(400, "length and transfer coding", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
        .post(400, "transfer coding and length", "Transfer-Encoding: chunked\r\nContent-Length: 5"),
        .post(400, "two lengths", "Content-Length: 5\r\nContent-Length: 6"),
        .post(400, "the same length twice", "Content-Length: 5\r\nContent-Length: 5"),
        .post(400, "length +5", "Content-Length: +5"),
        .post(400, "length -1", "Content-Length: -1"),
        .post(400, "length 5,5", "Content-Length: 5,5"),
        .post(400, "length 5 5", "Content-Length: 5 5"),
        .post(400, "length 0x5", "Content-Length: 0x5"),
        .post(400, "empty length", "Content-Length: "),
        .post(400, "length in other digits", "Content-Length: \u{FF15}"),
        .post(400, "chunked not last", "Transfer-Encoding: chunked, gzip"),
        .post(400, "chunked not last, over two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip"),
        .post(400, "chunked twice", "Transfer-Encoding: chunked, chunked"),
        .post(400, "empty transfer coding", "Transfer-Encoding: ,"),
        .post(501, "unknown transfer coding", "Transfer-Encoding: gzip, chunked"),
        .post(501, "no transfer coding but an unknown one", "Transfer-Encoding: identity"),
        .post(501, "chunked with a control in its name", "Transfer-Encoding: \u{a0}chunked"),
        Refused(400, "transfer coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        .post(413, "declared length over the limit", "Content-Length: 4194305"),
        .post(413, "length beyond all integers", "Content-Length: 99999999999999999999999999"),
        Refused(411, "POST without length", "POST / HTTP/1.1\r\nHost: h\r\n\r\n"),
        .post(417, "unknown expectation", "Content-Length: 1\r\nExpect: 200-ok"),
        .post(417, "one unknown expectation of two", "Content-Length: 1\r\nExpect: 100-continue\r\nExpect: x"),
        .chunks(400, "empty chunk size", "\r\n"),
        .chunks(400, "chunk size +5", "+5\r\n"),
        .chunks(400, "chunk size -5", "-5\r\n"),
        .chunks(400, "chunk size 0x5", "0x5\r\n"),
        .chunks(400, "blank before the chunk size", " 5\r\n"),
        .chunks(400, "blank after the chunk size", "5 \r\n"),
        .chunks(400, "chunk size ended by LF", "5\nhello"),
        .chunks(400, "LF in a chunk extension", "5;a\nb\r\nhello"),
        .chunks(400, "CR in a chunk extension", "5;a\rb\r\nhello"),
        .chunks(400, "chunk longer than said", "2\r\nabc\r\n"),
        .chunks(400, "chunk end without CR", "2\r\nab\n"),
        .chunks(400, "bare LF in the trailers", "0\r\nA: b\nC: d\r\n\r\n"),
        .chunks(400, "chunk size of 17 digits", "00000000000000001\r\n"),
        .chunks(413, "chunk over the limit", "400001\r\n"),
        .chunks(413, "chunk size beyond all integers", "ffffffffffffffff\r\n"),
        Refused(400, "bare LF after the request line", "GET / HTTP/1.1\nHost: h\r\n\r\n"),
        Refused(400, "bare LF after a field", "GET / HTTP/1.1\r\nHost: h\n\r\n"),
        Refused(400, "bare LF at the end of the head", "GET / HTTP/1.1\r\nHost: h\r\n\n"),
        Refused(400, "bare CR in the request line", "GET /\rx HTTP/1.1\r\nHost: h\r\n\r\n"),
        Refused(400, "bare CR in a field", "GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n"),
        Refused(400, "folded field", "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n"),
        Refused(400, "folded first field", "GET / HTTP/1.1\r\n\tHost: h\r\n\r\n"),
        Refused(400, "space before the colon", "GET / HTTP/1.1\r\nHost : h\r\n\r\n"),
        Refused(400, "no colon", "GET / HTTP/1.1\r\nHost: h\r\nX\r\n\r\n"),
        Refused(400, "no name", "GET / HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n"),
        Refused(400, "a name that is not a token", "GET / HTTP/1.1\r\nHost: h\r\nX(): x\r\n\r\n"),
        Refused(400, "NUL in a field", "GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n"),
        Refused(400, "NUL in the target", "GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n"),
        Refused(400, "control in a field", "GET / HTTP/1.1\r\nHost: h\r\nX: \u{1b}[2J\r\n\r\n"),
        Refused(400, "no host", "GET / HTTP/1.1\r\n\r\n"),
        Refused(400, "two hosts", "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n"),
        Refused(400, "two hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: h\r\nHost: i\r\n\r\n"),
        Refused(400, "a host with a path", "GET / HTTP/1.1\r\nHost: h/x\r\n\r\n"),
        Refused(400, "two blanks", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"),
        Refused(400, "a blank in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"),
        Refused(400, "a blank at the front", " GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
        Refused(400, "no version", "GET /\r\n\r\n"),
        Refused(400, "a version in small letters", "GET / http/1.1\r\nHost: h\r\n\r\n"),
        Refused(400, "a version without digits", "GET / HTTP/x.y\r\nHost: h\r\n\r\n"),
        Refused(400, "no path", "GET h HTTP/1.1\r\nHost: h\r\n\r\n"),
        Refused(400, "an asterisk for GET", "GET * HTTP/1.1\r\nHost: h\r\n\r\n"),
        Refused(400, "CONNECT", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n"),
        Refused(400, "bytes beyond ASCII in the target", "GET /é HTTP/1.1\r\nHost: h\r\n\r\n"),
        Refused(400, "the hello of TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0"),
        Refused(505, "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Refused(505, "HTTP/1.2", "GET / HTTP/1.2\r\nHost: h\r\n\r\n"),
        Refused(505, "HTTP/0.9", "GET / HTTP/0.9\r\nHost: h\r\n\r\n"),
    ]

    @Test(arguments: refused) func refuses(_ row: Refused) {
        expectParser(row.bytes, [.refused(row.status)])
    }

    /// One damaged byte, at every place: whatever the verdict is, the cut does not change it.
    @Test(arguments: accepted) @LongWork func damagedRequestsAreReadTheSameHoweverCut(_ row: Accepted) {
        let bytes = Array(row.bytes.utf8)
        for place in bytes.indices {
            for damage: UInt8 in [0x00, 0x0A, 0x0D, 0x20, 0x2C, 0x3A, 0x3B, 0x30, 0x46, 0x7F, 0xFF] {
                var damaged = bytes
                damaged[place] = damage
                let whole = parserOutcomes(of: [damaged])
                let single = parserOutcomes(of: damaged.map { [$0] })
                if whole != single { Issue.record("byte \(place) as \(damage): \(whole) or \(single)") }
            }
        }
    }

    @Test func refusesWhatFollowsAGoodRequest() {
        expectParser("GET / HTTP/1.1\r\nHost: h\r\n\r\n\0", [.request("GET / [Host=h] <>"), .refused(400)])
    }

    @Test func staysRefused() {
        var parser = HTTPRequestParser()
        for _ in 0..<2 {
            let bytes = Array("\0GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
            var position = 0
            #expect(throws: HTTPRefusal.badRequest) { _ = try parser.parse(bytes.span, at: &position) }
        }
    }

    @Test(arguments: [("", [true, false]), ("x", [false, false])])
    func asksForTheBodyOnceAndOnlyBeforeIt(body: String, answers: [Bool]) throws {
        let head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        let bytes = Array((head + body).utf8)
        var parser = HTTPRequestParser()
        var position = 0
        let request = try parser.parse(bytes.span, at: &position)
        let taken = [parser.takeContinue(), parser.takeContinue()]
        #expect(request == nil)
        #expect(taken == answers)
    }
}
