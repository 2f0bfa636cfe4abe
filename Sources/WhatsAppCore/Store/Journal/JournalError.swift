/// Why the journal could not do what it was asked.
public enum JournalError: StoreError, Sendable, Hashable, CustomStringConvertible {
    /// Another process has the directory.
    case alreadyRunning(directory: String)
    /// There is no such directory: the journal's own, where one is looked into, and the one above, where one is to be made.
    case noDirectory(String)
    /// Data that was acknowledged cannot be read back. ``JournalConfiguration/salvagesDamage`` leaves it behind.
    case damaged(file: String, offset: Int, reason: String)
    /// A newer version wrote what this one cannot read. To salvage does not help.
    case newerFormat(file: String, offset: Int, what: String)
    /// The disk is full. What is under way may go on; nothing new is taken in until there is room.
    case diskFull
    /// The disk failed. The journal takes nothing more until the process is started again.
    case failed(FileError)
    /// One message, or one step of it, takes more than 8 MiB.
    case tooLarge(bytes: Int)
    /// The journal was closed.
    case closed

    /// Only a full disk passes by itself.
    public var isTemporary: Bool { self == .diskFull }

    /// What to tell the operator. It holds no user's data.
    public var description: String {
        switch self {
        case .alreadyRunning(let directory):
            "another process is using the journal in \(directory)"
        case .noDirectory(let path):
            "there is no directory \(path)"
        case .damaged(let file, let offset, let reason):
            "the journal is damaged: \(file), offset \(offset): \(reason)"
        case .newerFormat(let file, let offset, let what):
            "the journal was written by a newer version: \(file), offset \(offset): \(what)"
        case .diskFull:
            "the disk is full"
        case .failed(let error):
            "the journal's disk failed: \(error)"
        case .tooLarge(let bytes):
            "a record of \(bytes) bytes is too large for the journal"
        case .closed:
            "the journal is closed"
        }
    }
}

/// What happened to the journal, for logs and metrics. None of it holds a user's data.
public enum JournalEvent: Sendable, Hashable {
    /// It was opened; this is what was found.
    case opened(JournalReport)
    /// The log was replaced by a snapshot of this many bytes.
    case compacted(bytes: Int)
    /// The disk is full: messages are refused, those under way may go on.
    case diskFull
    /// There is room again.
    case roomAgain
    /// It failed for good.
    case failed(JournalError)
}

/// What a journal's files hold.
public struct JournalReport: Sendable, Hashable {
    /// Whether the files are what was written.
    public enum Verdict: Sendable, Hashable {
        /// Every byte is accounted for.
        case clean
        /// The log ends in bytes that were never acknowledged, as after a loss of power.
        case tornTail(file: String, offset: Int, bytes: Int)
        /// Acknowledged data cannot be read; all that can is counted here.
        case damaged([Damage])
    }
    /// A place where a file cannot be read.
    public struct Damage: Sendable, Hashable {
        /// The file's name in the directory.
        public var file: String
        /// Where the first bad byte may be, in bytes from the file's start.
        public var offset: Int
        /// What is wrong there.
        public var reason: String

        /// Makes a place.
        public init(file: String, offset: Int, reason: String) {
            self.file = file
            self.offset = offset
            self.reason = reason
        }
    }

    /// Makes a report of an empty journal.
    public init() {}

    /// Whether the files are what was written.
    public var verdict = Verdict.clean
    /// Ids of finished messages that are remembered.
    public var finishedIDs = 0
    /// Messages that have not reached their end.
    public var unfinished = 0
    /// Messages that are kept as dead letters.
    public var deadLetters = 0
    /// When the oldest of the unfinished messages was accepted.
    public var oldestUnfinished: UnixTime?
    /// Records in the log, counted since the journal was made.
    public var records: UInt64 = 0
    /// The log's files, without snapshots.
    public var segments = 0
    /// The size of snapshots and log, in bytes.
    public var bytes = 0
}
