internal import CommandArguments
internal import WhatsAppCore
internal import WhatsAppTesting
internal import WhatsAppTransport

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The command `demo`: WhatsApp and the backend simulated, in the browser or in the terminal.
enum Demo {
    static func run(_ arguments: inout Arguments) async throws -> ExitCode {
        let question = try arguments.value("--ask")
        if question?.trimmingWhiteSpace.isEmpty == true { throw UsageError(message: "The question is empty") }
        let isInTerminal = arguments.flag("--terminal")
        let port = try arguments.value("--port").map { text in
            guard let port = Int(text), (0...65_535).contains(port) else {
                throw UsageError(message: "'--port' needs a number from 0 to 65535")
            }
            return port
        }
        try arguments.end()
        if question != nil || isInTerminal {
            if port != nil { throw UsageError(message: "'--port' belongs to the demo in the browser") }
            return try await TerminalDemo.run(asking: question)
        }
        return try await BrowserDemo.run(port: port ?? 8001)
    }
}

/// The demo in the terminal: the server as it is, with Meta and the backend in the same process. All of them talk over
/// real sockets on loopback.
///
/// On the main actor, because reading the terminal blocks, and must not block the threads that everything else runs on.
@MainActor
enum TerminalDemo {
    static func run(asking question: String?) async throws -> ExitCode {
        let isChat = question == nil && isatty(STDIN_FILENO) == 1
        let simulator = try Simulator(thinking: isChat ? .milliseconds(700) : .zero)
        let observer = RecordingObserver()
        let configuration = try ServiceConfiguration(environment: simulator.environment, dotEnv: nil)
        let service = try await Service(configuration, observer: observer)

        let simulation = Task { try await simulator.run() }
        let work = Task { try await service.run() }
        let user = DemoUser(simulator: simulator, observer: observer, servicePort: service.port)
        let screen = DemoScreen(isTerminal: isatty(STDOUT_FILENO) == 1)
        let code = try await converse(question, isChat: isChat, user, screen)

        work.cancel()
        try await work.value
        simulation.cancel()
        try await simulation.value
        return code
    }

    private static func converse(
        _ question: String?, isChat: Bool, _ user: DemoUser, _ screen: DemoScreen
    ) async throws -> ExitCode {
        if let question { return try await user.ask(question, on: screen) }
        if isChat { screen.welcome() }
        var code = ExitCode.success
        while let line = screen.nextLine(withPrompt: isChat) {
            let question = line.trimmingWhiteSpace
            if !question.isEmpty { code = try await user.ask(question, on: screen) }
        }
        return code
    }
}

/// Who asks in the demo: a simulated user on a simulated phone.
@MainActor
final class DemoUser {
    private static let phoneNumber = "15550100001"

    private let simulator: Simulator
    private let observer: RecordingObserver
    private let webhook: String
    private let http = DefaultHTTPClient()
    private var count = 0
    private var delivered = 0

    init(simulator: Simulator, observer: RecordingObserver, servicePort: Int) {
        self.simulator = simulator
        self.observer = observer
        webhook = "http://127.0.0.1:\(servicePort)/whatsapp/v2"
    }

    /// Has the question delivered, and shows what comes back.
    func ask(_ question: String, on screen: DemoScreen) async throws -> ExitCode {
        let seen = simulator.graph.texts(to: Self.phoneNumber).count
        count += 1
        let message = SimulatedDelivery.Message(
            id: "wamid.demo.\(count)", from: Self.phoneNumber, timestamp: SystemClock().now.seconds, text: question)
        let response = try await http.send(simulator.delivery.request(to: webhook, [message]))
        guard response.status == 200 else {
            let reason = response.status == 413 ? "it is too long" : "status \(response.status)"
            Log.standardError("The server did not take the question: \(reason).\n")
            return .failure
        }
        delivered += 1
        screen.showTyping()
        let outcome = await observer.waitForOutcomes(delivered).last
        screen.show(Array(simulator.graph.texts(to: Self.phoneNumber).dropFirst(seen)))
        if case .answered = outcome { return .success }
        Log.standardError("No answer was sent: \(outcome.map { "\($0)" } ?? "nothing happened")\n")
        return .failure
    }
}
