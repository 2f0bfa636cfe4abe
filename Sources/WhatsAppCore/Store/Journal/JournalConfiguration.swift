/// How a journal is kept. The defaults are meant for production.
public struct JournalConfiguration: Sendable {
    /// How long an id is remembered after the acceptance of its message: ten days, because Meta may redeliver for seven.
    public var retention = Duration.seconds(10 * 24 * 3600)
    /// The size at which a segment of the log is followed by a new one, and the log replaced by a snapshot; in bytes.
    public var segmentBytes = 64 << 20
    /// The space that is kept so that messages under way can be finished on a full disk, in bytes; 0 for none.
    public var ballastBytes = 16 << 20
    /// The log is replaced by a snapshot after this time at the latest: so long the text of a finished message may
    /// stay on disk.
    public var compactionInterval = Duration.seconds(12 * 3600)
    /// How often a full disk is tried again.
    public var roomProbeInterval = Duration.seconds(5)
    /// How long torn tails and damaged files are kept aside. They may hold the text of finished messages.
    public var asideRetention = Duration.seconds(20 * 3600)
    /// Whether to start although acknowledged data is damaged, without what cannot be read.
    public var salvagesDamage = false
    /// The payload of a frame in bytes, 8 MiB at most. Smaller for tests.
    package var maximumPayload = JournalFrame.maximumPayload
    /// By how many zeros a segment grows, in bytes.
    package var growthBytes = 256 << 10
    /// How much of a snapshot is written between two commits, in bytes.
    package var snapshotPieceBytes = 1 << 20

    /// The defaults.
    public init() {}
}
