import Testing
import WhatsAppCore
@testable import WhatsAppTransport

@Suite struct OutgoingRequestTests {
    @Test(
        "Absolute http and https URLs are taken, and their host is known",
        arguments: [
            ("http://example.org", "example.org"), ("HTTPS://example.org:8443/a?b#c", "example.org:8443"),
            ("http://[::1]:80/", "[::1]:80"), ("https://[2001:db8::1]", "[2001:db8::1]"),
            ("http://a-b.example?x=/@", "a-b.example"), ("http://127.0.0.1:1", "127.0.0.1:1"),
        ])
    func targets(_ target: String, _ host: String) throws {
        #expect(try OutgoingRequest(HTTPRequest(target: target)).host == host)
    }

    @Test(
        "Any other target is refused",
        arguments: [
            "", "/path", "example.org", "ftp://example.org/", "file:///etc/passwd", "http:/example.org", "http://",
            "http://:80/", "http:///path", "http://user:secret@example.org/", "http://example.org:99999999/",
            "http://example.org:+80/", "http://example.org/a b", "http://example.org/\r\nX: y", "http://example.org/é",
            "http://example.org/\u{0}", "http://example.org\\@evil.example/", "http://example.org/{a}", " http://a/",
            "http://[::1]x:80:90/",
        ])
    func refusedTargets(_ target: String) {
        expectInvalid(HTTPRequest(target: target))
    }

    @Test(
        "Fields that would become something else on the wire are refused",
        arguments: [
            ("X", "a\r\nY: b"), ("X", "a\nb"), ("X", "a\rb"), ("X", "a\u{0}"), ("X\r\nY", "a"), ("X ", "a"), ("", "a"),
            ("X:", "a"), ("Ü", "a"), ("Content-Length", "5"), ("transfer-encoding", "chunked"), ("HOST", "b.example"),
        ])
    func refusedFields(_ name: String, _ value: String) {
        expectInvalid(HTTPRequest(target: "http://a.example", fields: HTTPFields([.init(name: name, value: value)])))
    }

    @Test("Methods are tokens", arguments: ["", "GET /", "GET\r\n", "G:T"])
    func refusedMethods(_ method: String) {
        expectInvalid(HTTPRequest(method: HTTPMethod(rawValue: method), target: "http://a.example"))
    }

    @Test("GET and HEAD have no body", arguments: [HTTPMethod.get, .head])
    func bodies(_ method: HTTPMethod) {
        expectInvalid(HTTPRequest(method: method, target: "http://a.example", body: [1]))
    }

    @Test("Nothing that was refused is told")
    func secrets() throws {
        let request = HTTPRequest(target: "http://a.example/?s3cret=1", fields: ["Authorization": "s3cret\n"])
        let error = try #require(throws: HTTPClientError.self) { try OutgoingRequest(request) }
        #expect(!"\(error)".contains("s3cret"))
    }

    @Test("Values may be empty, long, or text of any script")
    func values() throws {
        for value in ["", "a: b", "سلام", "\t", String(repeating: "x", count: 10_000)] {
            #expect(throws: Never.self) { try OutgoingRequest(HTTPRequest(target: "http://a", fields: ["X": value])) }
        }
    }

    @Test("The deadline counts from the call, and has a limit")
    func deadline() throws {
        let now = ContinuousClock.now
        let request = HTTPRequest(target: "http://a", timeout: .seconds(5))
        #expect(try OutgoingRequest(request, now: now).deadline == now + .seconds(5))
        let endless = HTTPRequest(target: "http://a", timeout: .seconds(Int64.max))
        #expect(try OutgoingRequest(endless, now: now).deadline == now + OutgoingRequest.longestTimeout)
        let error = try #require(throws: HTTPClientError.self) {
            try OutgoingRequest(HTTPRequest(target: "http://a", timeout: .zero))
        }
        #expect(error.code == .timedOut)
    }

    private func expectInvalid(_ request: HTTPRequest, at location: SourceLocation = #_sourceLocation) {
        let error = #expect(throws: HTTPClientError.self, sourceLocation: location) { try OutgoingRequest(request) }
        #expect(error?.code == .invalidRequest, sourceLocation: location)
        #expect(error?.mayHaveBeenSent == false, sourceLocation: location)
    }
}

@Suite struct ResponseHeadParserTests {
    @Test("Lines become a head; interim heads and trailers do not")
    func head() {
        let (status, fields, extra) = parse([
            "HTTP/1.1 103 Early Hints", "Link: x", "",
            "HTTP/1.1 200", "A: 1", "a:\t2 ", "B:", " folded", "\tline", "",
            "T: 1", "",
        ])
        #expect(status == 200)
        #expect(fields?.fields.map(\.name) == ["A", "a", "B"])
        #expect(fields?.fields.map(\.value) == ["1", "2", "folded line"])
        #expect(extra == 2)
    }

    @Test(
        "What is no head is refused",
        arguments: [
            ["220 mail.example ESMTP"], ["HTTP/1.1 20 OK"], ["HTTP/1.1 999 OK"], ["HTTP/1.1 +20 OK"], [""],
            ["HTTP/1.1 200 OK", "no colon"], ["HTTP/1.1 200 OK", ": no name"], ["HTTP/1.1 200 OK", " folded"],
        ])
    func malformed(_ lines: [String]) {
        #expect(parse(lines).status == nil)
    }

    @Test("A head has a limit, with all that came before it")
    func limit() {
        let long = "A: " + String(repeating: "x", count: 1000)
        #expect(parse(["HTTP/1.1 200 OK"] + Array(repeating: long, count: 100) + [""]).status == 200)
        #expect(parse(["HTTP/1.1 200 OK"] + Array(repeating: long, count: 300) + [""]).status == nil)
        let interim = Array(repeating: ["HTTP/1.1 103 Early", long, ""], count: 300).flatMap { $0 }
        #expect(parse(interim + ["HTTP/1.1 200 OK", ""]).status == nil)
    }

    /// The head, and how many lines came after it.
    private func parse(_ lines: [String]) -> (status: Int?, fields: HTTPFields?, extra: Int) {
        var parser = ResponseHeadParser()
        for (index, line) in lines.enumerated() {
            switch parser.take(Array("\(line)\r\n".utf8)) {
            case .goOn: continue
            case .head(let status, let fields):
                for line in lines[(index + 1)...] {
                    guard case .goOn = parser.take(Array("\(line)\r\n".utf8)) else { return (nil, nil, 0) }
                }
                return (status, fields, lines.count - index - 1)
            case .malformed: return (nil, nil, 0)
            }
        }
        return (nil, nil, 0)
    }
}
