internal import WhatsAppCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Where a ``ServerProcess`` comes from, and where it lives. Without Foundation, like that.
package enum ServerPlace {
    /// Makes a directory that nobody else has, where the system keeps what may be thrown away: in `TMPDIR`, or `/tmp`.
    /// `nil` when none can be made there.
    package static func makeDirectory(_ name: String) -> String? {
        let place = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var path = Array("\(place.droppingTrailingSlashes)/\(name)-XXXXXX".utf8CString)
        guard mkdtemp(&path) != nil else { return nil }
        return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes such a directory, with the journal in it.
    package static func removeDirectory(_ path: String) {
        let data = path + "/data"
        for name in (try? POSIXFiles(directory: data).list()) ?? [] { unlink("\(data)/\(name)") }
        rmdir(data)
        rmdir(path)
    }

    /// The file that this program was started from.
    package static func ownProgram() -> String? {
        #if os(Linux)
        let path = "/proc/self/exe"
        #else
        let path = CommandLine.arguments[0]
        #endif
        return absolute(path)
    }

    /// The path from the root to a file that is there: a server begins in a directory of its own.
    package static func absolute(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
