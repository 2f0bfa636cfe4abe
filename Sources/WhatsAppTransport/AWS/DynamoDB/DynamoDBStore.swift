internal import Synchronization
public import WhatsAppCore

/// What was done for each message, in a table that several processes share: the authority on who works on it, and how far it
/// got.
///
/// A message has an item with its steps, and a lease with a version that grows with each claim. Every write names the version it
/// was made under, so one who was slow, and lost the lease, is refused. Items are forgotten ten days after their last write: a
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

    /// How long an item is kept after the last write: ten days, because Meta may redeliver for seven.
    static let retention = Duration.seconds(10 * 24 * 3600)
    static let deadLetter = "dead_lettered"

    let configuration: Configuration
    let table: DynamoDBTable
    let clock: any ServiceClock
    private let owner: String
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

    /// Wishes to work on a message.
    /// - Parameter replaying: whether one that was dead-lettered is to be tried again.
    /// - Throws: when the table could not be asked, or ``DynamoDBStoreError/unreadable``.
    public func claim(_ key: MessageKey, replaying: Bool = false) async throws -> MessageClaim {
        let now = clock.now
        let name = "\(owner)/\(Hex.encode((0..<4).map { _ in UInt8.random(in: 0...255) }))"
        if replaying {
            do {
                return try await claimed(key, try await take(key, as: name, from: .deadLetter, now: now))
            } catch is ConditionFailure {}  // It did not end as a dead letter, or is being tried already.
        }
        do {
            return try await claimed(key, try await take(key, as: name, from: .unfinished, now: now))
        } catch let failure as ConditionFailure {
            guard let item = failure.item else { throw DynamoDBStoreError.unreadable }
            // A first try may have been made, and its answer lost.
            if item.text(Attribute.owner) == name { return try await claimed(key, item) }
            guard let outcome = item.text(Attribute.outcome) else {
                return .held(until: UnixTime(milliseconds: item.number(Attribute.until) ?? now.milliseconds))
            }
            if let end = item.number(Attribute.expiresAt), end < now.seconds {
                return try await claimed(key, try await take(key, as: name, from: .expired, now: now))
            }
            return .finished(isDeadLetter: outcome == Self.deadLetter)
        }
    }

    /// From what a message is taken up.
    private enum Origin {
        case unfinished, deadLetter
        /// It ended so long ago that it is to be forgotten, and DynamoDB has not removed it yet.
        case expired
    }

    private func take(
        _ key: MessageKey, as name: String, from origin: Origin, now: UnixTime
    ) async throws -> JSONValue {
        let lease =
            "SET \(Attribute.owner) = :owner, \(Attribute.until) = :until, \(Attribute.expiresAt) = :expires, "
            + "\(Attribute.version) = if_not_exists(\(Attribute.version), :zero) + :one, \(Attribute.progress) = "
        let (rest, condition) =
            switch origin {
            case .unfinished:
                (
                    "if_not_exists(\(Attribute.progress), :steps)",
                    "attribute_not_exists(\(Attribute.outcome)) AND (attribute_not_exists(\(Attribute.until)) OR "
                        + "\(Attribute.until) < :now)"
                )
            case .deadLetter:
                (
                    "list_append(\(Attribute.progress), :steps) REMOVE \(Attribute.outcome)",
                    "\(Attribute.outcome) = :now"
                )
            case .expired:
                (
                    ":steps REMOVE \(Attribute.outcome), \(Attribute.openPart), \(Attribute.arrivedID)",
                    "\(Attribute.expiresAt) < :now"
                )
            }
        let item = try await table.update(key, lease + rest, if: condition) {
            $0.text(":owner", name)
            $0.number(":until", now.advanced(by: configuration.lease).milliseconds)
            $0.number(":expires", now.advanced(by: Self.retention).seconds)
            $0.number(":zero", 0)
            $0.number(":one", 1)
            switch origin {
            case .unfinished:
                $0.list(":steps", [])
                $0.number(":now", now.milliseconds)
            case .deadLetter:
                $0.list(":steps", [.step(.replayed)])
                $0.text(":now", Self.deadLetter)
            case .expired:
                $0.list(":steps", [])
                $0.number(":now", now.seconds)
            }
        }
        guard let item else { throw DynamoDBStoreError.unreadable }
        return item
    }

    /// Keeps the lease in mind, and reads what was recorded.
    private func claimed(_ key: MessageKey, _ item: JSONValue) async throws -> MessageClaim {
        guard let version = item.number(Attribute.version), let steps = item.steps(Attribute.progress) else {
            throw DynamoDBStoreError.unreadable
        }
        let lease = MessageLease(
            version: version, steps: steps, openPart: item.number(Attribute.openPart).map { Int($0) })
        var progress: [MessageProgress] = []
        for step in steps {
            switch step {
            case .step(let step): progress.append(step)
            case .reply(let place): progress.append(.replied(try await reply(at: place, of: key)))
            }
        }
        leases.withLock { $0[key] = lease }
        return .claimed(progress: progress)
    }
}
