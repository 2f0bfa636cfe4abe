internal import WhatsAppCore

/// Reads settings by name and collects every problem, so that all can be told at once.
///
/// A problem names the setting and what to do; it never shows the value of a secret.
struct SettingsReader {
    private let values: [String: String]
    private(set) var problems: [String]
    /// The names that were asked for.
    private(set) var known: Set<String> = []

    init(_ values: [String: String], problems: [String] = []) {
        self.values = values
        self.problems = problems
    }

    /// The value without white space at its ends, as a mounted secret may have; `nil` when nothing is left.
    mutating func optional(_ name: String) -> String? {
        known.insert(name)
        return values[name].map(\.trimmingWhiteSpace).flatMap { $0.isEmpty ? nil : $0 }
    }

    mutating func string(_ name: String, default: String) -> String { optional(name) ?? `default` }

    mutating func required(_ name: String, _ use: String) -> String {
        if let value = optional(name) { return value }
        problems.append("\(name) is not set: set it to \(use)")
        return ""
    }

    /// Notes what is wrong with settings that do not go together.
    mutating func problem(_ text: String) { problems.append(text) }

    /// A secret that must not be one of the words that stand in examples.
    /// - Parameter isNeeded: whether it is required; one that is given is checked in any case.
    mutating func secret(_ name: String, _ use: String, isNeeded: Bool = true) -> Secret {
        guard isNeeded || optional(name) != nil else { return Secret("") }
        let value = required(name, use)
        check(name, value, use)
        return Secret(value)
    }

    /// Secrets separated by commas, one at least where they are needed.
    mutating func secrets(_ name: String, _ use: String, isNeeded: Bool = true) -> [Secret] {
        guard isNeeded || optional(name) != nil else { return [] }
        let text = required(name, use)
        let parts = text.split(separator: ",").map(\.trimmingWhiteSpace).filter { !$0.isEmpty }
        if parts.isEmpty, !text.isEmpty { problems.append("\(name) holds no secret: set it to \(use)") }
        parts.forEach { check(name, $0, use) }
        return parts.map { Secret($0) }
    }

    /// An id: letters, digits, `-` and `_`.
    mutating func identifier(_ name: String, _ use: String) -> String {
        let value = required(name, use)
        if value.utf8.contains(where: { !$0.isIdentifierByte }) {
            problems.append("\(name) holds other characters than letters, digits, - and _: set it to \(use)")
        } else {
            check(name, value, use)
        }
        return value
    }

    private mutating func check(_ name: String, _ value: String, _ use: String) {
        if Self.isPlaceholder(value) {
            problems.append("\(name) still holds a placeholder: set it to \(use)")
        } else if value.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) {
            problems.append("\(name) holds a blank or a control character: set it to \(use)")
        }
    }

    mutating func boolean(_ name: String, default: Bool) -> Bool {
        guard let value = optional(name) else { return `default` }
        switch value.lowercased() {
        case "true", "1", "yes", "on": return true
        case "false", "0", "no", "off": return false
        default:
            problems.append("\(name) is '\(value)': set it to true, 1, yes or on, or to false, 0, no or off")
            return `default`
        }
    }

    /// A decimal number.
    mutating func number(_ name: String, default: Double, in range: ClosedRange<Double>, _ unit: String) -> Double {
        guard let value = optional(name) else { return `default` }
        let isDecimal = value.utf8.allSatisfy { $0 == UInt8(ascii: ".") || $0.isASCIIDigit }
        guard isDecimal, let number = Double(value), range.contains(number) else {
            let bounds = "\(range.lowerBound.plain) to \(range.upperBound.plain)"
            problems.append("\(name) is '\(value)': set it to \(unit), \(bounds)")
            return `default`
        }
        return number
    }

    mutating func choice<Value>(_ name: String, default: Value, _ choices: String, _ read: (String) -> Value?) -> Value
    {
        guard let text = optional(name) else { return `default` }
        if let value = read(text) { return value }
        problems.append("\(name) is '\(text)': set it to \(choices)")
        return `default`
    }

    mutating func url(_ name: String, default: String) -> String {
        let value = string(name, default: `default`)
        let rest = ["http://", "https://"].first { value.hasPrefix($0) }.map { value.dropFirst($0.count) }
        guard let rest, let first = rest.utf8.first, first != UInt8(ascii: "/"), first != UInt8(ascii: ":"),
            rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), !rest.contains("?"), !rest.contains("#"),
            !rest.contains("@")
        else {
            problems.append("\(name) is '\(value)': set it to a URL such as \(`default`), without query or credentials")
            return `default`
        }
        return value
    }

    /// Short words count at the beginning alone: a random token may hold them.
    private static func isPlaceholder(_ value: String) -> Bool {
        let lowered = value.lowercased()
        return lowered.hasPrefix("<") && lowered.hasSuffix(">")
            || ["your_", "your-", "example", "todo", "xxxx"].contains { lowered.hasPrefix($0) }
            || ["changeme", "change-me", "change_me", "placeholder", "...", "…"].contains { lowered.contains($0) }
    }
}

extension StringProtocol {
    /// The text without white space at its ends.
    var trimmingWhiteSpace: String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}

extension UInt8 {
    fileprivate var isIdentifierByte: Bool {
        isASCIILetterOrDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
    }
}

extension Double {
    /// Without a fraction where it has none.
    fileprivate var plain: String { self == rounded() && magnitude < 1e15 ? String(Int64(self)) : String(self) }
}
