import Testing
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

extension HTTPClientTests {
    @Suite struct Exchanges {
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
