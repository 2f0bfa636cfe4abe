#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// What a process has used so far, as Linux tells it.
package struct ProcessUsage: Sendable, Hashable {
    /// Processor time, in the program and in the system for it.
    package var processor: Duration
    /// Resident memory, in bytes.
    package var memory: Int
    /// The most that it ever was.
    package var peakMemory: Int

    /// `nil` where there is no such process, or no `/proc` to ask.
    package init?(of process: Int32) {
        // The name, in brackets, may hold anything.
        guard let stat = Self.read("/proc/\(process)/stat"), let name = stat.lastIndex(of: ")"),
            let status = Self.read("/proc/\(process)/status")
        else { return nil }
        let fields = stat[name...].split(separator: " ").dropFirst().map { Int64($0) ?? 0 }
        guard fields.count > 21 else { return nil }
        // utime and stime, in ticks (proc_pid_stat(5)).
        processor = .seconds(Double(fields[11] + fields[12]) / Double(sysconf(Int32(_SC_CLK_TCK))))
        func kilobytes(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
        }
        memory = kilobytes("VmRSS") << 10
        peakMemory = kilobytes("VmHWM") << 10
    }

    /// What was used since an earlier time.
    package func since(_ earlier: ProcessUsage?) -> ProcessUsage {
        var usage = self
        usage.processor -= earlier?.processor ?? .zero
        return usage
    }

    /// What this process has used.
    package static var own: ProcessUsage? { ProcessUsage(of: getpid()) }

    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let count = readDescriptor(descriptor, &buffer)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}

private func readDescriptor(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
    read(descriptor, &buffer, buffer.count)
}
