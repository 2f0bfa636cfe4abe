import Testing
import WhatsAppCore
import WhatsAppTransport

extension HTTPClientTests {
    @Suite struct Exchanges {
        @Test("The peer gets exactly the request, the caller exactly the response", arguments: Transport.allOfWholes)
        func roundTrip(_ transport: Transport) async throws {
            try await ScriptedPeer.play {
                while $0.readRequest() != nil { $0.respond(201, "héllo \u{0}👋", fields: "X-Answer: yes \r\n") }
            } _: { peer in
                let client = transport.make()
                let body = Array("{\"name\":\"نور\"}\u{0}\r\n".utf8)
                let response = try await client.send(
                    HTTPRequest(
                        method: .post, target: "\(peer.url)/v1/a%20b?x=1&y=%2B",
                        fields: ["Authorization": "Bearer t0ken", "Content-Type": "application/json"], body: body))
                #expect(response.status == 201)
                #expect(response.fields["x-answer"] == "yes")
                #expect(try await response.body.collect() == Array("héllo \u{0}👋".utf8))
                _ = try await client.send(HTTPRequest(target: peer.url)).body.collect()

                let requests = peer.requests
                #expect(requests.map(\.method) == ["POST", "GET"])
                #expect(requests.map(\.target) == ["/v1/a%20b?x=1&y=%2B", "/"])
                #expect(requests.map(\.body) == [body, []])
                let fields = requests[0].fields
                #expect(fields.values("authorization") == ["Bearer t0ken"])
                #expect(fields.values("content-type") == ["application/json"])
                #expect(fields.values("content-length") == ["\(body.count)"])
                #expect(fields.values("host") == ["127.0.0.1:\(peer.port)"])
                #expect(fields["expect"] == nil)
                #expect(requests[1].fields["authorization"] == nil)
                #expect(requests[1].fields["content-length"] == nil)
            }
        }

        @Test("Methods go out as they are, an empty POST with a length", arguments: Transport.allOfWholes)
        func methods(_ transport: Transport) async throws {
            try await ScriptedPeer.play {
                while let request = $0.readRequest() {
                    $0.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + (request.method == "HEAD" ? "" : "hello"))
                }
            } _: { peer in
                let client = transport.make()
                for method in ["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "GET"] {
                    let response = try await client.send(
                        HTTPRequest(method: HTTPMethod(rawValue: method), target: peer.url))
                    #expect(try await response.body.collect().count == (method == "HEAD" ? 0 : 5), "\(method)")
                }
                #expect(peer.requests.map(\.method) == ["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "GET"])
                #expect(peer.requests[0].fields["content-length"] == "0")
            }
        }

        @Test("Every status but a redirect is an answer", arguments: Transport.allOfWholes)
        func statuses(_ transport: Transport) async throws {
            let page = "<html><body>Bad gateway</body></html>"
            try await ScriptedPeer.play {
                while let request = $0.readRequest() {
                    let status = Int(request.target.dropFirst()) ?? 0
                    if [204, 304].contains(status) {
                        $0.send("HTTP/1.1 \(status) Status\r\n\r\n")
                    } else {
                        $0.respond(status, page, fields: "Content-Type: text/html\r\n")
                    }
                }
            } _: { peer in
                let client = transport.make()
                for status in [200, 204, 300, 304, 400, 401, 403, 404, 407, 413, 429, 500, 502, 503] {
                    let response = try await client.send(HTTPRequest(target: "\(peer.url)/\(status)"))
                    #expect(response.status == status)
                    let body = String(decoding: try await response.body.collect(), as: UTF8.self)
                    #expect(body == ([204, 304].contains(status) ? "" : page), "\(status)")
                }
                #expect(peer.requests.count == 14)
            }
        }

        @Test(
            "A challenge is not answered", arguments: Transport.allOfWholes,
            ["Basic realm=a", "Digest realm=a, nonce=b"])
        func challenges(_ transport: Transport, _ challenge: String) async throws {
            try await ScriptedPeer.play {
                while $0.readRequest() != nil { $0.respond(401, "no", fields: "WWW-Authenticate: \(challenge)\r\n") }
            } _: { peer in
                let response = try await transport.make().send(HTTPRequest(target: peer.url))
                #expect(response.status == 401)
                #expect(try await response.body.collect() == Array("no".utf8))
                #expect(peer.requests.count == 1)
            }
        }

        @Test("A connection serves one request after the other", arguments: Transport.allOfWholes)
        func reuse(_ transport: Transport) async throws {
            try await ScriptedPeer.play {
                while $0.readRequest() != nil { $0.respond() }
            } _: { peer in
                let client = transport.make()
                for _ in 0..<3 { _ = try await client.send(HTTPRequest(target: peer.url)).body.collect() }
                #expect(peer.requests.count == 3)
                #expect(peer.connections == 1)
            }
        }

        @Test("The head is there before the body is", arguments: Transport.all)
        func headFirst(_ transport: Transport) async throws {
            let headSeen = TestSignal()
            let pieceSeen = TestSignal()
            try await ScriptedPeer.play { connection in
                guard connection.readRequest() != nil else { return }
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
                headSeen.block()
                connection.send("one")
                pieceSeen.block()
                connection.send("two")
                connection.awaitClose()
            } _: { peer in
                let response = try await transport.make().send(HTTPRequest(target: peer.url))
                headSeen.fire()
                var body = ""
                for try await piece in response.body {
                    body += String(decoding: piece, as: UTF8.self)
                    if body == "one" { pieceSeen.fire() }
                }
                #expect(body == "onetwo")
            }
        }

