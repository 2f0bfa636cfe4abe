import Synchronization
import WhatsAppCore

@testable import WhatsAppTransport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

// Inside the class the name is a property's.
private let openSocket: @Sendable (Int32, Int32, Int32) -> Int32 = { socket($0, $1, $2) }

/// A client that sends exactly the bytes it is told to. Its calls block, on threads of their own: the tests share few
/// threads with the handlers they test.
final class RawClient: Sendable {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// One response as it came.
    struct Response {
        var head: String
        var body: String

        var status: Int { Int(head.split(separator: " ")[1]) ?? 0 }

        /// The value of a field, by its exact name.
        func value(_ name: String) -> String? {
            let line = head.split(separator: "\r\n").first { $0.hasPrefix("\(name): ") }
            return line.map { String($0.dropFirst(name.count + 2)) }
        }
    }

    private let socket: Descriptor
    private let received = Mutex<[UInt8]>([])

    /// Connects over loopback.
    /// - Parameter receiveBuffer: the size of the kernel's buffer, small to be a reader that keeps the server waiting.
    init(port: Int, receiveBuffer: Int32? = nil) throws {
        #if canImport(Darwin)
        let kind = SOCK_STREAM
        #else
        let kind = Int32(SOCK_STREAM.rawValue)
        #endif
        let descriptor = openSocket(AF_INET, kind, 0)
        socket = Descriptor(owning: descriptor)
        // No test ends later than this; it is there so that a defect fails a test and does not hang it.
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "connect: \(SystemError(errno: errno))") }
    }

    /// Sends all of the bytes.
    func send(_ text: String) async throws {
        try await Self.blocking { try self.sendNow(text) }
    }

    /// Reads one response with its body.
    func response(toHead: Bool = false) async throws -> Response {
        try await Self.blocking { try self.responseNow(toHead: toHead) }
    }

    /// Sends the bytes and reads one response.
    func exchange(_ text: String, toHead: Bool = false) async throws -> Response {
        try await Self.blocking {
            try self.sendNow(text)
            return try self.responseNow(toHead: toHead)
        }
    }

    /// Reads up to and including `mark`.
    func read(through mark: String) async throws -> String {
        try await Self.blocking { try self.readNow(through: mark) }
    }

    /// Reads to the end of the connection.
    func readToEnd() async throws -> String {
        try await Self.blocking {
            while try self.receiveNow() {}
            return self.received.withLock { bytes in
                defer { bytes = [] }
                return String(decoding: bytes, as: UTF8.self)
            }
        }
    }

    /// From now on takes in whatever comes, as fast as it comes, and keeps none of it.
    func discardAll() throws {
        let error = OSThread.start {
            while (try? self.receiveNow()) == true { self.received.withLock { $0 = [] } }
        }
        guard error == 0 else { throw SystemError(errno: error) }
    }

    /// Says that nothing more will be sent.
    func endSending() {
        socket.endSending()
    }

    /// Ends the connection in both directions; a call that blocks on it returns.
    func shutDown() {
        _ = shutdown(socket.raw, Int32(SHUT_RDWR))
    }

    /// Makes the end of this client a reset of the connection, without a farewell.
    func resetOnClose() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket.raw, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    // MARK: On a thread that may block

    /// Runs `body` on a thread that it may block.
    static func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let error = OSThread.start { continuation.resume(with: Result { try body() }) }
            if error != 0 { continuation.resume(throwing: SystemError(errno: error)) }
        }
    }

    func sendNow(_ text: String) throws {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            guard case .bytes(let count) = socket.send(bytes, from: sent) else {
                throw Failure(description: "The server took \(sent) bytes of \(bytes.count).")
            }
            sent += count
        }
    }

    func responseNow(toHead: Bool = false) throws -> Response {
        let head = try readNow(through: "\r\n\r\n")
        var response = Response(head: head, body: "")
        if toHead || response.status < 200 { return response }
        if response.value("Transfer-Encoding") == "chunked" {
            response.body = try chunks()
        } else if let length = response.value("Content-Length").flatMap({ Int($0) }) {
            response.body = try readNow(count: length)
        }
        return response
    }

    private func chunks() throws -> String {
        var body = ""
        while true {
            let line = try readNow(through: "\r\n").dropLast()
            guard let size = Int(line, radix: 16) else { throw Failure(description: "Not a chunk: \(line)") }
            let chunk = try readNow(count: size)
            _ = try readNow(through: "\r\n")
            if size == 0 { return body }
            body += chunk
        }
    }

    private func readNow(through mark: String) throws -> String {
        let mark = Array(mark.utf8)
        var searched = 0
        while true {
            let found: String? = received.withLock { bytes in
                guard bytes.count >= mark.count else { return nil }
                for start in searched...(bytes.count - mark.count)
                where bytes[start..<start + mark.count].elementsEqual(mark) {
                    return Self.take(start + mark.count, from: &bytes)
                }
                searched = bytes.count - mark.count + 1
                return nil
            }
            if let found { return found }
            guard try receiveNow() else {
                throw Failure(description: "The connection ended before \(mark).")
            }
        }
    }

    private func readNow(count: Int) throws -> String {
        while received.withLock({ $0.count < count }) {
            guard try receiveNow() else { throw Failure(description: "The connection ended before \(count) bytes.") }
        }
        return received.withLock { Self.take(count, from: &$0) }
    }

    private static func take(_ count: Int, from bytes: inout [UInt8]) -> String {
        defer { bytes.removeFirst(count) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// Whether there was something to receive before the end.
    private func receiveNow() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        switch socket.receive(into: &buffer) {
        case .bytes(let count):
            received.withLock { $0.append(contentsOf: buffer[..<count]) }
            return count > 0
        case .wouldBlock: throw Failure(description: "The server sent nothing for a minute.")
        case .failed(let errno): throw Failure(description: "receive: \(SystemError(errno: errno))")
        }
    }
}
