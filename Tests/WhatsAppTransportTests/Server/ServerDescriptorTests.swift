import Testing
import WhatsAppCore
import WhatsAppTesting

@testable import WhatsAppTransport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What a server does where descriptors are scarce. Each test is a process of its own, whose limit is lowered.
@Suite struct ServerDescriptorTests {
    @Test func leavesDescriptorsToOthers() async {
        await #expect(processExitsWith: .success) {
            closeInheritedSockets()
            try limitDescriptors(to: 140)
            let seen = Recorder<String>()
            let handler: @Sendable (HTTPRequest) -> HTTPResponse = { request in
                seen.append(request.target)
                return echo(request)
            }
            try await withServer(handler: handler) { port in
                var clients = try (0..<50).map { _ in try RawClient(port: port) }
                for (number, client) in clients.enumerated() {
                    try await client.send("GET /\(number) HTTP/1.1\r\nHost: h\r\n\r\n")
                }
                for client in clients.prefix(40) { _ = try await client.response() }
                _ = try await clients[0].exchange("GET /again HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(Set(seen.elements) == Set((0..<40).map { "/\($0)" } + ["/again"]))

                clients.removeFirst(10)
                for client in clients.suffix(10) { #expect(try await client.response().status == 200) }
            }
        }
    }

    @Test func goesOnWhenThereAreNone() async {
        await #expect(processExitsWith: .success) {
            closeInheritedSockets()
            // What the runtime opens when it is first used is open from here on.
            try await withServer(handler: { echo($0) }) { _ = try await RawClient(port: $0).exchange(get) }
            try limitDescriptors(to: 128)
            let server = try HTTP1Server()
            let clients = try (0..<8).map { _ in try RawClient(port: server.port) }
            var files: [Int32] = []
            while case let file = dup(0), file >= 0 { files.append(file) }
            for file in files.suffix(3) { close(file) }

            try await withThrowingTaskGroup { group in
                group.addTask { try await server.run(ClosureHTTPHandler { echo($0) }) }
                for client in clients { try await client.send(get) }
                for client in clients.prefix(3) { #expect(try await client.response().status == 200) }
                for (number, client) in clients.enumerated() {
                    client.shutDown()
                    guard number + 3 < clients.count else { break }
                    #expect(try await clients[number + 3].response().status == 200)
                }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}

/// Foundation on Linux leaks sockets of its HTTP client, and children inherit them: by how many depends on the tests before.
private func closeInheritedSockets() {
    var kind = Int32(0)
    for descriptor in 3..<Int32(4096) {
        var size = socklen_t(MemoryLayout<Int32>.size)
        if getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &kind, &size) == 0 { close(descriptor) }
    }
}

private func limitDescriptors(to count: rlim_t) throws {
    var limit = rlimit(rlim_cur: count, rlim_max: count)
    #if canImport(Darwin)
    let result = setrlimit(RLIMIT_NOFILE, &limit)
    #else
    let result = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    #endif
    try #require(result == 0)
}
