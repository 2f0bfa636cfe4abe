internal import Synchronization
package import WhatsAppCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A request as it arrived on the wire.
package struct PeerRequest: Sendable {
    package var connection: Int
    package var method: String
    package var target: String
    package var fields: HTTPFields
    package var body: [UInt8]
}

/// A peer on 127.0.0.1 that plays one script for each connection, on a thread of its own, over a raw socket: what no
/// decent server would do.
///
/// The script reads requests and writes any bytes it likes. When it returns, the connection is closed.
package final class ScriptedPeer: Sendable {
    package typealias Script = @Sendable (PeerConnection) -> Void

    private struct State {
        var isOpen = true
        var open: Set<Int32> = []
        var connections = 0
        var mostOpen = 0
        var requests: [PeerRequest] = []
    }

    package let port: Int
    private let listener: Int32
    private let script: Script
    private let state = Mutex(State())

    /// Plays `script` to all who connect while `body` runs.
    package static func play<Result>(
        _ script: @escaping Script, _ body: (ScriptedPeer) async throws -> Result
    ) async throws -> Result {
        let peer = try ScriptedPeer(script)
        defer { peer.stop() }
        return try await body(peer)
    }

    private init(_ script: @escaping Script) throws {
        self.script = script
        (listener, port) = try Loopback.listen()
        try Loopback.startThread { [self] in
            while accept() {}
            // After this nobody shuts it down: the number may be another file's as soon as it is closed.
            state.withLock { $0.isOpen = false }
            close(listener)
        }
    }

    package var url: String { "http://127.0.0.1:\(port)" }
    /// The number of connections accepted so far.
    package var connections: Int { state.withLock { $0.connections } }
    /// The most connections that were open at one time.
    package var mostOpen: Int { state.withLock { $0.mostOpen } }
    /// The requests that have been read whole.
    package var requests: [PeerRequest] { state.withLock { $0.requests } }

    fileprivate func record(_ request: PeerRequest) {
        state.withLock { $0.requests.append(request) }
    }

    private func accept() -> Bool {
        let socket = Loopback.accept(listener)
        guard socket >= 0 else { return false }
        let number = state.withLock { state -> Int? in
            guard state.isOpen else { return nil }
            state.open.insert(socket)
            state.connections += 1
            state.mostOpen = max(state.mostOpen, state.open.count)
            return state.connections - 1
        }
        guard let number else {
            close(socket)
            return false
        }
        let serving: ()? = try? Loopback.startThread { [self] in
            script(PeerConnection(socket: socket, number: number, peer: self))
            // Removed first, for the same reason.
            _ = state.withLock { $0.open.remove(socket) }
            close(socket)
        }
        return serving != nil
    }

    /// Refuses further connections.
    fileprivate func stopListening() {
        state.withLock { state in
            if state.isOpen { shutdown(listener, Int32(SHUT_RDWR)) }
            state.isOpen = false
        }
    }

    private func stop() {
        stopListening()
        state.withLock { state in
            for socket in state.open { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }
}

/// One accepted connection, for its script.
package final class PeerConnection {
    /// 0 for the peer's first connection.
    package let number: Int
    private let socket: Int32
    private let peer: ScriptedPeer
    private var unread: [UInt8] = []

    fileprivate init(socket: Int32, number: Int, peer: ScriptedPeer) {
        self.socket = socket
        self.number = number
        self.peer = peer
    }

    /// Reads one request and records it; `nil` when the client closes before it is whole.
    package func readRequest() -> PeerRequest? {
        let blank = Array("\r\n\r\n".utf8)
        var searched = 0
        var head: Range<Int>?
        while head == nil {
            head = unread[searched...].firstRange(of: blank)
            searched = max(0, unread.count - 3)
            if head == nil, !receive() { return nil }
        }
        guard let head else { return nil }
        let lines = String(decoding: unread[..<head.lowerBound], as: UTF8.self).split(separator: "\r\n")
        unread.removeSubrange(..<head.upperBound)
        let start = lines[0].split(separator: " ").map(String.init)
        var fields = HTTPFields()
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            fields.add(String(parts[0]), String(parts[1].drop { $0 == " " }))
        }
        let length = fields["Content-Length"].flatMap { Int($0) } ?? 0
        while unread.count < length { guard receive() else { return nil } }
        let request = PeerRequest(
            connection: number, method: start[0], target: start[1], fields: fields, body: Array(unread[..<length]))
        unread.removeSubrange(..<length)
        peer.record(request)
        return request
    }

    /// Writes bytes; `false` when the client has closed, or takes nothing for the time that was set.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            // Unsafe: the bytes are read in place, within the call. The thread gets no SIGPIPE.
            let count = rest.withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
            guard count > 0 else { return false }
            rest.removeFirst(count)
        }
        return true
    }

    /// Writes text as UTF-8.
    @discardableResult
    package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Writes a whole response with its length.
    @discardableResult
    package func respond(_ status: Int = 200, _ body: String = "", fields: String = "") -> Bool {
        send("HTTP/1.1 \(status) Status\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Blocks until the client closes its end.
    package func awaitClose() {
        while receive() { unread = [] }
    }

    /// Lets ``send(_:)-([UInt8])`` give up when the client takes nothing for so many seconds.
    package func giveUpSending(after seconds: Int) {
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Makes the close that follows the script a reset (RFC 9293, section 3.10.4) instead of an orderly one.
    package func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Makes the peer refuse further connections.
    package func stopListening() { peer.stopListening() }

    /// Tells the client that nothing more will be written, now.
    package func endWriting() {
        shutdown(socket, Int32(SHUT_WR))
    }

    private func receive() -> Bool {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = read(socket, &piece, piece.count)
        guard count > 0 else { return false }
        unread.append(contentsOf: piece[..<count])
        return true
    }
}
