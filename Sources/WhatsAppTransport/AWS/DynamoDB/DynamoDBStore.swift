internal import Synchronization
public import WhatsAppCore

/// What was done for each message, in a table that several processes share: the authority on who works on it, and how far it
/// got.
///
/// A message has an item with its steps, and a lease with a version that grows with each claim. Every write names the version it
/// was made under, so one who was slow, and lost the lease, is refused. Items are forgotten fifteen days after their last write: a
/// redelivery by Meta comes within seven.
///
/// The messages themselves are in the queue, and not here. So ``unfinished()`` names none: the queue gives a message again
/// whose process died.
public final class DynamoDBStore: IdempotencyStore {
    /// Which table, and how leases are held.
    public struct Configuration: Sendable {
        /// The table's name. Its partition key is the string `pk`; `expires_at` is its time to live.
        public var table: String
        /// How long a message belongs to a process that gives no sign of life.
        public var lease = Duration.seconds(30)
        /// How long a call may take, all tries together. Three tries are made.
        public var patience = Duration.seconds(2)

        /// Makes a configuration.
        public init(table: String) { self.table = table }
    }

    /// How long an item is kept after the last write: fifteen days, because Meta may redeliver for seven, and the queue of dead
    /// letters keeps one for fourteen. Put back without its item, it would begin anew.
    static let retention = Duration.seconds(15 * 24 * 3600)
    static let deadLetter = "dead_lettered"

    let configuration: Configuration
    let table: DynamoDBTable
    let clock: any ServiceClock
    let owner: String
    let leases = Mutex<[MessageKey: MessageLease]>([:])

    /// Makes a store.
    /// - Parameter owner: this process's name among others, for an operator who looks into the table.
    public init(
        configuration: Configuration, aws: AWSConfiguration, owner: String, http: any HTTPClient,
        clock: any ServiceClock = .system, random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.configuration = configuration
        self.owner = owner
        self.clock = clock
        table = DynamoDBTable(
            name: configuration.table,
            client: AWSClient(
                service: .dynamodb, configuration: aws, http: http, clock: clock, patience: configuration.patience,
                random: random))
    }

    /// Asks for the table: whether it is there, and may be asked for.
    /// - Throws: ``AWSError``, ``WhatsAppCore/HTTPClientError``, ``AWSCredentialsError``.
    public func describe() async throws {
        _ = try await table.client.call("DescribeTable") { $0.add("TableName", table.name) }
    }

    /// Claims messages for this process, and tells for each whether it was known already.
    public func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        var acceptances: [Acceptance] = []
        for message in messages {
            guard case .claimed(let progress) = try await claim(message.key), progress.isEmpty else {
                acceptances.append(.duplicate)
                continue
            }
            if case .ignore(let reason) = message.plan {
                try await record([.finished(.ignored(reason))], for: message.key)
            }
            acceptances.append(.new)
        }
        return acceptances
    }

    /// None: the queue gives again what was not finished.
    public func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] { [] }
}
