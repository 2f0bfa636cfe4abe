internal import AnsariClient
internal import CommandArguments
internal import WhatsAppCore
internal import WhatsAppTransport

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The command `serve`.
enum Serve {
    static func run(_ environment: [String: String], salvaging: Bool) async throws -> ExitCode {
        let configuration = try ServiceConfiguration(
            environment: environment, dotEnv: try Files.readIfPresent(".env"))
        if salvaging, configuration.queue != nil {
            throw UsageError(message: "'--salvage' is for the journal, which '--queue sqs' does without")
        }
        let log = Log(level: configuration.logLevel, format: configuration.logFormat)
        DescriptorLimit.raise()
        try await runUntilShutdown { signal in
            log(.info, "Stopping", [("signal", signal)])
        } _: {
            if let queue = configuration.queue, let api = queue.lambdaAPI {
                try await ServeLambda.run(configuration, queue, api: api, log)
            } else if let queue = configuration.queue {
                try await serve(configuration, queue, log)
            } else {
                try await serve(configuration, salvaging: salvaging, log)
            }
        }
        log(.info, "Stopped")
        return .success
    }

    /// Stops this process, as SIGTERM does, when its standard input ends: when the program that started it is gone.
    static func stopAtEndOfInput() throws {
        let error = OSThread.start {
            var byte: UInt8 = 0
            while read(STDIN_FILENO, &byte, 1) > 0 {}
            kill(getpid(), SIGTERM)
        }
        guard error == 0 else { throw StartError(message: "The system gives no thread.", code: .defect) }
    }

    /// Shares the work with other processes.
    private static func serve(_ configuration: ServiceConfiguration, _ queue: QueueConfiguration, _ log: Log)
        async throws
    {
        let shared = SharedWork(queue)
        do { try await shared.check() } catch { throw StartError(aws: error) }
        let service = try await Service(configuration, sharing: shared, observer: LogObserver(log))
        log(
            .success, queue.role.hasDoor ? "Listening" : "Working",
            (queue.role.hasDoor ? [("url", "http://\(configuration.host):\(service.port)/whatsapp/v2")] : [])
                + [
                    ("role", queue.role.rawValue), ("queue", queue.queue.url), ("table", queue.table),
                    ("deployment", configuration.deployment.rawValue), ("version", AnsariWhatsApp.version),
                ])
        for warning in configuration.warnings { log(.warning, warning) }
        try await service.run()
    }

    private static func serve(_ configuration: ServiceConfiguration, salvaging: Bool, _ log: Log) async throws {
        var journal = JournalConfiguration()
        journal.salvagesDamage = salvaging
        let store: JournalStore
        do {
            store = try JournalStore(directory: configuration.dataDirectory, configuration: journal) { log($0) }
        } catch {
            throw StartError(error, directory: configuration.dataDirectory)
        }
        let service = try await Service(configuration, store: store, observer: LogObserver(log))
        log(
            .success, "Listening",
            [
                ("url", "http://\(configuration.host):\(service.port)/whatsapp/v2"),
                ("backend", configuration.backend.serverURL), ("data", configuration.dataDirectory),
                ("deployment", configuration.deployment.rawValue), ("version", AnsariWhatsApp.version),
            ])
        for warning in configuration.warnings { log(.warning, warning) }

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            group.addTask {
                // Nothing can be made durable any more, so nothing may be acknowledged or sent.
                guard let error = await store.waitForFailure() else { return }
                throw StartError(error, directory: configuration.dataDirectory)
            }
            defer { group.cancelAll() }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
        await store.close()
    }
}
