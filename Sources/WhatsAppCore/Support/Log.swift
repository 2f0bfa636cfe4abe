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
        public var name: String {
            switch self {
            case .trace: "TRACE"
            case .debug: "DEBUG"
            case .info: "INFO"
            case .success: "SUCCESS"
            case .warning: "WARNING"
            case .error: "ERROR"
            case .critical: "CRITICAL"
            }
        }

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

    /// Writes an entry. One below the log's level costs nothing: its fields are not even made.
    public func callAsFunction(_ level: Level, _ message: String, _ fields: @autoclosure () -> [Field] = []) {
        guard level >= self.level else { return }
        switch format {
        case .json: write(Self.json(level, message, fields(), time: clock.now))
        case .pretty: write(Self.pretty(level, message, fields(), time: clock.now))
        }
    }

    private static func json(_ level: Level, _ message: String, _ fields: [Field], time: UnixTime) -> String {
        var json = JSONWriter()
        json.object { json in
            json.add("time", time.iso8601)
            json.add("level", level.name)
            json.add("message", escaped(message))
            for field in fields {
                switch field.name {
                // A collector that meets a key twice keeps one of them.
                case "time", "level", "message": json.add(field.name + "_", escaped(field.value))
                default: json.add(field.name, escaped(field.value))
                }
            }
        }
        json.endLine()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func pretty(_ level: Level, _ message: String, _ fields: [Field], time: UnixTime) -> String {
        let name = level.name + String(repeating: " ", count: max(0, 8 - level.name.count))
        let rest = fields.map { "  \($0.name)=\(escaped($0.value))" }.joined()
        return "\(time.iso8601.dropFirst(11).prefix(12)) \(name) \(escaped(message))\(rest)\n"
    }

    /// Writes to standard error. What cannot be written is lost: a log must never stop a service.
    public static let standardError: @Sendable (String) -> Void = { line in
        line.withUTF8InPlace { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = writeOnce(STDERR_FILENO, rest)
                guard count > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }

    /// Masks all but the last four characters of a phone number or a user id.
    public static func masked(_ id: String) -> String {
        // Of ASCII, each byte is a character; what those are in other texts takes long to find.
        if id.utf8.allSatisfy({ $0 < 0x80 }) { return "…" + Substring(id.utf8.suffix(id.utf8.count > 6 ? 4 : 0)) }
        return "…" + id.suffix(id.count > 6 ? 4 : 0)
    }

    /// Masks what may tell who a user is in a text that others wrote: message ids, which hold the phone number, and all
    /// but the last four of eight or more digits, with or without blanks, hyphens and brackets between them. Error codes
    /// have seven digits at most.
    static func maskingNumbers(_ text: String) -> String {
        guard mayTellWho(text.utf8) else { return text }
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

    /// Whether a text holds eight digits, a message id, or what is not ASCII: most hold none of them.
    private static func mayTellWho(_ text: String.UTF8View) -> Bool {
        var digits = 0
        for byte in text {
            if byte >= 0x80 || byte == UInt8(ascii: "w") { return true }
            if byte.isASCIIDigit { digits += 1 }
        }
        return digits >= 8
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
        guard !text.isVisibleASCII, text.unicodeScalars.contains(where: isHidden) else { return text }
        return text.unicodeScalars.map { isHidden($0) ? "\\u{" + String($0.value, radix: 16) + "}" : String($0) }
            .joined()
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        return switch scalar.properties.generalCategory {
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
