import Testing
import WhatsAppCore
import WhatsAppTesting
@testable import WhatsAppTransport

extension HTTPClientTests {
    @Suite struct Lifetimes {
        private static let head = "HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n"

        @Test("The deadline counts while a request waits for a connection", arguments: Transport.allOfWholes)
        func deadlineInQueue(_ transport: Transport) async throws {
            try await ScriptedPeer.play {
                _ = $0.readRequest()
                $0.awaitClose()
            } _: { peer in
                let client = transport.make()
                try await withThrowingTaskGroup { group in
                    for _ in 0..<64 { group.addTask { _ = try await client.send(HTTPRequest(target: peer.url)) } }
                    let error = try await clientError {
                        for _ in 0..<3 {
                            _ = try await client.send(HTTPRequest(target: peer.url, timeout: .milliseconds(300)))
                        }
                    }
                    #expect(error.code == .timedOut)
                    group.cancelAll()
                    while let result = await group.nextResult() {
                        #expect(throws: CancellationError.self) { try result.get() }
                    }
                }
            }
        }

        @Test("Each request keeps its own deadline, in whatever order they come", arguments: Transport.allOfWholes)
        func manyDeadlines(_ transport: Transport) async throws {
            try await ScriptedPeer.play {
                _ = $0.readRequest()
                $0.awaitClose()
            } _: { peer in
                let client = transport.make()
                // The second round begins when no deadline is left.
                for _ in 0..<2 {
                    try await withThrowingTaskGroup { group in
                        group.addTask { _ = try await client.send(HTTPRequest(target: peer.url)) }
                        for milliseconds in [300, 100, 200, 100] {
                            group.addTask {
                                let timeout = Duration.milliseconds(milliseconds)
                                let start = ContinuousClock.now
                                let error = try await clientError {
                                    _ = try await client.send(HTTPRequest(target: peer.url, timeout: timeout))
                                }
                                #expect(error.code == .timedOut)
                                #expect(start.duration(to: .now) >= timeout)
                            }
                        }
                        for _ in 0..<4 { try await group.next() }
                        group.cancelAll()
                        await #expect(throws: CancellationError.self) { try await group.next() }
                    }
                }
            }
        }

        @Test("A body that was left in the middle cannot be read again", arguments: Transport.all)
        func leftBody(_ transport: Transport) async throws {
            try await ScriptedPeer.play {
                guard $0.readRequest() != nil else { return }
                $0.send(Self.head + "some")
                $0.awaitClose()
            } _: { peer in
                let response = try await transport.make().send(HTTPRequest(target: peer.url))
                for try await _ in response.body { break }
                let error = try await clientError { _ = try await response.body.collect() }
                #expect(error.code == .other)
            }
        }

        @Test("A client that is let go finishes what it has begun and closes its connections", arguments: Transport.all)
        func release(_ transport: Transport) async throws {
            let released = TestSignal()
            let closed = TestSignal()
            try await ScriptedPeer.play {
                guard $0.readRequest() != nil else { return }
                $0.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\none")
                released.block()
                $0.send("two")
                $0.awaitClose()
                closed.fire()
            } _: { peer in
                let body = try await transport.make().send(HTTPRequest(target: peer.url)).body
                released.fire()
                #expect(try await body.collect() == Array("onetwo".utf8))
                // URLSession on Linux frees its session, but forgets to close the socket now and then.
                if !transport.isURLSession { await closed.wait() }
            }
        }

        #if URLSession
        @Test("URLSession: a reader that falls too far behind is told so")
        func tooSlow() async throws {
            let closed = TestSignal()
            try await ScriptedPeer.play {
                guard $0.readRequest() != nil else { return }
                $0.send(Self.head)
                $0.send([UInt8](repeating: 1, count: 4 << 20))
                $0.awaitClose()
                closed.fire()
            } _: { peer in
                var configuration = URLSessionHTTPClient.Configuration()
                configuration.bodyBufferLimit = 1 << 20
                let client = URLSessionHTTPClient(configuration: configuration)
                let response = try await client.send(HTTPRequest(target: peer.url))
                await closed.wait()
                var count = 0
                let error = try await clientError { for try await piece in response.body { count += piece.count } }
                #expect(error.code == .bodyTooLarge)
                #expect((1 << 20...5 << 18).contains(count))
            }
        }
        #endif

        #if Curl
        @Test("libcurl: 100 MB through a slow reader, never more than the bound in memory, others not held up")
        func backPressure() async throws {
            try await ScriptedPeer.play { connection in
                while let request = connection.readRequest() {
                    guard request.target == "/large" else {
                        connection.respond()
                        continue
                    }
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
                    let block = [UInt8](repeating: 7, count: 100_000)
                    for _ in 0..<1000 { guard connection.send(block) else { return } }
                }
            } _: { peer in
                let client = CurlHTTPClient()
                let response = try await client.send(HTTPRequest(target: "\(peer.url)/large"))
                var (count, pieces, largest) = (0, 0, 0)
                for try await piece in response.body {
                    // The reader gets all that waits, so a piece is what was in memory.
                    count += piece.count
                    pieces += 1
                    largest = max(largest, piece.count)
                    if pieces % 20 == 1 { _ = try await client.send(HTTPRequest(target: peer.url)).body.collect() }
                }
                #expect(count == 100_000_000)
                #expect(largest <= CurlHTTPClient.bodyCapacity + 16_384)
            }
        }
        #endif
    }
}
