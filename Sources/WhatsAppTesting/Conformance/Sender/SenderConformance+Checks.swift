internal import WhatsAppCore

extension SenderConformance {
    private static let recipient = WhatsAppUser(phoneNumber: "15550100001")

    private static func text(_ body: String = "hello", to recipient: WhatsAppUser = recipient) -> OutboundText {
        OutboundText(recipient: recipient, body: body, callbackData: "token-\(body.utf8.count)")
    }

    /// Runs `body` with a sender before a simulated Graph API.
    private static func withGraph(
        _ make: @escaping Make, faults: [GraphFault] = [],
        _ body: (any MessageSender, SimulatedGraph) async throws -> Void
    ) async throws {
        let setting = Graph(url: "")
        let graph = SimulatedGraph(phoneNumberID: setting.phoneNumberID, accessToken: setting.accessToken)
        graph.fail(with: faults)
        try await withLoopbackServer(graph) { try await body(make(Graph(url: $0)), graph) }
    }

    static func arrives(_ make: @escaping Make, _ findings: Findings) async throws {
        try await withGraph(make) { sender, graph in
            let longest = String(repeating: "😀", count: SimulatedGraph.longestText / 2)
            let users = [recipient, WhatsAppUser(userID: "US.1"), WhatsAppUser(phoneNumber: "1", userID: "US.1")]
            for body in ["hello", "سلام \"*عليكم*\"\n\\ /\t\u{7f}", " \n x \n ", longest] {
                for user in users {
                    let text = text(body, to: user)
                    let outcome = await sender.send(text)
                    guard case .text(let taken) = graph.events.elements.last, case .sent(let id) = outcome else {
                        findings.report("\(body.prefix(20)) to \(user): \(outcome)")
                        continue
                    }
                    findings.expect("the id", id, is: taken.id)
                    findings.expect("the text", taken.body, is: body)
                    findings.expect("the token", taken.callbackData, is: text.callbackData)
                    findings.expect("the recipient", taken.recipient, is: user.phoneNumberOrID)
                }
            }
        }
    }

