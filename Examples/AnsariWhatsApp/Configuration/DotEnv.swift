internal import WhatsAppCore

/// Reads a `.env` file: lines `NAME=value`, blank lines and lines that begin with `#`.
///
/// `export` before the name is allowed. A value may stand in single quotes, where everything is literal, or in double
/// quotes, where `\n`, `\t`, `\"` and `\\` are escapes; without quotes it ends before ` #`.
enum DotEnv {
    /// The names and values of `text`, the last of a name winning, and what is wrong with it, by line.
    static func parse(_ text: String) -> (values: [String: String], problems: [String]) {
        var values: [String: String] = [:]
        var problems: [String] = []
        // Some editors begin a file with a byte order mark.
        let text = text.unicodeScalars.first == "\u{feff}" ? text.unicodeScalars.dropFirst() : text.unicodeScalars[...]
        for (index, line) in Substring(text).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            var line = trimmed(line)
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("export ") { line = trimmed(line.dropFirst(7)) }
            guard let equals = line.firstIndex(of: "="), isName(trimmed(line[..<equals])) else {
                problems.append(
                    ".env, line \(index + 1): not of the form NAME=value; correct the line, or begin it with #")
                continue
            }
            guard let value = value(trimmed(line[line.index(after: equals)...])) else {
                problems.append(
                    ".env, line \(index + 1): a quote is not closed, or something follows it; close the quote")
                continue
            }
            values[String(trimmed(line[..<equals]))] = value
        }
        return (values, problems)
    }

    private static func isName(_ name: Substring) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || $0.isASCIILetterOrDigit }
    }

    private static func value(_ text: Substring) -> String? {
        switch text.first {
        case "'":
            guard let end = text.dropFirst().firstIndex(of: "'"), isOver(text[text.index(after: end)...]) else {
                return nil
            }
            return String(text[text.index(after: text.startIndex)..<end])
        case "\"":
            var value = ""
            var rest = text.dropFirst()
            while let character = rest.popFirst() {
                switch character {
                case "\"": return isOver(rest) ? value : nil
                case "\\":
                    guard let escaped = rest.popFirst() else { return nil }
                    switch escaped {
                    case "n": value.append("\n")
                    case "t": value.append("\t")
                    case "\"", "\\": value.append(escaped)
                    default: value += "\\" + String(escaped)
                    }
                default: value.append(character)
                }
            }
            return nil
        default:
            var end = text.startIndex
            var isAfterBlank = true
            while end < text.endIndex, !(text[end] == "#" && isAfterBlank) {
                isAfterBlank = text[end] == " " || text[end] == "\t"
                end = text.index(after: end)
            }
            return String(trimmed(text[..<end]))
        }
    }

    /// Whether nothing but a comment follows.
    private static func isOver(_ text: Substring) -> Bool {
        let rest = trimmed(text)
        return rest.isEmpty || rest.hasPrefix("#")
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...last]
    }
}
