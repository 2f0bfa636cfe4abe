/// The names of the journal's files. Snapshots and segments share one count: a snapshot stands for all files before it.
enum JournalName: Hashable {
    /// Everything up to here, in short.
    case snapshot(UInt64)
    /// A part of the log.
    case segment(UInt64)
    /// What was cut off a segment, or a damaged file that was set aside, in the second `time` since 1970.
    case aside(String, time: Int64)
    /// A file in the making. It counts for nothing until it is renamed.
    case temporary(String)
    /// Space that is set free when the disk is full.
    case ballast
    /// The file that a running process has locked.
    case lock

    /// The name in the directory.
    var text: String {
        switch self {
        case .snapshot(let number): "snapshot-" + Self.padded(number)
        case .segment(let number): "segment-" + Self.padded(number)
        case .aside(let name, let time): "\(name).\(time).torn"
        case .temporary(let name): name + ".tmp"
        case .ballast: "ballast"
        case .lock: "lock"
        }
    }

    /// Reads a name; `nil` for files that are not the journal's.
    init?(_ text: String) {
        let pieces = text.split(separator: ".", omittingEmptySubsequences: false)
        if text == "ballast" || text == "lock" {
            self = text == "lock" ? .lock : .ballast
        } else if pieces.count == 2, pieces[1] == "tmp" {
            self = .temporary(String(pieces[0]))
        } else if pieces.count == 3, pieces[2] == "torn", let time = Int64(pieces[1]) {
            self = .aside(String(pieces[0]), time: time)
        } else if let number = Self.number(text, after: "snapshot-") {
            self = .snapshot(number)
        } else if let number = Self.number(text, after: "segment-") {
            self = .segment(number)
        } else {
            return nil
        }
    }

    private static func padded(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    }

    private static func number(_ text: String, after prefix: String) -> UInt64? {
        guard text.hasPrefix(prefix), let number = UInt64(text.dropFirst(prefix.count)) else { return nil }
        // "+5" is a number to the library, and no name of ours.
        return padded(number) == text.dropFirst(prefix.count) ? number : nil
    }
}
