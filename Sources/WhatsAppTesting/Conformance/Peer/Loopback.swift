internal import WhatsAppCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The system's calls for a peer on 127.0.0.1.
package enum Loopback {
    /// What the system refused.
    package struct Failure: Error {
        package var errno: Int32
    }

    /// Listens on a free port. The caller closes the socket.
    static func listen() throws -> (socket: Int32, port: Int) {
        #if canImport(Darwin)
        let kind = SOCK_STREAM
        #else
        let kind = Int32(SOCK_STREAM.rawValue)
        #endif
        let listener = socket(AF_INET, kind, 0)
        guard listener >= 0, fcntl(listener, F_SETFD, FD_CLOEXEC) >= 0 else { throw Failure(errno: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Unsafe: the calls take an address of any family by a pointer, which is valid for the calls.
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(listener, address, size) == 0, systemListen(listener, 512) == 0 else { return Int32(-1) }
                return getsockname(listener, address, &size)
            }
        }
        guard result == 0 else { throw Failure(errno: errno) }
        return (listener, Int(in_port_t(bigEndian: address.sin_port)))
    }

    static func accept(_ listener: Int32) -> Int32 {
        let socket = systemAccept(listener, nil, nil)
        if socket >= 0 { _ = fcntl(socket, F_SETFD, FD_CLOEXEC) }
        return socket
    }

    /// A port on which nobody listens.
    package static func unusedPort() throws -> Int {
        let (socket, port) = try listen()
        close(socket)
        return port
    }

    static func startThread(_ body: @escaping @Sendable () -> Void) throws {
        let error = OSThread.start(body)
        guard error == 0 else { throw Failure(errno: error) }
    }
}

// Inside the type the names are its own.
private let systemListen: @Sendable (Int32, Int32) -> Int32 = { listen($0, $1) }
private let systemAccept:
    @Sendable (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32 = {
        accept($0, $1, $2)
    }
