public import WhatsAppCore
internal import WhatsAppTransport

/// Checks the promises of ``WhatsAppCore/HTTPServer``, with requests over loopback.
public enum HTTPServerConformance {
    /// What is checked, each by itself.
    public enum Promise: String, Sendable, CaseIterable {
        /// Method, target, fields and body there; status, fields and body back.
        case exchange = "The handler gets the request as it was sent, and the client what the handler answers"
        /// Of which none is answered before all have come.
        case manyAtOnce = "Many requests are handled at once, and each gets its own answer"
        /// After the handler's task began.
        case finishes = "A server that is stopped answers the requests that it has, and then returns"
        /// After it has returned.
        case closes = "A server that has stopped takes no connection"
    }

    /// Checks a server.
    /// - Parameters:
    ///   - promises: what is checked; by default all.
    ///   - limit: how long a check may take; a server that hangs does not keep its promise.
    ///   - make: makes a server that listens on a port of 127.0.0.1, once for each promise.
    /// - Returns: what was found; nothing if all is well.
    public static func check(
        _ promises: [Promise] = Promise.allCases, within limit: Duration = .seconds(30),
        _ make: @escaping @Sendable () async throws -> (server: any HTTPServer, port: Int)
    ) async -> [Violation] {
        await violations(of: promises, within: limit) { promise, findings in
            let (server, port) = try await make()
            let url = "http://127.0.0.1:\(port)"
            switch promise {
            case .exchange: try await exchange(server, url, findings)
            case .manyAtOnce: try await manyAtOnce(server, url, findings)
            case .finishes: try await finishes(server, url, findings)
            case .closes: try await closes(server, url, findings)
            }
        }
    }

    private static func exchange(_ server: any HTTPServer, _ url: String, _ findings: Findings) async throws {
        let handler = ClosureHTTPHandler { request in
            let words = "\(request.method) \(request.target) \(request.fields["X-Ask"] ?? "")"
            return HTTPResponse(status: 418, fields: ["X-Answer": words], body: .bytes(request.body.reversed()))
        }
        try await running({ try await server.run(handler) }) {
            let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let response = try await DefaultHTTPClient().send(
                HTTPRequest(method: .post, target: url + "/a%20b?c=d", fields: ["X-Ask": "why"], body: body))
            findings.expect("the status", response.status, is: 418)
            findings.expect("what the handler saw", response.fields["X-Answer"], is: "POST /a%20b?c=d why")
            findings.expect(try await response.body.collect() == body.reversed(), "the body came back as another")
        }
    }

    private static func manyAtOnce(_ server: any HTTPServer, _ url: String, _ findings: Findings) async throws {
        let gate = Gate()
        let handler = ClosureHTTPHandler { request in
            await gate.pass(request.path)
            return HTTPResponse(status: 200, body: .text(request.path))
        }
        try await running({ try await server.run(handler) }) {
            let client = DefaultHTTPClient()
            try await withThrowingDiscardingTaskGroup { group in
                for number in 0..<30 {
                    group.addTask {
                        let response = try await client.send(HTTPRequest(target: "\(url)/\(number)"))
                        let body = String(decoding: try await response.body.collect(), as: UTF8.self)
                        findings.expect("the answer", body, is: "/\(number)")
                    }
                }
                await gate.arrivals.wait { $0.count == 30 }
                gate.open()
            }
        }
    }

    private static func finishes(_ server: any HTTPServer, _ url: String, _ findings: Findings) async throws {
        let gate = Gate()
        let handler = ClosureHTTPHandler { request in
            await gate.pass(request.path)
            return HTTPResponse(status: 200, body: .text("late"))
        }
        let run = Task { try await server.run(handler) }
        async let response = DefaultHTTPClient().send(HTTPRequest(target: url + "/"))
        await gate.arrivals.wait { !$0.isEmpty }
        run.cancel()
        gate.open()
        let body = String(decoding: try await response.body.collect(), as: UTF8.self)
        findings.expect("the answer to a request under way", body, is: "late")
        try await run.value
    }

    private static func closes(_ server: any HTTPServer, _ url: String, _ findings: Findings) async throws {
        try await running({ try await server.run(ClosureHTTPHandler { _ in HTTPResponse(status: 200) }) }) {
            _ = try await DefaultHTTPClient().send(HTTPRequest(target: url + "/")).body.collect()
        }
        await findings.expectClientError("a request to a server that has stopped", .cannotConnect) {
            _ = try await DefaultHTTPClient().send(HTTPRequest(target: url + "/"))
        }
    }
}

/// Checks the promise of ``WhatsAppCore/HTTPHandler`` that its two ways to answer give the same.
public enum HTTPHandlerConformance {
    /// Checks that `answer` answers as `handle` does.
    /// - Parameters:
    ///   - requests: what is asked; each of two handlers is asked all of it, in order.
    ///   - make: makes a handler.
    /// - Returns: what was found; nothing if all is well.
    public static func check(
        _ requests: [HTTPRequest], _ make: @Sendable () async throws -> any HTTPHandler
    ) async -> [Violation] {
        let findings = Findings()
        do {
            let (one, other) = (try await make(), try await make())
            for request in requests {
                let (handled, answered) = (await one.handle(request), await other.answer(request).value)
                let what = "\(request.method) \(request.target)"
                findings.expect("\(what): the status of answer", answered.status, is: handled.status)
                findings.expect("\(what): the fields of answer", answered.fields, is: handled.fields)
                let isSame = try await answered.body.collect() == handled.body.collect()
                findings.expect(isSame, "\(what): answer has another body")
            }
        } catch {
            findings.report("it threw \(error)")
        }
        return findings.seen.map { Violation(promise: "answer answers as handle does", seen: $0) }
    }
}
