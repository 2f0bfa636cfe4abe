// Plays Meta, and where asked the Ansari backend, before a server that runs elsewhere: ours or another.
//
//     swift run whatsapp-simulator --webhook http://127.0.0.1:8001/whatsapp/v2 --backend
import CommandArguments
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

func simulate(_ options: Options) async throws {
    let stage = SimulatorStage(name: options.name)
    let simulator = try stage.simulator(
        port: options.port, credentials: options.credentials, playsBackend: options.playsBackend)
    stage.deliver(to: options.webhook)
    // The server's own port is its own affair.
    for (name, value) in simulator.environment.sorted(by: { $0.key < $1.key }) where name != "PORT" {
        print("\(name)=\(value)")
    }
    fflush(nil)
    Log.standardError("Open http://127.0.0.1:\(simulator.port)/demo in a browser. Ctrl-C ends the simulator.\n")
    try await simulator.run(others: SimulatorPage(stage: stage, port: simulator.port))
}

do {
    let options = try Options(Array(CommandLine.arguments.dropFirst()))
    if options.isHelp { print(Options.help) } else { try await runUntilShutdown { try await simulate(options) } }
} catch let error as UsageError {
    Log.standardError("whatsapp-simulator: \(error.message). See 'whatsapp-simulator --help'.\n")
    exit(64)
} catch let error as HTTP1ServerError {
    Log.standardError("whatsapp-simulator: \(error.message) Give another one with --port.\n")
    exit(error.code == .addressInUse ? 75 : 78)
} catch {
    Log.standardError("whatsapp-simulator: \(error)\n")
    exit(70)
}
