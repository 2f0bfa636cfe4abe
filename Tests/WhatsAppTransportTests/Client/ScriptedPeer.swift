import Foundation
import Synchronization
import WhatsAppCore

#if canImport(Glibc)
import Glibc
#endif

/// A request as it arrived on the wire.
struct PeerRequest: Sendable {
    var connection: Int
    var method: String
    var target: String
    var fields: HTTPFields
    var body: [UInt8]
}

/// A peer on 127.0.0.1 that plays one script for each connection, on a thread of its own, over a raw socket.
///
/// The script reads requests and writes any bytes it likes. When it returns, the connection is closed.
final class ScriptedPeer: Sendable {
    typealias Script = @Sendable (PeerConnection) -> Void

    private struct State {
        var isOpen = true
        var open: Set<Int32> = []
        var connections = 0
        var mostOpen = 0
        var requests: [PeerRequest] = []
    }

    let port: UInt16
    private let listener: Int32
    private let script: Script
    private let state = Mutex(State())

    /// Plays `script` to all who connect while `body` runs.
    static func play<Result>(
        _ script: @escaping Script, _ body: (ScriptedPeer) async throws -> Result
    ) async throws -> Result {
        let peer = try ScriptedPeer(script)
        defer { peer.stop() }
        return try await body(peer)
    }

    private init(_ script: @escaping Script) throws {
        self.script = script
        (listener, port) = try Loopback.listen()
        Thread.detachNewThread { [self] in
            while accept() {}
            // After this nobody shuts it down: the number may be another file's as soon as it is closed.
            state.withLock { $0.isOpen = false }
            close(listener)
        }
    }

    var url: String { "http://127.0.0.1:\(port)" }
    /// The number of connections accepted so far.
    var connections: Int { state.withLock { $0.connections } }
    /// The most connections that were open at one time.
    var mostOpen: Int { state.withLock { $0.mostOpen } }
    /// The requests that have been read whole.
    var requests: [PeerRequest] { state.withLock { $0.requests } }

    func record(_ request: PeerRequest) {
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
        Thread.detachNewThread { [self] in
            script(PeerConnection(socket: socket, number: number, peer: self))
            // Removed first, for the same reason.
            _ = state.withLock { $0.open.remove(socket) }
            close(socket)
        }
        return true
    }

    /// Refuses further connections.
    func stopListening() {
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
final class PeerConnection {
    /// 0 for the peer's first connection.
    let number: Int
    private let socket: Int32
    private let peer: ScriptedPeer
    private var unread: [UInt8] = []

    init(socket: Int32, number: Int, peer: ScriptedPeer) {
        self.socket = socket
        self.number = number
        self.peer = peer
    }

    /// Reads one request and records it; `nil` when the client closes before it is whole.
    func readRequest() -> PeerRequest? {
        let blank = Array("\r\n\r\n".utf8)
        while unread.firstRange(of: blank) == nil { guard receive() else { return nil } }
        guard let end = unread.firstRange(of: blank) else { return nil }
        let lines = String(decoding: unread[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        unread.removeSubrange(..<end.upperBound)
        let start = lines[0].components(separatedBy: " ")
        var fields = HTTPFields()
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            fields.add(String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
        }
        let length = fields["Content-Length"].flatMap { Int($0) } ?? 0
        while unread.count < length { guard receive() else { return nil } }
        let request = PeerRequest(
            connection: number, method: start[0], target: start[1], fields: fields, body: Array(unread[..<length]))
        unread.removeSubrange(..<length)
        peer.record(request)
        return request
    }

    /// Writes bytes; `false` when the client has closed.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest.removeFirst(count)
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Writes a whole response with its length.
    @discardableResult
    func respond(_ status: Int = 200, _ body: String = "", fields: String = "") -> Bool {
        send("HTTP/1.1 \(status) Status\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Blocks until the client closes its end.
    func awaitClose() {
        while receive() { unread = [] }
    }

    /// Makes the close that follows the script a reset (RFC 9293, section 3.10.4) instead of an orderly one.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Makes the peer refuse further connections.
    func stopListening() { peer.stopListening() }

    /// Tells the client that nothing more will be written, now.
    func endWriting() {
        shutdown(socket, Int32(SHUT_WR))
    }

    private func receive() -> Bool {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &piece, piece.count, 0)
        guard count > 0 else { return false }
        unread.append(contentsOf: piece[..<count])
        return true
    }
}

/// The socket calls of the peer.
enum Loopback {
    struct Failure: Error {
        var errno: Int32
    }

    /// Listens on a free port.
    static func listen() throws -> (socket: Int32, port: UInt16) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { throw Failure(errno: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(listener, address, size) == 0, Glibc.listen(listener, 512) == 0 else { return Int32(-1) }
                return getsockname(listener, address, &size)
            }
        }
        guard result == 0 else { throw Failure(errno: errno) }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    static func accept(_ listener: Int32) -> Int32 {
        Glibc.accept(listener, nil, nil)
    }

    /// A port on which nobody listens.
    static func unusedPort() throws -> UInt16 {
        let (socket, port) = try listen()
        close(socket)
        return port
    }
}
