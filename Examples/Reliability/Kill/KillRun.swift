import Foundation
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

/// Kills the real server again and again while users write, and then asks whether everybody was answered.
///
/// It dies at a random moment, or while a text is on its way, while the backend thinks, or just after a 200.
struct KillRun: Sendable {
    /// Many, so that no user is sent more than Meta's 45 texts at once.
    private static let users = 500
    /// Between questions: slower than the server answers, or lanes fill up and messages are ignored, as is said of them.
    private static let pause = Duration.milliseconds(25)
    private let cycles: Int
    private let binary: String
    private let crowd = Crowd(users: Self.users, pause: Self.pause)

    init(cycles: Int, binary: String) {
        self.cycles = cycles
        self.binary = binary
    }

    /// Runs it.
    /// - Returns: whether all was as promised.
    func run() async throws -> Bool {
        let crowd = crowd
        var conduct = SimulatedMeta.Conduct()
        conduct.duplicates = 0.2
        conduct.delay = .zero ... .milliseconds(20)
        conduct.retries = Backoff(base: .milliseconds(20), cap: .milliseconds(500))
        conduct.statuses = [("sent", .milliseconds(20))]
        let simulator = try Simulator(conduct: conduct, observe: crowd.note) { crowd.answer(to: $0) }
        let directory = FileManager.default.temporaryDirectory.appending(path: "reliability-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let port = try Self.freePort()
        let logFile = directory.appending(path: "log")
        _ = FileManager.default.createFile(atPath: logFile.path, contents: nil)
        let log = try FileHandle(forWritingTo: logFile)
        let server = ServerProcess(
            binary: URL(fileURLWithPath: binary).path, directory: directory.path,
            settings: simulator.environment.merging(
                ["DEPLOYMENT_TYPE": "production", "HOST": "127.0.0.1", "PORT": "\(port)"]) { _, own in own },
            log: log.fileDescriptor)
        simulator.meta.webhook = "http://127.0.0.1:\(port)/whatsapp/v2"

        let begun = ContinuousClock.now
        let meta = Task { try await simulator.run() }
        let asking = Task { await crowd.ask(simulator.meta) }
        try await killAndStart(server)
        crowd.stopAsking()
        asking.cancel()
        await crowd.settle()
        var exitCode = server.stop()
        // A dead letter lets its user's next question pass.
        let ledger = crowd.ledger
        let (dead, disordered) = (ledger.unanswered.count, ledger.disordered.count + ledger.overtaken.count)
        if dead > 0 {
            // A process that dies five times a second looks as if its messages killed it.
            try server.run("dead-letters", "replay", "--all")
            try server.start()
            await crowd.settle()
            exitCode = max(exitCode, server.stop())
        }
        meta.cancel()
        _ = try? await meta.value
        let seconds = Int((ContinuousClock.now - begun) / .seconds(1))
        return try verdict(
            logFile, dead: dead, disordered: disordered, exitCode: exitCode, seconds: seconds, directory: directory)
    }

    private func killAndStart(_ server: ServerProcess) async throws {
        var moments = crowd.moments.makeAsyncIterator()
        try server.start()
        for cycle in 0..<cycles {
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...350)))
            let wanted = Crowd.Moment(rawValue: cycle % Crowd.Moment.allCases.count) ?? .any
            while wanted != .any, let moment = await moments.next(), moment != wanted {}
            server.kill()
            try server.start()
            if cycle % 100 == 99 { print("\(cycle + 1) cycles") }
        }
    }

    private func verdict(
        _ logFile: URL, dead: Int, disordered: Int, exitCode: Int32, seconds: Int, directory: URL
    ) throws -> Bool {
        let ledger = crowd.ledger
        let logLines = try String(contentsOf: logFile, encoding: .utf8).split(separator: "\n")
        let resent = logLines.count { $0.contains("sent once more") }
        let lost = ledger.unanswered
        let isKept =
            lost.isEmpty && ledger.repeatedTexts <= resent && ledger.oftenRepeatedTexts == 0 && exitCode == 0
            && disordered == 0
        print(
            """
            \(cycles) cycles in \(seconds) s, \(ledger.count) questions of \(Self.users) users
            acknowledged                 \(ledger.acknowledged.count)
            lost                         \(lost.count) \(lost.prefix(5))
            dead letters, replayed       \(dead)
            texts that came twice        \(ledger.repeatedTexts), counted as blind resends \(resent)
            texts that came more often   \(ledger.oftenRepeatedTexts)
            unknown, resolved by status  \(logLines.count { $0.contains("A status shows") })
            answers out of order         \(disordered)
            exit code                    \(exitCode)
            """)
        if isKept { try? FileManager.default.removeItem(at: directory) } else { print("kept: \(directory.path)") }
        return isKept
    }

    /// A port that is free now.
    static func freePort() throws -> Int {
        var configuration = HTTP1Server.Configuration()
        (configuration.host, configuration.port) = ("127.0.0.1", 0)
        return try HTTP1Server(configuration: configuration).port
    }
}
