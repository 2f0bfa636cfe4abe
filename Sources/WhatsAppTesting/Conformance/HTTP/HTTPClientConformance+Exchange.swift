internal import WhatsAppCore

// What can be seen by a handler, with or without a wire between.
extension HTTPClientConformance {
    static func request(_ setting: Setting, _ findings: Findings) async throws {
        let requests = Recorder<HTTPRequest>()
        let handler = ClosureHTTPHandler { request in
            requests.append(request)
            return HTTPResponse(status: 200, fields: ["Set-Cookie": "a=b; Path=/"], body: .text("ok"))
        }
        // By doubling: one byte after the other takes more than a second in a debug build. The number is prime, so that no
        // piece can be lost or taken for another.
        let doubled = (0..<14).reduce(into: (0..<251).map { UInt8($0) }) { bytes, _ in bytes += bytes }
        let large = Array(doubled.prefix(3_000_000))
        try await setting(handler) { client, url in
            let fields: HTTPFields = ["Authorization": "Bearer t0ken", "Content-Type": "application/json", "X-A": "ü:"]
            let sent = [
                HTTPRequest(target: "\(url)/"),
                HTTPRequest(
                    method: .post, target: "\(url)/v1/a%20b?x=1&y=%2B", fields: fields, body: Array("{\u{0}\r\n".utf8)),
                HTTPRequest(method: .post, target: "\(url)/empty"), HTTPRequest(method: .head, target: "\(url)/"),
                HTTPRequest(method: HTTPMethod(rawValue: "PUT"), target: "\(url)/", body: [0, 255]),
                HTTPRequest(method: HTTPMethod(rawValue: "DELETE"), target: "\(url)/"),
                HTTPRequest(method: .post, target: "\(url)/large", body: large),
                HTTPRequest(target: "\(url)/"),
            ]
            for request in sent { _ = try await client.send(request).body.collect() }
            for (request, got) in zip(sent, requests.elements) {
                let what = "\(request.method) \(request.target.dropFirst(url.count))"
                findings.expect("\(what): the method", got.method, is: request.method)
                findings.expect("\(what): the target", got.target, is: String(request.target.dropFirst(url.count)))
                findings.expect(
                    got.body == request.body, "\(what): a body of \(got.body.count) bytes, and not the same")
                for field in request.fields.fields {
                    findings.expect("\(what): \(field.name)", got.fields.values(field.name), is: [field.value])
                }
                findings.expect(
                    "\(what): Host", got.fields.values("Host"), is: [String(url.dropFirst("http://".count))])
                findings.expect("\(what): Cookie", got.fields["Cookie"], is: nil)
                findings.expect(
                    [nil, "identity"].contains(got.fields["Accept-Encoding"]),
                    "\(what): Accept-Encoding: \(got.fields["Accept-Encoding"] ?? "")")
                if request.fields["Authorization"] == nil {
                    findings.expect("\(what): Authorization", got.fields["Authorization"], is: nil)
                }
            }
            findings.expect("requests", requests.elements.count, is: sent.count)
        }
    }

    static func anyStatus(_ setting: Setting, _ findings: Findings) async throws {
        let requests = Recorder<HTTPRequest>()
        let handler = ClosureHTTPHandler { request in
            requests.append(request)
            let status = Int(request.path.dropFirst()) ?? 500
            let fields: HTTPFields = [
                "X-Answer": "yes", "x-two": "1", "X-Two": "2", "WWW-Authenticate": "Basic realm=a",
            ]
            return HTTPResponse(
                status: status, fields: fields, body: [204, 304].contains(status) ? .bytes([]) : .text("héllo \u{0}👋"))
        }
        let statuses = [200, 201, 204, 300, 304, 400, 401, 403, 404, 407, 413, 418, 429, 500, 502, 503, 529, 599]
        try await setting(handler) { client, url in
            for status in statuses {
                let response = try await client.send(HTTPRequest(target: "\(url)/\(status)"))
                findings.expect("the status", response.status, is: status)
                findings.expect("\(status): X-Answer", response.fields["x-ANSWER"], is: "yes")
                // Some libraries make one field of two (RFC 9110, section 5.3), in any order.
                let two = Set(response.fields.values("X-Two").joined().filter(\.isNumber))
                findings.expect("\(status): the values of X-Two", two, is: ["1", "2"])
                let body = String(decoding: try await response.body.collect(), as: UTF8.self)
                findings.expect("\(status): the body", body, is: [204, 304].contains(status) ? "" : "héllo \u{0}👋")
            }
            findings.expect("requests", requests.elements.count, is: statuses.count)
        }
    }

