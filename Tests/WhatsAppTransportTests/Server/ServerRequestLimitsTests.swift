import Testing

@testable import WhatsAppTransport

/// The last size that is taken, and the first that is not.
@Suite struct ServerRequestLimitsTests {
    @Test(arguments: [(8 << 10, nil), (8 << 10 + 1, 414)] as [(Int, Int?)])
    func requestLine(length: Int, status: Int?) {
        let target = "/" + String(repeating: "x", count: length - "GET / HTTP/1.1".count)
        let expected = status.map { ParserOutcome.refused($0) } ?? .request("GET \(target) [Host=h] <>")
        expectParser("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n", [expected])
    }

    @Test(arguments: [(16 << 10, nil), (16 << 10 + 1, 431)] as [(Int, Int?)])
    func head(length: Int, status: Int?) {
        let frame = "GET / HTTP/1.1\r\nHost: h\r\nX: \r\n\r\n"
        let value = String(repeating: "x", count: length - frame.utf8.count)
        let expected = status.map { ParserOutcome.refused($0) } ?? .request("GET / [Host=h,X=\(value)] <>")
        expectParser("GET / HTTP/1.1\r\nHost: h\r\nX: \(value)\r\n\r\n", [expected])
    }

    @Test(arguments: [(100, nil), (101, 431)] as [(Int, Int?)])
    func fields(count: Int, status: Int?) {
        let others = Array(repeating: "X: y", count: count - 1)
        let names = (["Host=h"] + others.map { _ in "X=y" }).joined(separator: ",")
        let expected = status.map { ParserOutcome.refused($0) } ?? .request("GET / [\(names)] <>")
        expectParser("GET / HTTP/1.1\r\nHost: h\r\n\(others.joined(separator: "\r\n"))\r\n\r\n", [expected])
    }

    @Test func aHeadThatNeverEndsIsRefusedAtTheLimit() {
        expectParser(String(repeating: "\r\n", count: 10_000), [.refused(431)])
        expectParser(String(repeating: "x", count: 10_000), [.refused(414)])
    }

    @Test func limitsAreConfigurable() {
        let limits = HTTPRequestLimits(requestLine: 20, head: 80, fields: 2, body: 4)
        let head = "POST / HTTP/1.1\r\nHost: h\r\n"
        expectParser("GET /0123456 HTTP/1.1\r\n", [.refused(414)], limits: limits)
        expectParser(head + "A: \(String(repeating: "x", count: 60))", [.refused(431)], limits: limits)
        expectParser(head + "A: b\r\nC: d\r\n", [.refused(431)], limits: limits)
        expectParser(head + "Content-Length: 5\r\n\r\n", [.refused(413)], limits: limits)
        expectParser(
            head + "Content-Length: 4\r\n\r\nabcd", [.request("POST / [Host=h,Content-Length=4] <abcd>")],
            limits: limits)
        let chunked = head + "Transfer-Encoding: chunked\r\n\r\n"
        expectParser(
            chunked + "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
            [.request("POST / [Host=h,Transfer-Encoding=chunked] <abcd>")], limits: limits)
        expectParser(chunked + "3\r\nabc\r\n2\r\nde\r\n", [.refused(413)], limits: limits)
        expectParser(chunked + "1;\(String(repeating: "x", count: 90))", [.refused(400)], limits: limits)
        expectParser(chunked + "0\r\n\(String(repeating: "A: b\r\n", count: 20))", [.refused(431)], limits: limits)
    }
}
