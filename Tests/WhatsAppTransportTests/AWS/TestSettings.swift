#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What a script that runs tests tells them, by the environment.
enum TestSettings {
    static subscript(name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// The lines of a file; `nil` when it cannot be read.
    static func lines(of path: String) -> [Substring]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
