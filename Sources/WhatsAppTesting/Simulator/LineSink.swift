internal import WhatsAppCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A pipe to write a log to, whose whole lines are told one after the other, from a thread of their own.
package struct LineSink: Sendable {
    /// Where to write.
    package let descriptor: Int32

    /// Opens the pipe; `nil` when the system has none left.
    package init?(_ tell: @escaping @Sendable (String) -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let reading = ends[0]
        descriptor = ends[1]
        guard OSThread.start({ Self.read(reading, tell) }) == 0 else { return nil }
    }

    /// Tells no more, once the others who write to it are gone.
    package func close() { _ = closeDescriptor(descriptor) }

    private static func read(_ descriptor: Int32, _ tell: (String) -> Void) {
        var begun: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = readDescriptor(descriptor, &buffer)
            guard count > 0 else { break }
            begun += buffer[..<count]
            while let end = begun.firstIndex(of: UInt8(ascii: "\n")) {
                tell(String(decoding: begun[..<end], as: UTF8.self))
                begun.removeFirst(end + 1)
            }
        }
        _ = closeDescriptor(descriptor)
    }
}

private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func readDescriptor(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
    read(descriptor, &buffer, buffer.count)
}