        @Test("Interim heads are skipped", arguments: Transport.allOfWholes)
        func interimHeads(_ transport: Transport) async throws {
            try await ScriptedPeer.play { connection in
                guard connection.readRequest() != nil else { return }
                connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-A: 1\r\n\r\n")
                connection.respond(200, "a")
            } _: { peer in
                let response = try await transport.make().send(HTTPRequest(target: peer.url))
                #expect(response.status == 200)
                #expect(response.fields["x-a"] == nil)
                #expect(try await response.body.collect() == Array("a".utf8))
            }
        }

        #if Curl
        // Only libcurl: URLSession on Linux ends the process.
        @Test("Trailers are ignored")
        func trailers() async throws {
            try await ScriptedPeer.play { connection in
                guard connection.readRequest() != nil else { return }
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-T: 1\r\n\r\n")
            } _: { peer in
                let response = try await CurlHTTPClient().send(HTTPRequest(target: peer.url))
                #expect(try await response.body.collect() == Array("a".utf8))
                #expect(response.fields["x-t"] == nil)
            }
        }
        #endif

        @Test(
            "Framing and cuts do not matter", arguments: Transport.allOfWholes,
            [
                "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nسلام 👋",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nسل\u{0}\r\n9;x=y\r\n\r\n\r\n👋a\r\n0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nuntil the end",
            ])
        func framing(_ transport: Transport, _ answer: String) async throws {
            try await ScriptedPeer.play { connection in
                guard connection.readRequest() != nil else { return }
                // One segment for each byte, as far as the kernel goes along.
                for byte in answer.utf8 { connection.send([byte]) }
            } _: { peer in
                let response = try await transport.make().send(HTTPRequest(target: peer.url))
                #expect(response.status == 200)
                let body = String(decoding: try await response.body.collect(), as: UTF8.self)
                #expect(["سلام 👋", "سل\u{0}\r\n\r\n👋a", "until the end"].contains(body))
            }
        }

        @Test("Compression is neither asked for nor undone", arguments: Transport.allOfWholes)
        func compression(_ transport: Transport) async throws {
            let bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            try await ScriptedPeer.play { connection in
                while connection.readRequest() != nil {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(bytes.count)\r\n\r\n")
                    connection.send(bytes)
                }
            } _: { peer in
                let response = try await transport.make().send(HTTPRequest(target: peer.url))
                #expect(try await response.body.collect() == bytes)
                #expect([nil, "identity"].contains(peer.requests[0].fields["accept-encoding"]))
            }
        }

        @Test(
            "Repeated fields: libcurl keeps them as they are, URLSession loses their order",
            arguments: Transport.allOfWholes)
        func repeatedFields(_ transport: Transport) async throws {
            try await ScriptedPeer.play {
                while $0.readRequest() != nil { $0.respond(200, "", fields: "X-A: 1\r\nX-B: 2\r\nx-a: 3\r\nX-C:\r\n") }
            } _: { peer in
                var request = HTTPRequest(target: peer.url)
                request.fields.add("X-R", "1")
                request.fields.add("X-R", "2")
                let fields = try await transport.make().send(request).fields
                let sent = peer.requests[0].fields.values("x-r")
                if !transport.isURLSession {
                    #expect(fields.fields.prefix(4).map(\.name) == ["X-A", "X-B", "x-a", "X-C"])
                    #expect(fields.values("X-A") == ["1", "3"])
                    #expect(fields["X-C"]?.isEmpty == true)
                    #expect(sent == ["1", "2"])
                } else {
                    #expect(Set(fields.values("X-A")) == ["1", "3"])
                    #expect(sent == ["1,2"])
                }
            }
        }

        @Test("Cookies are not kept", arguments: Transport.allOfWholes)
        func cookies(_ transport: Transport) async throws {
            try await ScriptedPeer.play {
                while $0.readRequest() != nil { $0.respond(200, "", fields: "Set-Cookie: a=b; Path=/\r\n") }
            } _: { peer in
                let client = transport.make()
                for _ in 0..<2 { _ = try await client.send(HTTPRequest(target: peer.url)).body.collect() }
                #expect(peer.requests.map { $0.fields["cookie"] } == [nil, nil])
            }
        }

        @Test("A body of 3 MB goes out whole", arguments: Transport.all)
        func largeRequest(_ transport: Transport) async throws {
            let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try await ScriptedPeer.play {
                while $0.readRequest() != nil { $0.respond() }
            } _: { peer in
                _ = try await transport.make().send(HTTPRequest(method: .post, target: peer.url, body: body))
                #expect(peer.requests.first?.body == body)
                #expect(peer.requests.first?.fields["expect"] == nil)
            }
        }

        @Test("200 at once, each with its own answer, over no more connections than allowed", arguments: Transport.all)
        func concurrency(_ transport: Transport) async throws {
            try await ScriptedPeer.play {
                while let request = $0.readRequest() { $0.respond(200, request.target) }
            } _: { peer in
                let client = transport.make()
                let right = try await withThrowingTaskGroup { group in
                    for number in 0..<200 {
                        group.addTask {
                            let response = try await client.send(HTTPRequest(target: "\(peer.url)/\(number)"))
                            return try await response.body.collect() == Array("/\(number)".utf8)
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(right == 200)
                #expect(peer.mostOpen <= 64)
            }
        }
    }
}
