internal import Synchronization
internal import WhatsAppCore
internal import WhatsAppTesting

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Says how far a round has come, on standard error: a bar on a terminal, else a line from time to time.
final class ProgressLine: Sendable {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let title: String
    private let total: Int?
    private let said = Mutex(Duration.zero)
    private static let (width, pause) = (30, Duration.seconds(5))

    /// - Parameter total: how many questions there will be, where that is known.
    init(title: String, total: Int?) {
        self.title = title
        self.total = total
    }

    func show(_ progress: LoadProgress) {
        let line =
            "\(title): \(progress.questions) asked, \(progress.acknowledged) deliveries answered with 200, "
            + "\(progress.answered) answers, \(progress.elapsed.components.seconds) s"
        guard isTerminal else {
            let isDue = said.withLock { said in
                guard progress.elapsed - said >= Self.pause else { return false }
                said = progress.elapsed
                return true
            }
            if isDue { Log.standardError(line + "\n") }
            return
        }
        Log.standardError("\r\u{1B}[2K\(bar(progress))\(line)")
    }

    /// Leaves the line.
    func end() { if isTerminal { Log.standardError("\r\u{1B}[2K") } }

    private func bar(_ progress: LoadProgress) -> String {
        guard let total, total > 0 else { return "" }
        let done = min(Self.width, Self.width * max(progress.answered, progress.acknowledged) / total)
        return "[" + String(repeating: "█", count: done) + String(repeating: " ", count: Self.width - done) + "] "
    }
}

enum Terminal {
    /// Writes a line to standard output at once, also where that is a pipe.
    static func print(_ line: String) {
        Swift.print(line)
        fflush(nil)
    }
}

/// A file that is written at the end, and opened at the beginning, so that no run is in vain.
struct POSIXFile: ~Copyable, Sendable {
    private let descriptor: Int32
    private let path: String

    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 {
            throw LoadError("\(path) cannot be written: \(String(cString: strerror(errno))).", code: 74)
        }
    }

    deinit { close(descriptor) }

    borrowing func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { writeOnce(descriptor, $0) }
            guard count > 0 else {
                throw LoadError("\(path) cannot be written: \(String(cString: strerror(errno))).", code: 74)
            }
            rest = rest.dropFirst(count)
        }
    }

    static func exists(_ path: String) -> Bool { access(path, X_OK) == 0 }
}

private func writeOnce(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

/// Why there is no load: a line for a person, and the exit code.
struct LoadError: Error {
    var message: String
    var code: Int32

    init(_ message: String, code: Int32) {
        self.message = message
        self.code = code
    }
}
