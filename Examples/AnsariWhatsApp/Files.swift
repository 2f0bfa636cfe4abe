internal import CSystem
internal import WhatsAppCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// What the commands read from outside: files and the environment. Without Foundation, which would double the memory.
enum Files {
    /// The environment; of a name that is there twice the first counts, as for `getenv`.
    static func environment() -> [String: String] {
        var settings: [String: String] = [:]
        var entries = csystem_environment()
        while let entry = entries?.pointee {
            let pair = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2, settings[String(pair[0])] == nil { settings[String(pair[0])] = String(pair[1]) }
            entries = entries?.advanced(by: 1)
        }
        return settings
    }

    /// The text of a file; `nil` when there is none.
    /// - Throws: `StartError` for a file that is there and cannot be read as UTF-8.
    static func readIfPresent(_ path: String) throws -> String? {
        guard access(path, F_OK) == 0 else { return nil }
        guard let bytes = bytes(path), let text = String(validating: bytes, as: UTF8.self) else {
            throw StartError(
                message: "Cannot read \(path): it must be a readable file in UTF-8. Correct or remove it.",
                code: .configuration)
        }
        return text
    }

    /// The bytes of a file, a pipe, or for `-` of standard input; `nil` when they cannot be read.
    static func bytes(_ path: String) -> [UInt8]? {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count > 0 { bytes += buffer[..<count] } else if errno != EINTR { return nil }
        }
    }

    /// This machine's name, and this process's number.
    static func processName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/\(getpid())"
    }
}