    static func redirects(_ setting: Setting, _ findings: Findings) async throws {
        let requests = Recorder<String>()
        let handler = ClosureHTTPHandler { request in
            requests.append(request.path)
            let fields: HTTPFields =
                switch request.queryItems.first?.value {
                case "relative": ["Location": "/followed"]
                case "absolute": ["Location": "http://\(request.fields["Host"] ?? "")/followed"]
                default: [:]
                }
            return HTTPResponse(status: Int(request.path.dropFirst()) ?? 200, fields: fields, body: .text("moved"))
        }
        try await setting(handler) { client, url in
            var expected: [String] = []
            for status in [301, 302, 303, 307, 308] {
                for location in ["relative", "absolute", "none"] {
                    for method in [HTTPMethod.get, .post] {
                        let error = await findings.expectClientError("\(status), \(location)", .redirectRefused) {
                            let target = "\(url)/\(status)?to=\(location)"
                            let response = try await client.send(HTTPRequest(method: method, target: target))
                            _ = try await response.body.collect()
                        }
                        findings.expect(error?.mayHaveBeenSent != false, "\(status): it is said that nothing was sent")
                        expected.append("/\(status)")
                    }
                }
            }
            // A request that followed would be there before this one.
            _ = try await client.send(HTTPRequest(target: "\(url)/200")).body.collect()
            findings.expect("requests", requests.elements, is: expected + ["/200"])
        }
    }

    static func streams(_ setting: Setting, _ findings: Findings) async throws {
        let (stream, pieces) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let handler = ClosureHTTPHandler { _ in HTTPResponse(status: 200, body: .stream(stream)) }
        try await setting(handler) { client, url in
            // Each piece is given when the one before has arrived: a client that waits for the whole waits in vain.
            let response = try await client.send(HTTPRequest(target: "\(url)/"))
            pieces.yield(Array("one".utf8))
            var body = ""
            for try await piece in response.body {
                findings.expect(!piece.isEmpty, "a piece of length 0")
                body += String(decoding: piece, as: UTF8.self)
                if body == "one" { pieces.yield(Array("two".utf8)) }
                if body == "onetwo" { pieces.finish() }
            }
            findings.expect("the body", body, is: "onetwo")
        }
    }

    static func invalidRequest(_ setting: Setting, _ findings: Findings) async throws {
        let requests = Recorder<HTTPRequest>()
        let handler = ClosureHTTPHandler { request in
            requests.append(request)
            return HTTPResponse(status: 200)
        }
        try await setting(handler) { client, url in
            let targets = ["", "/path", "ftp://127.0.0.1/", "file:///etc/passwd", "\(url)/\r\nX: y", "\(url)/a b"]
            let fields: [HTTPFields] = [["X": "a\r\nY: b"], ["X": "a\nb"], ["X": "a\u{0}"], ["X\r\nY": "a"]]
            let invalid =
                targets.map { HTTPRequest(target: $0) } + fields.map { HTTPRequest(target: "\(url)/", fields: $0) }
            for request in invalid {
                let what = "\(request.target.debugDescription) \(request.fields.fields)"
                let error = await findings.expectClientError(what, .invalidRequest) {
                    _ = try await client.send(request)
                }
                findings.expect(error?.mayHaveBeenSent != true, "\(what): it is said that it may have been sent")
            }
            findings.expect("requests", requests.elements.count, is: 0)
        }
    }

    static func cancelledBefore(_ setting: Setting, _ findings: Findings) async throws {
        let requests = Recorder<HTTPRequest>()
        let handler = ClosureHTTPHandler { request in
            requests.append(request)
            return HTTPResponse(status: 200)
        }
        try await setting(handler) { client, url in
            await findings.expectCancellation("cancelled before the call") {
                try await findings.inCancelledTask { _ = try await client.send(HTTPRequest(target: "\(url)/first")) }
            }
            _ = try await client.send(HTTPRequest(target: "\(url)/second"))
            findings.expect("requests", requests.elements.map(\.path), is: ["/second"])
        }
    }

    static func cancelledInHead(_ setting: Setting, _ findings: Findings) async throws {
        let gate = Gate()
        let handler = ClosureHTTPHandler { _ in
            await gate.pass("asked")
            return HTTPResponse(status: 200)
        }
        try await setting(handler) { client, url in
            let sending = Task { _ = try await client.send(HTTPRequest(target: "\(url)/")) }
            await gate.arrivals.wait { !$0.isEmpty }
            sending.cancel()
            await findings.expectCancellation("cancelled before the head") { try await sending.value }
            gate.open()
        }
    }

    static func cancelledInBody(_ setting: Setting, _ findings: Findings) async throws {
        let (stream, pieces) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        pieces.yield(Array("one".utf8))
        let handler = ClosureHTTPHandler { _ in HTTPResponse(status: 200, body: .stream(stream)) }
        try await setting(handler) { client, url in
            let begun = Recorder<[UInt8]>()
            let reading = Task {
                for try await piece in try await client.send(HTTPRequest(target: "\(url)/")).body {
                    begun.append(piece)
                }
            }
            await begun.wait { !$0.isEmpty }
            reading.cancel()
            await findings.expectCancellation("cancelled within the body") { try await reading.value }
        }
    }

    static func manyAtOnce(_ setting: Setting, _ findings: Findings) async throws {
        let handler = ClosureHTTPHandler { HTTPResponse(status: 200, body: .text($0.target)) }
        try await setting(handler) { client, url in
            try await withThrowingTaskGroup(of: (String, String).self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let response = try await client.send(HTTPRequest(target: "\(url)/\(number)"))
                        return ("/\(number)", String(decoding: try await response.body.collect(), as: UTF8.self))
                    }
                }
                for try await (target, body) in group { findings.expect("the response to \(target)", body, is: target) }
            }
        }
    }
}
