import Testing
import WhatsAppCore

@testable import WhatsAppTransport

@Suite struct ServerResponseEncoderTests {
    private func head(
        _ response: HTTPResponse, isHTTP10: Bool = false, closes: Bool = false
    ) -> String {
        var bytes: [UInt8] = []
        HTTPResponseEncoder.appendHead(
            of: response, framing: HTTPResponseEncoder.framing(of: response, isHTTP10: isHTTP10), closes: closes,
            date: Array("Date: now\r\n".utf8), to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private let stream = HTTPBody.stream(
        AsyncThrowingStream<[UInt8], any Error> { $0.finish() })

    @Test func aKnownBodyHasALength() {
        let response = HTTPResponse(status: 200, fields: ["A": "b", "A": "c"], body: .text("héllo"))
        #expect(head(response) == "HTTP/1.1 200 OK\r\nDate: now\r\nA: b\r\nA: c\r\nContent-Length: 6\r\n\r\n")
        #expect(head(HTTPResponse(status: 299)) == "HTTP/1.1 299 \r\nDate: now\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func aStreamIsChunkedOrEndsWithTheConnection() {
        let response = HTTPResponse(status: 200, body: stream)
        #expect(head(response).hasSuffix("now\r\nTransfer-Encoding: chunked\r\n\r\n"))
        #expect(head(response, isHTTP10: true, closes: true).hasSuffix("now\r\nConnection: close\r\n\r\n"))
    }

    @Test(arguments: [204, 304]) func someStatusesHaveNoBody(status: Int) {
        #expect(!head(HTTPResponse(status: status, body: .text("x"))).contains("Content-Length"))
    }

    @Test func theServersOwnFieldsAreItsOwn() {
        let response = HTTPResponse(
            status: 200,
            fields: [
                "content-length": "9", "Transfer-Encoding": "gzip", "DATE": "then", "Connection": "keep-alive",
                "Keep-Alive": "timeout=5",
            ])
        #expect(head(response) == "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 0\r\n\r\n")
    }

    @Test(arguments: ["a\r\nB: c", "a\nb", "a\rb", "a\0b"]) func valuesCannotEndTheirLine(value: String) {
        #expect(!HTTPResponseEncoder.isValid(HTTPResponse(status: 200, fields: ["A": value])))
    }

    @Test(arguments: ["", "A B", "A:", "A\r\n", "é"]) func namesAreTokens(name: String) {
        #expect(!HTTPResponseEncoder.isValid(HTTPResponse(status: 200, fields: [name: "x"])))
    }

    @Test(arguments: [(99, false), (100, false), (101, false), (200, true), (599, true), (600, false), (-1, false)])
    func statusesAreFinal(status: Int, isValid: Bool) {
        #expect(HTTPResponseEncoder.isValid(HTTPResponse(status: status)) == isValid)
    }

    @Test func anEmptyPieceDoesNotEndAChunkedBody() {
        var bytes: [UInt8] = []
        for piece in ["ab", "", String(repeating: "x", count: 26)] {
            HTTPResponseEncoder.append(Array(piece.utf8), framing: .chunked, to: &bytes)
        }
        HTTPResponseEncoder.appendEnd(framing: .chunked, to: &bytes)
        let expected = "2\r\nab\r\n1a\r\n\(String(repeating: "x", count: 26))\r\n0\r\n\r\n"
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),  // The example of RFC 9110, section 5.6.7.
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
        (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
        (1_709_251_200, "Fri, 01 Mar 2024 00:00:00 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ])
    func dates(second: Int, text: String) {
        var date = HTTPDate()
        for _ in 0..<2 {
            date.update(to: second)
            #expect(String(decoding: date.line, as: UTF8.self) == "Date: \(text)\r\n")
        }
    }
}
