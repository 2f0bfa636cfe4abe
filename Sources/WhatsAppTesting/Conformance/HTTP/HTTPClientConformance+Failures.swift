internal import WhatsAppCore

// What a peer does that is no decent server.
extension HTTPClientConformance {
    static func framing(_ make: Make, _ findings: Findings) async throws {
        let answers = [
            ("سلام 👋", "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nسلام 👋"),
            (
                "سل\u{0}\r\n\r\n👋a",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nسل\u{0}\r\n9;x=y\r\n\r\n\r\n👋a\r\n0\r\n\r\n"
            ),
            ("until the end", "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nuntil the end"),
            (
                "a",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-A: 1\r\n\r\n"
                    + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
            ),
        ]
        for (body, answer) in answers {
            try await ScriptedPeer.play { connection in
                guard connection.readRequest() != nil else { return }
                // One segment for each byte, as far as the kernel goes along.
                for byte in answer.utf8 { connection.send([byte]) }
            } _: { peer in
                let response = try await make().send(HTTPRequest(target: peer.url))
                findings.expect("the status", response.status, is: 200)
                findings.expect("a field of an interim head", response.fields["X-A"], is: nil)
                findings.expect(
                    "the body", String(decoding: try await response.body.collect(), as: UTF8.self), is: body)
            }
        }
    }

    static func truncation(_ make: Make, _ findings: Findings) async throws {
        for rest in [
            "Content-Length: 10\r\n\r\npart", "Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n",
            "Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n8\r\n",
        ] {
            try await ScriptedPeer.play {
                guard $0.readRequest() != nil else { return }
                $0.send("HTTP/1.1 200 OK\r\n" + rest)
            } _: { peer in
                let response = try await make().send(HTTPRequest(target: peer.url))
                var read: [UInt8] = []
                await findings.expectClientError(rest, .connectionLost) {
                    for try await piece in response.body { read += piece }
                }
                findings.expect("what there was", read, is: Array("part".utf8))
            }
        }
    }

    static func lostConnection(_ make: Make, _ findings: Findings) async throws {
        for isReset in [false, true] {
            try await ScriptedPeer.play {
                _ = $0.readRequest()
                if isReset { $0.resetOnClose() }
            } _: { peer in
                let request = HTTPRequest(method: .post, target: peer.url, body: [1, 2, 3])
                let error = await findings.expectClientError(isReset ? "reset" : "closed", .connectionLost) {
                    _ = try await make().send(request)
                }
                findings.expect(error?.mayHaveBeenSent != false, "it is said that nothing was sent")
            }
        }
    }

    static func notHTTP(_ make: Make, _ findings: Findings) async throws {
        for answer in ["220 mail.example ESMTP\r\n\r\n", "{}\r\n\r\n", "\u{0}\u{1}\u{2}\u{3}\r\n"] {
            try await ScriptedPeer.play {
                guard $0.readRequest() != nil else { return }
                $0.send(answer)
            } _: { peer in
                let error = await findings.expectClientError(answer.debugDescription) {
                    _ = try await make().send(HTTPRequest(target: peer.url)).body.collect()
                }
                findings.expect(error?.mayHaveBeenSent != false, "it is said that nothing was sent")
            }
        }
    }

    static func cannotConnect(_ make: Make, _ findings: Findings) async throws {
        for target in ["http://127.0.0.1:\(try Loopback.unusedPort())/", "http://nonexistent.invalid/"] {
            let error = await findings.expectClientError(target, .cannotConnect) {
                _ = try await make().send(HTTPRequest(target: target))
            }
            findings.expect(error?.mayHaveBeenSent != true, "\(target): it is said that something may have been sent")
        }
        try await ScriptedPeer.play {
            $0.send("HTTP/1.1 400 This is not TLS\r\n\r\n")
        } _: { peer in
            // Some libraries do not tell TLS that fails from a connection that is lost.
            await findings.expectClientError("no TLS", .cannotConnect, .connectionLost) {
                _ = try await make().send(HTTPRequest(target: "https://127.0.0.1:\(peer.port)/"))
            }
            findings.expect("requests without TLS", peer.requests.count, is: 0)
        }
    }

    static func noRetry(_ make: Make, _ findings: Findings) async throws {
        for body in [[UInt8(1), 2, 3], []] {
            try await ScriptedPeer.play { connection in
                // The second request is read whole, and the connection closed without an answer.
                while let request = connection.readRequest(), request.target == "/1" { connection.respond() }
            } _: { peer in
                let client = make()
                _ = try await client.send(HTTPRequest(target: "\(peer.url)/1")).body.collect()
                let request = HTTPRequest(method: .post, target: "\(peer.url)/2", body: body)
                let error = await findings.expectClientError("a kept connection that ends", .connectionLost) {
                    _ = try await client.send(request)
                }
                findings.expect(error?.mayHaveBeenSent != false, "it is said that nothing was sent")
                findings.expect("requests", peer.requests.map(\.target), is: ["/1", "/2"])
            }
        }
        for status in [408, 429, 500, 503] {
            try await ScriptedPeer.play {
                while $0.readRequest() != nil { $0.respond(status, "", fields: "Retry-After: 0\r\n") }
            } _: { peer in
                _ = try await make().send(HTTPRequest(method: .post, target: peer.url)).body.collect()
                findings.expect("requests, where each is answered with \(status)", peer.requests.count, is: 1)
            }
        }
    }

    static func discreet(_ make: Make, _ findings: Findings) async throws {
        let secret = "s3cret"
        func expectSilence(_ url: String, _ timeout: Duration = .seconds(10)) async {
            let request = HTTPRequest(
                method: .post, target: "\(url)/\(secret)?q=\(secret)", fields: ["Authorization": secret],
                body: Array(secret.utf8), timeout: timeout)
            let error = await findings.expectClientError(url) { _ = try await make().send(request).body.collect() }
            let words = error.map { "\($0)" } ?? ""
            findings.expect(!words.contains(secret), "the error tells more: \(words)")
        }
        await expectSilence("http://127.0.0.1:\(try Loopback.unusedPort())")
        await expectSilence("ftp://127.0.0.1")
        try await ScriptedPeer.play {
            _ = $0.readRequest()
        } _: {
            await expectSilence($0.url)
        }
        try await ScriptedPeer.play {
            _ = $0.readRequest()
            $0.awaitClose()
        } _: {
            await expectSilence($0.url, .milliseconds(100))
        }
        try await ScriptedPeer.play {
            while $0.readRequest() != nil { $0.respond(302, "", fields: "Location: /\(secret)\r\n") }
        } _: {
            await expectSilence($0.url)
        }
    }
}
