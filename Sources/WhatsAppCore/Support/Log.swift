#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A structured log: one line for each entry, as JSON or for people, written to standard error.
///
/// Control characters and bidirectional marks in values are escaped, so no value can forge a line or hide a part of one.
public struct Log: Sendable {
    /// How much an entry matters.
    public enum Level: Int, Sendable, Comparable, CaseIterable {
        case trace, debug, info, success, warning, error, critical

        /// Reads a level's name, in either case.
        public init?(name: String) {
            guard let level = Level.allCases.first(where: { $0.name.equalsIgnoringASCIICase(name) }) else { return nil }
            self = level
        }

        /// The name in upper case.
        public var name: String { "\(self)".uppercased() }

        /// Whether `a` matters less than `b`.
        public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
    }

    /// How entries are written.
    public enum Format: String, Sendable {
        /// One JSON object a line.
        case json
        /// For people.
        case pretty
    }

    /// A named value of an entry.
    public typealias Field = (name: String, value: String)

    private let level: Level
    private let format: Format
    private let clock: any ServiceClock
    private let write: @Sendable (String) -> Void

    /// Makes a log.
    /// - Parameters:
    ///   - level: entries below it are dropped.
    ///   - format: how entries are written.
    ///   - clock: what entries are dated by.
    ///   - write: takes whole lines, each with its line feed; standard error by default.
    public init(
        level: Level = .info, format: Format = .json, clock: any ServiceClock = .system,
        write: @escaping @Sendable (String) -> Void = Log.standardError
    ) {
        self.level = level
        self.format = format
        self.clock = clock
        self.write = write
    }

    /// Writes an entry.
    public func callAsFunction(_ level: Level, _ message: String, _ fields: [Field] = []) {
        guard level >= self.level else { return }
        switch format {
        case .json:
            let line = JSONWriter.object { json in
                json.add("time", clock.now.iso8601)
                json.add("level", level.name)
                json.add("message", Self.escaped(message))
                for field in fields {
                    // A collector that meets a key twice keeps one of them.
                    let isTaken = ["time", "level", "message"].contains(field.name)
                    json.add(isTaken ? field.name + "_" : field.name, Self.escaped(field.value))
                }
            }
            write(String(decoding: line, as: UTF8.self) + "\n")
        case .pretty:
            let name = level.name + String(repeating: " ", count: max(0, 8 - level.name.count))
            let rest = fields.map { "  \($0.name)=\(Self.escaped($0.value))" }.joined()
            write("\(clock.now.iso8601.dropFirst(11).prefix(12)) \(name) \(Self.escaped(message))\(rest)\n")
        }
    }

    /// Writes to standard error. What cannot be written is lost: a log must never stop a service.
    public static let standardError: @Sendable (String) -> Void = { line in
        var bytes = Array(line.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { writeOnce(STDERR_FILENO, $0) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Masks all but the last four characters of a phone number or a user id.
    public static func masked(_ id: String) -> String { "…" + id.suffix(id.count > 6 ? 4 : 0) }

    /// Masks what may tell who a user is in a text that others wrote: message ids, which hold the phone number, and all
    /// but the last four of eight or more digits, with or without blanks, hyphens and brackets between them. Error codes
    /// have seven digits at most.
    static func maskingNumbers(_ text: String) -> String {
        var out = ""
        var run = ""
        // A sentinel ends the last run.
        for character
            in (text.split(separator: " ", omittingEmptySubsequences: false).map(maskingMessageID)
            .joined(separator: " ") + "\0")
        {
            if character.isNumber || !run.isEmpty && " -().".contains(character) {
                run.append(character)
                continue
            }
            out += maskingRun(run)
            run = ""
            out.append(character)
        }
        return String(out.dropLast())
    }

    private static func maskingMessageID(_ word: Substring) -> String {
        guard let start = word.firstRange(of: "wamid.") else { return String(word) }
        return word[..<start.upperBound] + "…"
    }

    /// A run begins with a digit; what follows its last one is kept.
    private static func maskingRun(_ run: String) -> String {
        let digits = run.filter(\.isNumber)
        guard digits.count >= 8, let last = run.lastIndex(where: \.isNumber) else { return run }
        return masked(digits) + run[run.index(after: last)...]
    }

    private static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHidden) else { return text }
        return text.unicodeScalars.map { isHidden($0) ? "\\u{" + String($0.value, radix: 16) + "}" : String($0) }
            .joined()
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

/// `write`, once more after an interruption by a signal.
private func writeOnce(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    while true {
        let count = write(descriptor, bytes.baseAddress, bytes.count)
        if count >= 0 || errno != EINTR { return count }
    }
}
