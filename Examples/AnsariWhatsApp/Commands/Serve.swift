#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif
internal import WhatsAppCore

/// The command `serve`.
enum Serve {
    static func run() async throws -> ExitCode {
        let configuration = try ServiceConfiguration(
            environment: Files.environment(), dotEnv: try Files.readIfPresent(".env"))
        let log = Log(level: configuration.logLevel, format: configuration.logFormat)
        let service = try await Service(configuration, observer: LogObserver(log))
        log(
            .success, "Listening",
            [
                ("host", configuration.host), ("port", "\(service.port)"),
                ("deployment", configuration.deployment.rawValue), ("version", AnsariWhatsApp.version),
            ])
        log(.warning, "Messages are kept in memory: what is not finished is lost if the process is killed")
        for name in configuration.unusedSettings { log(.warning, "This setting changes nothing yet", [("name", name)]) }

        let work = Task { try await service.run() }
        let signals = Signals([SIGTERM, SIGINT]) { signal, isFirst in
            // Who asks twice does not want to wait.
            guard isFirst else { _exit(128 + signal) }
            log(.info, "Stopping", [("signal", signal == SIGINT ? "SIGINT" : "SIGTERM")])
            work.cancel()
        }
        defer { signals.stop() }
        try await work.value
        log(.info, "Stopped")
        return .success
    }
}
