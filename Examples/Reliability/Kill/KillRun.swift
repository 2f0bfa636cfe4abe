import Foundation
import Synchronization
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

/// Kills the real server again and again while users write, and then asks whether everybody was answered.
///
/// It dies at a random moment, or while a text is on its way, while the backend thinks, or just after a 200.
struct KillRun: Sendable {
    /// What the server is doing when it dies.
    enum Moment: Int, CaseIterable {
        case any, sending, thinking, acknowledging
    }

    private struct State {
        var ledger = AnswerLedger()
        var isAsking = true
        /// The questions that wait for their 200, by message id.
        var waiting: [String: (number: Int, user: String)] = [:]
    }

    /// Many, so that no user is sent more than Meta's 45 texts at once.
    private static let users = 500
    /// Between questions: slower than the server answers, or lanes fill up and messages are ignored, as is said of them.
    private static let pause = Duration.milliseconds(25)
    private let cycles: Int
    private let binary: String
    private let shared = Shared()

    private final class Shared: Sendable {
        let state = Mutex(State())
        let moments = AsyncStream<Moment>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let free = AsyncStream<String>.makeStream()
    }

    init(cycles: Int, binary: String) {
        self.cycles = cycles
        self.binary = binary
    }

    /// Runs it.
    /// - Returns: whether all was as promised.
    func run() async throws -> Bool {
        let shared = shared
        var conduct = SimulatedMeta.Conduct()
        conduct.duplicates = 0.2
        conduct.delay = .zero ... .milliseconds(20)
        conduct.retries = Backoff(base: .milliseconds(20), cap: .milliseconds(500))
        conduct.statuses = [("sent", .milliseconds(20))]
        let simulator = try Simulator(conduct: conduct, observe: { Self.note($0, in: shared) }) { question in
            shared.moments.continuation.yield(.thinking)
            return AnswerLedger.answer(to: question)
        }
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
        let asking = Task { await ask(simulator.meta) }
        for user in 0..<Self.users { shared.free.continuation.yield("1555\(1_000_000 + user)") }
        try await killAndStart(server)
        shared.state.withLock { $0.isAsking = false }
        asking.cancel()
        await settle()
        var exitCode = server.stop()
        // A dead letter lets its user's next question pass.
        let (dead, disordered) = shared.state.withLock {
            ($0.ledger.unanswered.count, $0.ledger.disordered.count + $0.ledger.overtaken.count)
        }
        if dead > 0 {
            // A process that dies five times a second looks as if its messages killed it.
            try server.run("dead-letters", "replay", "--all")
            try server.start()
            await settle()
            exitCode = max(exitCode, server.stop())
        }
        meta.cancel()
        _ = try? await meta.value
        let seconds = Int((ContinuousClock.now - begun) / .seconds(1))
        return try verdict(
            logFile, dead: dead, disordered: disordered, exitCode: exitCode, seconds: seconds, directory: directory)
    }

    /// Each user asks one thing after the other: the next once the last was acknowledged.
    private func ask(_ meta: SimulatedMeta) async {
        for await user in shared.free.stream {
            let message = shared.state.withLock { state -> SimulatedDelivery.Message in
                let question = state.ledger.ask(user, sentences: [3, 60, 110].randomElement() ?? 3)
                let id = "wamid.kill.\(question.number)"
                state.waiting[id] = (question.number, user)
                return SimulatedDelivery.Message(
                    id: id, from: user, timestamp: SystemClock().now.seconds, text: question.text)
            }
            meta.deliver([message])
            try? await Task.sleep(for: Self.pause)
        }
    }

    private static func note(_ event: SimulatedMeta.Event, in shared: Shared) {
        switch event {
        case .took(let text):
            _ = shared.state.withLock { $0.ledger.take(text.body, for: text.recipient) }
            shared.moments.continuation.yield(.sending)
        case .answered(let delivery, status: 200, _):
            guard case .messages(let messages) = delivery.content else { return }
            shared.moments.continuation.yield(.acknowledging)
            for message in messages {
                let user = shared.state.withLock { state -> String? in
                    guard let (number, user) = state.waiting.removeValue(forKey: message.id) else { return nil }
                    state.ledger.acknowledge(number)
                    return state.isAsking ? user : nil
                }
                if let user { shared.free.continuation.yield(user) }
            }
        case .delivering, .answered: break
        }
    }

    private func killAndStart(_ server: ServerProcess) async throws {
        var moments = shared.moments.stream.makeAsyncIterator()
        try server.start()
        for cycle in 0..<cycles {
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...350)))
            let wanted = Moment(rawValue: cycle % Moment.allCases.count) ?? .any
            while wanted != .any, let moment = await moments.next(), moment != wanted {}
            server.kill()
            try server.start()
            if cycle % 100 == 99 { print("\(cycle + 1) cycles") }
        }
    }

    /// Waits until everybody is answered, or nothing has come for longer than an unknown send is waited for.
    private func settle() async {
        var missing = Int.max
        var quiet = 0
        while missing > 0, quiet < 40 {
            try? await Task.sleep(for: .seconds(1))
            let now = shared.state.withLock { $0.ledger.unanswered.count + $0.waiting.count }
            quiet = now == missing ? quiet + 1 : 0
            missing = now
        }
    }

    private func verdict(
        _ logFile: URL, dead: Int, disordered: Int, exitCode: Int32, seconds: Int, directory: URL
    ) throws -> Bool {
        let ledger = shared.state.withLock { $0.ledger }
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
    private static func freePort() throws -> Int {
        var configuration = HTTP1Server.Configuration()
        (configuration.host, configuration.port) = ("127.0.0.1", 0)
        return try HTTP1Server(configuration: configuration).port
    }
}
