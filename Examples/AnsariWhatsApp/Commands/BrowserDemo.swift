internal import WhatsAppCore
internal import WhatsAppTesting
internal import WhatsAppTransport

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The demo in the browser: Meta, the backend and the page here, and the server as a process of its own, so that what
/// happens when it is killed is what happens when it is killed.
enum BrowserDemo {
    static func run(port: Int) async throws -> ExitCode {
        try await runUntilShutdown { try await serve(port: port) }
        return .success
    }

    private static func serve(port: Int) async throws {
        let stage = SimulatorStage(name: "Ansari")
        let simulator: Simulator
        do {
            simulator = try stage.simulator(port: port)
        } catch let error as HTTP1ServerError {
            throw StartError(
                message: error.message + " Give another one with --port, or 0 for any that is free.",
                code: error.code == .addressInUse ? .alreadyRunning : .configuration)
        }
        guard let directory = ServerPlace.makeDirectory("ansari-demo") else {
            throw StartError(
                message: "No temporary directory can be made. Set TMPDIR to one that can be written to.", code: .disk)
        }
        defer { ServerPlace.removeDirectory(directory) }
        let sink = LineSink { line in
            stage.take(logLine: line)
            // Problems before the log begins are for the person at the terminal.
            if !line.hasPrefix("{") { Log.standardError(line + "\n") }
        }
        guard let sink, let binary = ServerPlace.ownProgram() else {
            throw StartError(message: "The system has no room for another process.", code: .defect)
        }
        defer { sink.close() }
        let server = ServerProcess(
            binary: binary, arguments: ["serve", "--until-end-of-input"], directory: directory,
            settings: simulator.environment.merging(["LOGGING_LEVEL": "DEBUG", "LOG_FORMAT": "json"]) { _, own in own },
            log: sink.descriptor
        ) { stage.serverEnded($0) }
        stage.attach(.init(kill: { server.kill() }, start: { try server.start() }))
        try server.start()
        defer { server.kill() }
        print("Open http://127.0.0.1:\(simulator.port)/demo in a browser. Ctrl-C ends the demo.")
        fflush(nil)

        let page = SimulatorPage(stage: stage, port: simulator.port)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await stage.run() }
            try await simulator.run(others: page)
            group.cancelAll()
        }
    }
}
