import CSystem

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A file descriptor that is closed when its owner lets it go, and neither leaked nor closed twice: the compiler sees to
/// it that there is one owner.
struct Descriptor: ~Copyable, Sendable {
    let raw: Int32

    init(owning raw: Int32) { self.raw = raw }

    deinit { _ = close(raw) }
}

/// How a non-blocking call on a socket ended.
enum Transfer: Equatable {
    /// So many bytes went. When receiving, zero is the end of what the peer sends.
    case bytes(Int)
    /// The socket would have blocked.
    case wouldBlock
    /// The connection is of no more use.
    case failed(errno: Int32)

    fileprivate init(_ result: Int) {
        self =
            switch Int32(truncatingIfNeeded: -result) {
            case _ where result >= 0: .bytes(result)
            case EAGAIN, EWOULDBLOCK, EINTR: .wouldBlock
            case let error: .failed(errno: error)
            }
    }
}

// Unsafe: the system calls read and write through pointers, which are valid for the call and bounded by `count`.
extension Descriptor {
    /// Receives into the front of `buffer`, which keeps its size.
    borrowing func receive(into buffer: inout [UInt8]) -> Transfer {
        buffer.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return .bytes(0) }
            return Transfer(csystem_receive(raw, start, bytes.count))
        }
    }

    /// Sends `bytes` from `start` on.
    borrowing func send(_ bytes: [UInt8], from start: Int) -> Transfer {
        bytes[start...].withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return .bytes(0) }
            return Transfer(csystem_send(raw, start, bytes.count))
        }
    }

    /// Tells the peer that nothing more will come; receiving goes on.
    borrowing func endSending() {
        _ = shutdown(raw, Int32(SHUT_WR))
    }
}