    static func refusalIsRejected(_ make: @escaping Make, _ findings: Findings) async throws {
        let answers: [(HTTPResponse, CloudAPIError)] = [
            (400, #"{"error":{"message":"m","code":131056,"error_data":{"details":"d"}}}"#, 131_056, "m", "d"),
            (400, #"{"error":{"code":100,"error_data":"text"}}"#, 100, nil, "text"),
            (401, #"{"error":{"code":190,"error_data":null}}"#, 190, nil, nil),
            (500, #"{"error":{"code":131000}}"#, 131_000, nil, nil), (429, "", nil, nil, nil),
        ]
        .map { status, body, code, message, details in
            (
                HTTPResponse(status: status, body: .text(body)),
                CloudAPIError(code: code, message: message, details: details, httpStatus: status)
            )
        }
        var (slow, transient) = answers[0]
        slow = HTTPResponse(
            status: 400, fields: ["Retry-After": "7"], body: .text(#"{"error":{"code":4,"is_transient":true}}"#))
        transient = CloudAPIError(code: 4, httpStatus: 400)
        transient.isTransient = true
        transient.retryAfter = .seconds(7)
        for (answer, expected) in answers + [(slow, transient)] {
            try await withLoopbackServer(ClosureHTTPHandler { _ in answer }) { url in
                let outcome = await (try make(Graph(url: url))).send(text())
                guard case .rejected(let error) = outcome else { return findings.report("\(expected): \(outcome)") }
                findings.expect("the refusal", error, is: expected)
            }
        }
    }

    static func doubtIsUnknown(_ make: @escaping Make, _ findings: Findings) async throws {
        func expectUnknown(_ what: String, at url: String) async throws {
            let outcome = await (try make(Graph(url: url))).send(text())
            guard case .unknown = outcome else { return findings.report("\(what): \(outcome)") }
        }
        for (status, body) in doubtfulAnswers {
            let answer = HTTPResponse(status: status, body: .text(body))
            try await withLoopbackServer(ClosureHTTPHandler { _ in answer }) {
                try await expectUnknown("\(status) \(body)", at: $0)
            }
        }
        let breaks: [(String, ScriptedPeer.Script)] = [
            ("the connection ends before an answer", { _ = $0.readRequest() }),
            (
                "it is reset before an answer",
                {
                    _ = $0.readRequest()
                    $0.resetOnClose()
                }
            ),
            (
                "the answer is cut off",
                {
                    _ = $0.readRequest()
                    $0.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"messages\":[{\"id\":\"w\"}]}")
                }
            ),
        ]
        for (what, script) in breaks {
            try await ScriptedPeer.play(script) { try await expectUnknown(what, at: $0.url) }
        }
    }

    private static let doubtfulAnswers = [
        (200, ""), (200, "<html>"), (200, "{}"), (200, #"{"messages":[]}"#), (200, #"{"messages":[{"id":7}]}"#),
        (500, #"{"error":{}}"#), (502, "<html>Bad gateway</html>"), (503, ""), (404, "<html>no</html>"), (408, ""),
        (400, "<html>"), (403, #"{"error":"odd"}"#), (302, ""),
    ]

    static func unreachableIsNotSent(_ make: @escaping Make, _ findings: Findings) async throws {
        let url = "http://127.0.0.1:\(try Loopback.unusedPort())"
        let outcome = await (try make(Graph(url: url))).send(text())
        if case .notSent = outcome { return }
        findings.report("nobody listens: \(outcome)")
    }

    static func cancelledIsUnknown(_ make: @escaping Make, _ findings: Findings) async throws {
        try await withGraph(make, faults: [.silence]) { sender, graph in
            let send = Task { await sender.send(text()) }
            await graph.events.wait { !$0.isEmpty }
            send.cancel()
            let outcome = await send.value
            if case .unknown = outcome { return }
            findings.report("cancelled while Graph was silent: \(outcome)")
        }
    }

    static func oneRequest(_ make: @escaping Make, _ findings: Findings) async throws {
        for (status, body) in [(400, #"{"error":{"code":131056,"is_transient":true}}"#), (429, "")] + doubtfulAnswers {
            let requests = Recorder<HTTPRequest>()
            let handler = ClosureHTTPHandler { request in
                requests.append(request)
                return HTTPResponse(status: status, fields: ["Retry-After": "0"], body: .text(body))
            }
            try await withLoopbackServer(handler) { url in
                let sender = try await make(Graph(url: url))
                _ = await sender.send(text())
                try? await sender.showTyping(for: "wamid.1")
            }
            findings.expect(
                "requests for a text and a sign, each answered with \(status)", requests.elements.count, is: 2)
        }
        try await ScriptedPeer.play {
            _ = $0.readRequest()
        } _: { peer in
            _ = await (try make(Graph(url: peer.url))).send(text())
            findings.expect("requests, where the connection breaks", peer.requests.count, is: 1)
        }
    }

    static func typing(_ make: @escaping Make, _ findings: Findings) async throws {
        try await withGraph(make) { sender, graph in
            try await sender.showTyping(for: "wamid.ü")
            findings.expect("what Graph saw", graph.events.elements, is: [.typing(messageID: "wamid.ü")])
        }
        let refusal = HTTPResponse(status: 400, body: .text(#"{"error":{"code":100}}"#))
        try await withLoopbackServer(ClosureHTTPHandler { _ in refusal }) { url in
            await findings.expectError("Graph refuses") {
                try await make(Graph(url: url)).showTyping(for: "wamid.ü")
            }
        }
    }

    static func manyAtOnce(_ make: @escaping Make, _ findings: Findings) async throws {
        try await withGraph(make) { sender, graph in
            let ids = await withTaskGroup(of: (String, String?).self) { group in
                for number in 0..<50 {
                    group.addTask {
                        let outcome = await sender.send(text("text \(number)"))
                        guard case .sent(let id) = outcome else { return ("text \(number)", nil) }
                        return ("text \(number)", id)
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            findings.expect("sent", ids.count, is: 50)
            for case .text(let taken) in graph.events.elements {
                findings.expect("the id of \(taken.body)", ids[taken.body], is: taken.id)
            }
        }
    }
}
