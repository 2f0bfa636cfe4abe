import Testing
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

extension HTTPClientTests {
    @Suite struct Failures {
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
