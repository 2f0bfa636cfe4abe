public import WhatsAppCore

/// A WhatsApp of one's own in the browser, under `/demo`: chats, what happens, and faults.
///
/// For the person at this machine alone: serve it on a loopback address. What comes under another host's name (DNS
/// rebinding), or is sent by another site's page, is refused.
public struct SimulatorPage: HTTPHandler {
    private let stage: SimulatorStage
    private let port: Int

    /// The faults that the next text can be given, by name.
    static let faults: [(String, GraphFault)] = [
        ("graph500", .error(status: 500, code: 131_000)), ("pairRate", .error(code: 131_056)), ("silence", .silence),
    ]

    /// Makes the page.
    /// - Parameters:
    ///   - stage: what it shows.
    ///   - port: where it is served.
    public init(stage: SimulatorStage, port: Int) {
        self.stage = stage
        self.port = port
    }

    /// Answers the page, its events (server-sent events of the WHATWG's HTML standard), and its commands.
    public func handle(_ request: HTTPRequest) async -> HTTPResponse {
        let host = request.fields["Host"] ?? ""
        guard ["127.0.0.1:\(port)", "localhost:\(port)"].contains(host) else {
            return .detail(403, "This page is served to http://127.0.0.1:\(port) only")
        }
        switch (request.method, request.path) {
        case (.get, "/"):
            return HTTPResponse(status: 302, fields: ["Location": "/demo"])
        case (.get, "/demo"):
            return HTTPResponse(status: 200, fields: Self.pageFields, body: .bytes(PackageResources.page_html))
        case (.get, "/demo/events"):
            return events(after: request.fields["Last-Event-ID"])
        case (.post, let path):
            guard request.fields["Origin"] == "http://\(host)" else {
                return .detail(403, "Only the page itself may send this")
            }
            guard let json = try? JSONDocument(request.body).root, json.isObject else {
                return .detail(400, "The body must be a JSON object")
            }
            return command(path, json)
        default: return .detail(404, "Not Found")
        }
    }

    /// Nothing from outside, nothing in a frame, nothing kept.
    private static let pageFields: HTTPFields = [
        "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy":
            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; "
            + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ]

    /// An event's id holds the run, so that a page which outlived its simulator begins anew.
    private func events(after last: String?) -> HTTPResponse {
        let (run, words) = (stage.run, last?.split(separator: ".") ?? [])
        let number = words.count == 2 && words[0] == run ? Int(words[1]) : nil
        let reading = stage.feed.read(from: number.map { $0 + 1 } ?? 0)
        return HTTPResponse(
            status: 200, fields: ["Content-Type": "text/event-stream", "Cache-Control": "no-store"],
            body: .stream(EventStream(reading: reading, run: run)))
    }

    private func command(_ path: String, _ json: JSONValue) -> HTTPResponse {
        switch path {
        case "/demo/messages": return write(json)
        case "/demo/switches":
            stage.set { switches in
                switches.duplicates = json["duplicates"]?.bool ?? switches.duplicates
                switches.delays = json["delays"]?.bool ?? switches.delays
                switches.slowBackend = json["slowBackend"]?.bool ?? switches.slowBackend
                switches.killsInAnswer = json["killsInAnswer"]?.bool ?? switches.killsInAnswer
            }
        case "/demo/faults":
            guard let fault = Self.faults.first(where: { $0.0 == json["fault"]?.string }) else {
                return .detail(400, "fault must be one of \(Self.faults.map(\.0).joined(separator: ", "))")
            }
            stage.fail(with: fault.1)
        case "/demo/server":
            let isDone =
                switch json["do"]?.string {
                case "kill": stage.killServer()
                case "start": stage.startServer()
                default: false
                }
            guard isDone else { return .detail(400, "do must be kill or start, and the server in our hands") }
        default: return .detail(404, "Not Found")
        }
        return .json(202) { $0.add("success", true) }
    }

    private func write(_ json: JSONValue) -> HTTPResponse {
        guard let user = json["user"]?.string, (6...15).contains(user.utf8.count), user.utf8.allSatisfy(\.isASCIIDigit)
        else { return .detail(400, "user must be a phone number: 6 to 15 digits") }
        let text = json["text"]?.string ?? ""
        let kind = MessageKind(rawValue: json["kind"]?.string ?? "text")
        let choice = SimulatedDelivery.Message.Choice.Source(rawValue: kind.rawValue)
        if kind == .text || choice != nil {
            guard !text.allSatisfy(\.isWhitespace), text.utf16.count <= SimulatedGraph.longestText else {
                return .detail(400, "text must have 1 to \(SimulatedGraph.longestText) characters")
            }
        } else if ![.image, .audio, .location, .sticker].contains(kind) {
            return .detail(400, "kind must be text, image, audio, location, sticker, button_reply or list_reply")
        }
        let id = stage.write { id, timestamp in
            if let choice {
                return .init(
                    id: id, from: user, timestamp: timestamp,
                    choice: .init(choice, id: json["choice"]?.string ?? "1", title: text))
            }
            return kind == .text
                ? .init(id: id, from: user, timestamp: timestamp, text: text)
                : .init(id: id, from: user, timestamp: timestamp, kind: kind)
        }
        return .json(202) { $0.add("id", id) }
    }
}

/// The feed as server-sent events.
private struct EventStream: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error
    var reading: SimulatorFeed.Reading
    var run: String

    func makeAsyncIterator() -> Iterator { Iterator(run: run, entries: reading.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        let run: String
        var entries: SimulatorFeed.Reading.Iterator
        var hasBegun = false

        mutating func next() async throws -> [UInt8]? {
            guard hasBegun else {
                hasBegun = true
                return Array("retry: 1000\nevent: run\ndata: \(run)\n\n".utf8)
            }
            guard let entries = await entries.next() else { return nil }
            var out: [UInt8] = []
            for entry in entries {
                // Compact JSON holds no line feed.
                out += Array("id: \(run).\(entry.number)\ndata: ".utf8) + entry.json + Array("\n\n".utf8)
            }
            return out
        }
    }
}
