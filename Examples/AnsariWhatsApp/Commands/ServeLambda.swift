internal import WhatsAppCore
internal import WhatsAppTransport

/// The command `serve` as a function of AWS Lambda.
enum ServeLambda {
    /// Answers invocations until the calling task is cancelled, as the configuration's role.
    ///
    /// The queue and the table are not looked at first, as on a server: a cold start is waited for, and what is wrong with them
    /// shows in the log with the first invocation.
    static func run(_ configuration: ServiceConfiguration, _ queue: QueueConfiguration, api: String, _ log: Log)
        async throws
    {
        let shared = SharedWork(queue)
        let observer = LogObserver(log)
        let runtime = LambdaRuntime(address: api, http: DefaultHTTPClient())
        guard queue.role.answers else {
            let intake = SQSIntake(queue: shared.queue, store: shared.store, observer: observer)
            let door = LambdaHTTP(Service.handler(configuration, intake: intake, observer: observer))
            return try await runtime.run { try await door.answer($0) }
        }
        let pipeline = try await Service.pipeline(configuration, store: shared.store, observer: observer)
        let worker = LambdaSQS(queue: shared.queue, store: shared.store, pipeline: pipeline, observer: observer)
        try await withThrowingTaskGroup { group in
            group.addTask { await pipeline.run() }
            defer { group.cancelAll() }
            try await runtime.run { try await worker.answer($0) }
        }
    }
}
