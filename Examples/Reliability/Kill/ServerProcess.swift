import Foundation

/// The real server as a process of its own, to be killed.
final class ServerProcess {
    private let binary: URL
    private let environment: [String: String]
    private let log: FileHandle
    private var process = Process()
    /// Where it writes its log, one JSON object a line.
    let logFile: URL

    /// - Parameters:
    ///   - directory: for its journal and its log.
    ///   - settings: its settings.
    init(binary: String, directory: URL, settings: [String: String]) throws {
        self.binary = URL(fileURLWithPath: binary)
        let inherited = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LANG"].contains($0.key) }
        environment = inherited.merging(settings) { _, own in own }
            .merging(["DATA_DIRECTORY": directory.appending(path: "data").path]) { _, own in own }
        logFile = directory.appending(path: "log")
        _ = FileManager.default.createFile(atPath: logFile.path, contents: nil)
        log = try FileHandle(forWritingTo: logFile)
    }

    func start() throws {
        process = Process()
        process.executableURL = binary
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = log
        try process.run()
    }

    /// Runs one of its other commands to the end.
    func run(_ arguments: String...) throws {
        let command = Process()
        command.executableURL = binary
        command.arguments = arguments
        command.environment = environment
        command.standardOutput = FileHandle.nullDevice
        command.standardError = log
        try command.run()
        command.waitUntilExit()
    }

    /// Ends it at once, as `kill -9` does.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Has it stop in good order.
    /// - Returns: its exit code.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// How many lines of the log hold `text`.
    func logLines(with text: String) throws -> Int {
        try String(contentsOf: logFile, encoding: .utf8).split(separator: "\n").count { $0.contains(text) }
    }
}
