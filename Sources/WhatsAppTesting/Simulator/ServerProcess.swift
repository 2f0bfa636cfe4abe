package import Foundation
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A server as a process of its own, to be killed and started again.
package final class ServerProcess: Sendable {
    private struct State {
        var process = Process()
        /// Never written to: it ends with us, however we end.
        var input = Pipe()
    }
    private let state = Mutex(State())
    private let binary: URL
    private let arguments: [String]
    private let directory: URL
    private let environment: [String: String]
    private let log: FileHandle
    private let ended: @Sendable (_ how: String) -> Void

    /// - Parameters:
    ///   - binary: the program.
    ///   - arguments: its arguments.
    ///   - directory: its working directory; the journal is kept in `data` below it.
    ///   - settings: its settings. Of our own environment it gets no more than it needs to start.
    ///   - log: takes its standard error.
    ///   - ended: is told of each end, from any thread.
    package init(
        binary: URL, arguments: [String] = [], directory: URL, settings: [String: String], log: FileHandle,
        ended: @escaping @Sendable (_ how: String) -> Void = { _ in }
    ) {
        self.binary = binary
        self.arguments = arguments
        self.directory = directory
        let needed = ["PATH", "HOME", "LANG", "LD_LIBRARY_PATH"]
        environment = ProcessInfo.processInfo.environment.filter { needed.contains($0.key) }
            .merging(settings) { _, own in own }
            .merging(["DATA_DIRECTORY": directory.appending(path: "data").path]) { _, own in own }
        self.log = log
        self.ended = ended
    }

    /// Starts it. Its standard input ends when this process does.
    package func start() throws {
        try state.withLock { state in
            state.process = command(arguments)
            state.input = Pipe()
            state.process.standardInput = state.input
            let ended = ended
            state.process.terminationHandler = { process in
                let isKilled = process.terminationReason == .uncaughtSignal
                ended((isKilled ? "signal " : "exit code ") + String(process.terminationStatus))
            }
            try state.process.run()
        }
    }

    /// Runs one of its other commands to the end.
    package func run(_ arguments: String...) throws {
        let command = command(arguments)
        try command.run()
        command.waitUntilExit()
    }

    private func command(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = binary
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = log
        return process
    }

    /// Ends it at once, as `kill -9` does.
    package func kill() {
        state.withLock { state in
            guard state.process.isRunning else { return }
            _ = sendSignal(state.process.processIdentifier, SIGKILL)
            state.process.waitUntilExit()
        }
    }

    /// Has it stop in good order.
    /// - Returns: its exit code.
    @discardableResult
    package func stop() -> Int32 {
        state.withLock { state in
            guard state.process.isRunning else { return state.process.terminationStatus }
            state.process.terminate()
            state.process.waitUntilExit()
            return state.process.terminationStatus
        }
    }
}

/// A file handle to write a log to, whose whole lines are told one after the other, from any thread.
package final class LineSink: Sendable {
    private let pipe = Pipe()
    /// Where to write.
    package var handle: FileHandle { pipe.fileHandleForWriting }

    package init(_ tell: @escaping @Sendable (String) -> Void) {
        let begun = Mutex<[UInt8]>([])
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let bytes = handle.availableData
            let lines = begun.withLock { begun in
                begun += bytes
                var lines = begun.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                begun = lines.popLast().map(Array.init) ?? []
                return lines.map { String(decoding: $0, as: UTF8.self) }
            }
            for line in lines { tell(line) }
        }
    }

    /// Tells no more.
    package func close() { pipe.fileHandleForReading.readabilityHandler = nil }
}

private func sendSignal(_ process: Int32, _ signal: Int32) -> Int32 { kill(process, signal) }
