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
                for field in fields { json.add(field.name, Self.escaped(field.value)) }
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

    /// Masks what may be a phone number in a text that others wrote: all but the last four of seven or more digits.
    static func maskingNumbers(_ text: String) -> String {
        var out = ""
        var digits = ""
        for character in text + "\0" {
            if character.isNumber {
                digits.append(character)
                continue
            }
            out += digits.count >= 7 ? masked(digits) : digits
            digits = ""
            out.append(character)
        }
        return String(out.dropLast())
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
