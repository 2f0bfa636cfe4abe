#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// What the commands read from outside: files and the environment.
enum Files {
    static func environment() -> [String: String] { ProcessInfo.processInfo.environment }

    /// The text of a file; `nil` when there is none.
    /// - Throws: `StartError` for a file that is there and cannot be read as UTF-8.
    static func readIfPresent(_ path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path), let text = String(validating: data, as: UTF8.self)
        else {
            throw StartError(
                message: "Cannot read \(path): it must be a readable file in UTF-8. Correct or remove it.",
                code: .configuration)
        }
        return text
    }

    /// The bytes of a file, or of standard input for `-`.
    static func bytes(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path == "-" ? "/dev/stdin" : path) else {
            throw StartError(message: "Cannot read \(path).", code: .noInput)
        }
        return Array(data)
    }
}
