internal import AnsariClient
internal import WhatsAppCore
internal import WhatsAppTransport

/// The command `serve`.
enum Serve {
    static func run() async throws -> ExitCode {
        let configuration = try ServiceConfiguration(
            environment: Files.environment(), dotEnv: try Files.readIfPresent(".env"))
        let log = Log(level: configuration.logLevel, format: configuration.logFormat)
        try await runUntilShutdown { signal in
            log(.info, "Stopping", [("signal", signal)])
        } _: {
            try await serve(configuration, log)
        }
        log(.info, "Stopped")
        return .success
    }

    private static func serve(_ configuration: ServiceConfiguration, _ log: Log) async throws {
        let service = try await Service(configuration, observer: LogObserver(log))
        log(
            .success, "Listening",
            [
                ("url", "http://\(configuration.host):\(service.port)/whatsapp/v2"),
                ("backend", configuration.backend.serverURL),
                ("deployment", configuration.deployment.rawValue), ("version", AnsariWhatsApp.version),
            ])
        log(.warning, "Messages are kept in memory: what is not finished is lost if the process is killed")
        for warning in configuration.warnings { log(.warning, warning) }

        try await service.run()
    }
}
