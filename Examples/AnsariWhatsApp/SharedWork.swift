internal import WhatsAppCore
internal import WhatsAppTransport

/// The queue and the table that processes share.
struct SharedWork: Sendable {
    let configuration: QueueConfiguration
    let queue: SQSQueue
    let store: DynamoDBStore

    init(_ configuration: QueueConfiguration) {
        self.configuration = configuration
        let http = DefaultHTTPClient()
        queue = SQSQueue(configuration: configuration.queue, aws: configuration.aws, http: http)
        var table = DynamoDBStore.Configuration(table: configuration.table)
        table.lease = configuration.lease
        store = DynamoDBStore(
            configuration: table, aws: configuration.aws, owner: Files.processName(), http: http)
    }

    /// Throws when it is certain that they cannot be used. What passes by itself, and what these credentials may not ask, is
    /// no reason.
    func check() async throws {
        for ask in [queue.describe, store.describe] {
            do { try await ask() } catch let error as AWSError
                where error.isTransient || ["AccessDenied", "AccessDeniedException"].contains(error.code)
            {
            } catch is HTTPClientError {}
        }
    }
}
