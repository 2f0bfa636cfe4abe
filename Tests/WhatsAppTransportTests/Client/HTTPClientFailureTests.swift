import Testing
import WhatsAppCore
import WhatsAppTransport

extension HTTPClientTests {
    @Suite struct Failures {
        private static let secret = "Bearer s3cret"

        @Test("No redirect is followed", arguments: Transport.allOfWholes, [301, 302, 303, 307, 308])
        func redirects(_ transport: Transport, _ status: Int) async throws {
            try await ScriptedPeer.play {
                while $0.readRequest() != nil { $0.respond() }
            } _: { elsewhere in
                for location in ["Location: /again\r\n", "Location: \(elsewhere.url)/other\r\n", ""] {
                    try await ScriptedPeer.play {
                        while $0.readRequest() != nil { $0.respond(status, "<p>moved</p>", fields: location) }
                    } _: { peer in
                        let client = transport.make()
                        let request = HTTPRequest(
                            method: .post, target: "\(peer.url)/?q=s3cret", fields: ["Authorization": Self.secret],
                            body: [1])
                        let error = try await clientError { _ = try await client.send(request) }
                        #expect(error.code == .redirectRefused)
                        #expect(error.mayHaveBeenSent)
                        #expect(!error.message.contains("s3cret"))
                        // A request that did follow would be there before this one, on a connection made earlier.
                        _ = try? await client.send(HTTPRequest(target: "\(peer.url)/last"))
                        _ = try await client.send(HTTPRequest(target: "\(elsewhere.url)/last")).body.collect()
                        #expect(peer.requests.map(\.target) == ["/?q=s3cret", "/last"])
                    }
                }
                #expect(elsewhere.requests.allSatisfy { $0.target == "/last" && $0.fields["authorization"] == nil })
            }
        }

        @Test("Nobody listens, or there is no such host: nothing was sent", arguments: Transport.allOfWholes)
        func cannotConnect(_ transport: Transport) async throws {
            let client = transport.make()
            let port = try Loopback.unusedPort()
            for target in ["http://127.0.0.1:\(port)/?q=s3cret", "http://nonexistent.invalid/?q=s3cret"] {
                let error = try await clientError { _ = try await client.send(HTTPRequest(target: target)) }
                #expect(error.code == .cannotConnect, "\(error)")
                #expect(!error.mayHaveBeenSent)
                #expect(!error.message.contains("s3cret"))
            }
        }

        @Test("TLS that fails: nothing was sent", arguments: Transport.all)
        func noTLS(_ transport: Transport) async throws {
            try await ScriptedPeer.play {
                $0.send("HTTP/1.1 400 This is not TLS\r\n\r\n")
            } _: { peer in
                let error = try await clientError {
                    _ = try await transport.make().send(HTTPRequest(target: "https://127.0.0.1:\(peer.port)/"))
                }
                // URLSession on Linux does not tell it from other failures.
                #expect(error.code == (transport.isURLSession ? .connectionLost : .cannotConnect), "\(error)")
            }
        }

        @Test("The peer goes before it answers: maybe it has acted", arguments: Transport.allOfWholes, [true, false])
        func lostBeforeHead(_ transport: Transport, _ reset: Bool) async throws {
            try await ScriptedPeer.play { connection in
                _ = connection.readRequest()
                if reset { connection.resetOnClose() }
            } _: { peer in
                let error = try await clientError {
                    _ = try await transport.make().send(HTTPRequest(method: .post, target: peer.url, body: [1, 2, 3]))
                }
                #expect(error.code == .connectionLost, "\(error)")
                #expect(error.mayHaveBeenSent)
                #expect(peer.requests.count == 1)
            }
        }

        @Test("One address refuses, the other accepts and goes: maybe it has acted", arguments: Transport.allOfWholes)
        func secondAddress(_ transport: Transport) async throws {
            try await ScriptedPeer.play {
                _ = $0.readRequest()
            } _: { peer in
                let error = try await clientError {
                    _ = try await transport.make().send(HTTPRequest(target: "http://localhost:\(peer.port)/"))
                }
                #expect(error.mayHaveBeenSent, "\(error)")
                #expect(peer.requests.count == 1)
            }
        }

