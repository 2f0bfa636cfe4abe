/// A second reading of JSON, by recursion and without regard for speed, to check the first one.
enum PlainJSON: Equatable {
    struct Member {
        var key: String
        var value: PlainJSON
    }
    case object([Member])
    case array([PlainJSON])
    case string(String)
    case number(String)
    case word(String)

    /// `nil` for what is not JSON (RFC 8259), or nested more than 512 levels deep.
    init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var reader = Reader(scalars: Array(text.unicodeScalars))
        guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
        self = value
    }

    static func == (left: PlainJSON, right: PlainJSON) -> Bool {
        switch (left, right) {
        case (.object(let left), .object(let right)):
            left.elementsEqual(right) { Array($0.key.utf8) == Array($1.key.utf8) && $0.value == $1.value }
        case (.array(let left), .array(let right)): left == right
        case (.string(let left), .string(let right)): Array(left.utf8) == Array(right.utf8)
        case (.number(let left), .number(let right)), (.word(let left), .word(let right)): left == right
        default: false
        }
    }

    private struct Reader {
        var scalars: [Unicode.Scalar]
        var at = 0

        var next: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }
        var isAtEnd: Bool { next == nil }

        mutating func blanks() { while let scalar = next, " \t\r\n".unicodeScalars.contains(scalar) { at += 1 } }

        mutating func takes(_ text: String) -> Bool {
            guard scalars[at...].starts(with: text.unicodeScalars) else { return false }
            at += text.unicodeScalars.count
            return true
        }

        mutating func value(depth: Int) -> PlainJSON? {
            blanks()
            defer { blanks() }
            switch next {
            case "{":
                guard depth < 512, let members = list("}", { $0.member(depth: depth + 1) }) else { return nil }
                return .object(members)
            case "[":
                guard depth < 512, let elements = list("]", { $0.value(depth: depth + 1) }) else { return nil }
                return .array(elements)
            case "\"": return string().map { .string($0) }
            default:
                if let word = ["true", "false", "null"].first(where: { takes($0) }) { return .word(word) }
                return number().map { .number($0) }
            }
        }

        private mutating func list<Element>(_ end: String, _ element: (inout Reader) -> Element?) -> [Element]? {
            at += 1
            blanks()
            var elements: [Element] = []
            if takes(end) { return elements }
            repeat {
                guard let element = element(&self) else { return nil }
                elements.append(element)
            } while takes(",")
            return takes(end) ? elements : nil
        }

        private mutating func member(depth: Int) -> Member? {
            blanks()
            guard let key = string() else { return nil }
            blanks()
            guard takes(":"), let value = value(depth: depth) else { return nil }
            return Member(key: key, value: value)
        }

        private mutating func string() -> String? {
            guard takes("\"") else { return nil }
            var units: [UInt16] = []
            while let scalar = next {
                at += 1
                switch scalar {
                case "\"": return String(decoding: units, as: UTF16.self)
                case "\\":
                    guard let escape = next else { return nil }
                    at += 1
                    if escape == "u" {
                        let digits = scalars[at...].prefix(4)
                        guard digits.count == 4, digits.allSatisfy({ $0.isASCII && $0.properties.isASCIIHexDigit }),
                            let unit = UInt16(String(String.UnicodeScalarView(digits)), radix: 16)
                        else { return nil }
                        units.append(unit)
                        at += 4
                    } else {
                        guard let index = Array("\"\\/bfnrt".unicodeScalars).firstIndex(of: escape) else { return nil }
                        units.append(Array("\"\\/\u{8}\u{C}\n\r\t".utf16)[index])
                    }
                default:
                    guard scalar.value >= 0x20 else { return nil }
                    units += UTF16.encode(scalar).map(Array.init) ?? []
                }
            }
            return nil
        }

        private mutating func number() -> String? {
            let start = at
            _ = takes("-")
            if !takes("0"), !digits() { return nil }
            if takes("."), !digits() { return nil }
            if takes("e") || takes("E") {
                if !takes("+") { _ = takes("-") }
                if !digits() { return nil }
            }
            return String(String.UnicodeScalarView(scalars[start..<at]))
        }

        private mutating func digits() -> Bool {
            let start = at
            while let scalar = next, ("0"..."9").contains(scalar) { at += 1 }
            return at > start
        }
    }
}
