internal import WhatsAppCore

/// What one request takes into the queue.
struct SendBatch: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        /// Of two entries with the same one that come within five minutes the queue takes the first.
        var deduplicationID: String
        var group: String
        var body: String
    }

    /// At most ten entries, and 1 MiB in all (docs.aws.amazon.com, "Amazon SQS message quotas").
    static let mostEntries = 10
    static let mostBytes = 1 << 20

    private(set) var entries: [Entry] = []
    private var groups: Set<String> = []
    private var bytes = 0

    /// Cuts a list into batches, in order.
    ///
    /// A batch holds no two entries of a group: a batch may fail in part, and what failed is sent again, after the rest. So one
    /// user's messages go one batch after the other.
    /// - Precondition: no entry is larger than a batch.
    static func batches(of entries: [Entry]) -> [SendBatch] {
        entries.reduce(into: []) { batches, entry in
            if batches.last?.takes(entry) != true { batches.append(SendBatch()) }
            batches[batches.count - 1].add(entry)
        }
    }

    private func takes(_ entry: Entry) -> Bool {
        entries.count < Self.mostEntries && bytes + entry.body.utf8.count <= Self.mostBytes
            && !groups.contains(entry.group)
    }

    private mutating func add(_ entry: Entry) {
        entries.append(entry)
        groups.insert(entry.group)
        bytes += entry.body.utf8.count
    }
}