        @Test(
            "A body that is cut off is an error, never an end", arguments: Transport.all,
            [
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npart",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n8\r\n",
            ])
        func truncation(_ transport: Transport, _ answer: String) async throws {
            try await ScriptedPeer.play { connection in
                guard connection.readRequest() != nil else { return }
                connection.send(answer)
            } _: { peer in
                let response = try await transport.make().send(HTTPRequest(target: peer.url))
                var read: [UInt8] = []
                let error = try await clientError {
                    for try await piece in response.body { read += piece }
                }
                #expect(read == Array("part".utf8))
                #expect(error.code == .connectionLost, "\(error)")
            }
        }

        @Test("What is not HTTP is not an answer", arguments: Transport.allOfWholes)
        func malformed(_ transport: Transport) async throws {
            try await ScriptedPeer.play { connection in
                guard connection.readRequest() != nil else { return }
                connection.send("220 mail.example ESMTP\r\n\r\n")
            } _: { peer in
                let error = try await clientError {
                    let response = try await transport.make().send(HTTPRequest(target: peer.url))
                    _ = try await response.body.collect()
                }
                #expect(error.mayHaveBeenSent)
            }
        }

        @Test("A kept connection that was closed while idle is not used again", arguments: Transport.allOfWholes)
        func idleClose(_ transport: Transport) async throws {
            let closed = TestSignal()
            try await ScriptedPeer.play { connection in
                guard connection.readRequest() != nil else { return }
                connection.respond(200, "first")
                if connection.number == 0 {
                    connection.endWriting()
                    closed.fire()
                }
                connection.awaitClose()
            } _: { peer in
                let client = transport.make()
                _ = try await client.send(HTTPRequest(target: peer.url)).body.collect()
                await closed.wait()
                let response = try await client.send(HTTPRequest(method: .post, target: peer.url, body: [1]))
                #expect(response.status == 200)
                #expect(peer.connections == 2)
            }
        }

        @Test(
            "A kept connection that is closed under a POST: the POST is not sent again",
            arguments: Transport.allOfWholes,
            [[UInt8(1), 2, 3], []])
        func staleClose(_ transport: Transport, _ body: [UInt8]) async throws {
            try await ScriptedPeer.play { connection in
                // The second request is read whole, and the connection closed without an answer.
                while let request = connection.readRequest(), request.target == "/1" { connection.respond() }
            } _: { peer in
                let client = transport.make()
                _ = try await client.send(HTTPRequest(target: "\(peer.url)/1")).body.collect()
                let error = try await clientError {
                    _ = try await client.send(HTTPRequest(method: .post, target: "\(peer.url)/2", body: body))
                }
                #expect(error.code == .connectionLost, "\(error)")
                #expect(error.mayHaveBeenSent)
                #expect(peer.requests.map(\.target) == ["/1", "/2"])
            }
        }

        @Test(
            "A peer that dies under a POST may have acted", arguments: Transport.allOfWholes, [[UInt8(1), 2, 3], []])
        func deadPeer(_ transport: Transport, _ body: [UInt8]) async throws {
            try await ScriptedPeer.play { connection in
                while let request = connection.readRequest(), request.target == "/1" { connection.respond() }
                connection.stopListening()
                connection.resetOnClose()
            } _: { peer in
                let client = transport.make()
                _ = try await client.send(HTTPRequest(target: "\(peer.url)/1")).body.collect()
                let error = try await clientError {
                    _ = try await client.send(HTTPRequest(method: .post, target: "\(peer.url)/2", body: body))
                }
                #expect(error.code == .connectionLost, "\(error)")
                #expect(peer.requests.count == 2)
            }
        }

        #if Curl
        @Test("A kept connection that is closed under a GET: libcurl is kept from sending it again")
        func staleCloseGet() async throws {
            try await ScriptedPeer.play { connection in
                while let request = connection.readRequest(), request.target == "/1" { connection.respond() }
            } _: { peer in
                let client = CurlHTTPClient()
                _ = try await client.send(HTTPRequest(target: "\(peer.url)/1")).body.collect()
                let error = try await clientError { _ = try await client.send(HTTPRequest(target: "\(peer.url)/2")) }
                #expect(error.code == .connectionLost, "\(error)")
                #expect(peer.requests.count == 2)
            }
        }
        #endif
    }
}
