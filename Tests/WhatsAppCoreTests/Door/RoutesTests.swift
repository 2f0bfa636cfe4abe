import Testing
import WhatsAppCore

@Suite struct RoutesTests {
    private let routes = CORS(
        allowing: ["https://a.example"],
        Router(["/": StatusEndpoint(message: "up"), "/hook": ClosureHTTPHandler { _ in .detail(418, "teapot") }]))

    @Test func status() async throws {
        let response = await routes.handle(HTTPRequest(target: "/?x=1"))
        #expect(response.status == 200)
        #expect(try await response.text() == #"{"status":"ok","message":"up"}"#)
        #expect(response.fields["access-control-allow-credentials"] == nil)
        #expect(await routes.handle(HTTPRequest(method: .post, target: "/")).status == 405)
    }

    /// The target may be a whole URL (RFC 9112, section 3.2.2).
    @Test(arguments: [
        ("/hook", "/hook"), ("/hook?a=/b", "/hook"), ("http://a.example/hook", "/hook"),
        ("https://a.example:8/hook/x?y=//z", "/hook/x"), ("http://a.example", "/"), ("http://a.example/", "/"),
        ("*", "*"), ("//hook", "//hook"), ("hook", "hook"), ("", ""),
    ])
    func path(target: String, path: String) {
        #expect(HTTPRequest(target: target).path == path)
    }

    @Test(arguments: ["/x", "//", "/hook/", "/HOOK", "", "/%68ook"])
    func otherPaths(path: String) async throws {
        let response = await routes.handle(HTTPRequest(target: path))
        #expect(response.status == 404)
        #expect(try await response.text() == #"{"detail":"Not Found"}"#)
    }

    @Test func anAllowedOriginIsNamed() async {
        let response = await routes.handle(HTTPRequest(target: "/hook", fields: ["origin": "https://a.example"]))
        #expect(response.status == 418)
        #expect(response.fields["access-control-allow-origin"] == "https://a.example")
        #expect(response.fields["access-control-allow-credentials"] == "true")
        #expect(response.fields["vary"] == "Origin")
    }

    @Test(arguments: ["https://b.example", "https://A.example", "null", "{exc_info:>100000000}", ""])
    func anotherOriginIsNot(origin: String) async {
        let response = await routes.handle(HTTPRequest(target: "/hook", fields: ["Origin": origin]))
        #expect(response.status == 418)
        #expect(response.fields["access-control-allow-origin"] == nil)
        #expect(response.fields["access-control-allow-credentials"] == "true")
    }

    @Test(arguments: [("https://a.example", 200), ("https://b.example", 400)])
    func preflight(origin: String, status: Int) async {
        let response = await routes.handle(
            HTTPRequest(
                method: .options, target: "/hook",
                fields: ["Origin": origin, "Access-Control-Request-Method": "POST"]))
        #expect(response.status == status)
        #expect((response.fields["access-control-allow-origin"] == origin) == (status == 200))
    }

    @Test(arguments: [
        ("/p?a=1&b=%20x+y&a=2&c&=d&", ["a=1", "b= x y", "a=2", "c=", "=d"]),
        ("/p", []), ("/p?", []), ("/p?%zz=%4", ["%zz=%4"]), ("/p?x=%ff", ["x=%ff"]), ("/p?x=%D8%B3", ["x=س"]),
    ])
    func queries(target: String, items: [String]) {
        #expect(HTTPRequest(target: target).queryItems.map { "\($0.name)=\($0.value)" } == items)
    }

    @Test func fields() {
        var fields: HTTPFields = ["A": "1", "b": "2", "a": "3"]
        #expect(fields["a"] == "1")
        #expect(fields.values("a") == ["1", "3"])
        fields["A"] = "4"
        #expect(fields.values("a") == ["4"])
        fields["a"] = nil
        #expect(fields.fields.map(\.name) == ["b"])
        #expect(HTTPFields(dictionaryLiteral: ("İ", "1"))["i̇"] == nil)
    }
}
