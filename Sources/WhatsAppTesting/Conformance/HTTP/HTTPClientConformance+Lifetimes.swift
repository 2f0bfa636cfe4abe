internal import Synchronization
internal import WhatsAppCore

// When exchanges end, and what becomes of their connections.
extension HTTPClientConformance {
    private static let endlessHead = "HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n"

    static func timeout(_ make: Make, _ findings: Findings) async throws {
        let time = Duration.milliseconds(200)
        let closed = TestSignal()
        try await ScriptedPeer.play {
            guard let request = $0.readRequest() else { return }
            if request.target == "/body" {
                $0.send(endlessHead)
                // As fast as the client reads: there is no idle time at all.
                while $0.send(".") {}
            } else {
                if request.target == "/unread" { $0.send(endlessHead + "some") }
                $0.awaitClose()
                if request.target == "/unread" { closed.fire() }
            }
        } _: { peer in
            let begun = ContinuousClock.now
            let error = await findings.expectClientError("before the head", .timedOut) {
                _ = try await make().send(HTTPRequest(target: "\(peer.url)/head", timeout: time))
            }
            findings.expect(error?.mayHaveBeenSent != false, "it is said that nothing was sent")
            findings.expect(ContinuousClock.now - begun >= time, "it threw before the time had passed")
            await findings.expectClientError("within the body", .timedOut) {
                let response = try await make().send(HTTPRequest(target: "\(peer.url)/body", timeout: time))
                for try await _ in response.body {}
            }
            await findings.expectClientError("while nobody reads", .timedOut) {
                let response = try await make().send(HTTPRequest(target: "\(peer.url)/unread", timeout: time))
                await closed.wait()
                _ = try await response.body.collect()
            }
        }
    }

    static func noTime(_ make: Make, _ findings: Findings) async throws {
        try await ScriptedPeer.play {
            while $0.readRequest() != nil { $0.respond() }
        } _: { peer in
            for time in [Duration.zero, .seconds(-1)] {
                await findings.expectClientError("a time-out of \(time)", .timedOut) {
                    _ = try await make().send(HTTPRequest(target: peer.url, timeout: time))
                }
            }
            let response = try await make().send(HTTPRequest(target: "\(peer.url)/last", timeout: .seconds(Int64.max)))
            findings.expect("a very long time-out", response.status, is: 200)
            findings.expect("requests", peer.requests.map(\.target), is: ["/last"])
        }
    }

    static func letsGo(_ make: Make, _ findings: Findings) async throws {
        enum Way: String, CaseIterable {
            case cancelledBeforeTheHead, cancelledWithinTheBody, leftTheLoop, neverRead
        }
        for way in Way.allCases {
            let (asked, reading, closed) = (TestSignal(), TestSignal(), TestSignal())
            try await ScriptedPeer.play {
                _ = $0.readRequest()
                asked.fire()
                if way != .cancelledBeforeTheHead { $0.send(endlessHead + "some") }
                $0.awaitClose()
                closed.fire()
            } _: { peer in
                // It outlives the exchange: only the exchange can end the connection.
                let client = make()
                let exchange = Task {
                    let response = try await client.send(HTTPRequest(target: peer.url))
                    guard way != .neverRead else { return }
                    for try await _ in response.body {
                        reading.fire()
                        if way == .leftTheLoop { break }
                    }
                }
                await (way == .cancelledWithinTheBody ? reading : asked).wait()
                if way == .cancelledBeforeTheHead || way == .cancelledWithinTheBody { exchange.cancel() }
                _ = await exchange.result
                // A client that keeps the connection keeps this check from its end, which is told.
                await closed.wait()
                withExtendedLifetime(client) {}
            }
        }
    }

    static func reuse(_ make: Make, _ findings: Findings) async throws {
        try await ScriptedPeer.play {
            while $0.readRequest() != nil { $0.respond() }
        } _: { peer in
            let client = make()
            for _ in 0..<3 { _ = try await client.send(HTTPRequest(target: peer.url)).body.collect() }
            findings.expect("connections for three requests, one after the other", peer.connections, is: 1)
        }
        let closed = TestSignal()
        try await ScriptedPeer.play {
            guard $0.readRequest() != nil else { return }
            $0.respond()
            if $0.number == 0 {
                $0.endWriting()
                closed.fire()
            }
            $0.awaitClose()
        } _: { peer in
            let client = make()
            _ = try await client.send(HTTPRequest(target: peer.url)).body.collect()
            await closed.wait()
            let response = try await client.send(HTTPRequest(method: .post, target: peer.url, body: [1]))
            findings.expect("the status, after the peer had closed an idle connection", response.status, is: 200)
        }
    }

    static func bounded(_ make: Make, _ findings: Findings) async throws {
        let taken = Mutex(0)
        let ended = TestSignal()
        let (piece, limit) = (1 << 20, 128 << 20)
        try await ScriptedPeer.play {
            guard $0.readRequest() != nil else { return }
            // Who holds the peer back does so for good: nobody reads.
            $0.giveUpSending(after: 1)
            $0.send(endlessHead)
            let bytes = [UInt8](repeating: 7, count: piece)
            while taken.withLock({ $0 }) < limit, $0.send(bytes) { taken.withLock { $0 += piece } }
            ended.fire()
        } _: { peer in
            let response = try await make().send(HTTPRequest(target: peer.url))
            await ended.wait()
            let count = taken.withLock { $0 }
            findings.expect(count < limit, "\(count) bytes were taken in while nobody read")
            withExtendedLifetime(response) {}
        }
    }
}
