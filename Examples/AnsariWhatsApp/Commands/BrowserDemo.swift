internal import Foundation
internal import WhatsAppCore
internal import WhatsAppTesting
internal import WhatsAppTransport

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
            simulator = try stage.simulator(port: port, http: Service.transport())
        } catch let error as HTTP1ServerError {
            throw StartError(
                message: error.message + " Give another one with --port, or 0 for any that is free.",
                code: error.code == .addressInUse ? .alreadyRunning : .configuration)
        }
        let directory = FileManager.default.temporaryDirectory.appending(path: "ansari-demo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let log = LineSink { line in
            stage.take(logLine: line)
            // Problems before the log begins are for the person at the terminal.
            if !line.hasPrefix("{") { Log.standardError(line + "\n") }
        }
        defer { log.close() }
        let server = try ServerProcess(
            binary: ownBinary(), arguments: ["serve", "--until-end-of-input"], directory: directory,
            settings: simulator.environment.merging(["LOGGING_LEVEL": "DEBUG", "LOG_FORMAT": "json"]) { _, own in own },
            log: log.handle
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

    private static func ownBinary() throws -> URL {
        guard let binary = Bundle.main.executableURL else {
            throw StartError(message: "The program does not find its own file.", code: .defect)
        }
        return binary
    }
}
