/// Writes compact JSON, members in the order in which they are added.
package struct JSONWriter: Sendable {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() { bytes.reserveCapacity(128) }

    /// The bytes of an object whose members `body` adds.
    package static func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object(body)
        return writer.bytes
    }

    /// Adds an object: an array's element, or the whole text.
    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    /// Adds a member that is an object.
    package mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) {
        key(name)
        enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
    }

    /// Adds a member that is an array.
    package mutating func array(_ name: String, _ body: (inout JSONWriter) -> Void) {
        key(name)
        enclose(UInt8(ascii: "["), UInt8(ascii: "]"), body)
    }

    /// Adds a string member; `nil` adds nothing.
    package mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
        needsComma = true
    }

    /// Adds a string to an array.
    package mutating func element(_ value: String) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        string(value)
        needsComma = true
    }

    /// Adds an integer member; `nil` adds nothing.
    package mutating func add(_ name: String, _ value: Int64?) {
        guard let value else { return }
        key(name)
        bytes.append(decimal: value)
        needsComma = true
    }

    /// Adds a boolean member.
    package mutating func add(_ name: String, _ value: Bool) {
        key(name)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
        needsComma = true
    }

    /// Adds a member `null`.
    package mutating func addNull(_ name: String) { raw(name, Array("null".utf8)) }

    /// Adds a member whose value is JSON already.
    package mutating func raw(_ name: String, _ json: [UInt8]) {
        key(name)
        bytes.append(contentsOf: json)
        needsComma = true
    }

    /// Ends the line after a value, for texts of a value a line.
    package mutating func endLine() {
        bytes.append(0x0a)
        needsComma = false
    }

    private mutating func enclose(_ opening: UInt8, _ closing: UInt8, _ body: (inout JSONWriter) -> Void) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(opening)
        needsComma = false
        body(&self)
        bytes.append(closing)
        needsComma = true
    }

    private mutating func key(_ name: String) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
        string(name)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        let isPlain = text.withUTF8InPlace { text in
            let plain = text.span.endOfPlainText(
                from: 0, to: text.count, except: UInt8(ascii: "\""), UInt8(ascii: "\\"))
            for byte in text[plain...] where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                return false
            }
            bytes.append(contentsOf: text)
            return true
        }
        guard !isPlain else { return }  // Most texts need no escape.
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 0x0a: bytes.append(contentsOf: Array("\\n".utf8))
            case 0x0d: bytes.append(contentsOf: Array("\\r".utf8))
            case 0x09: bytes.append(contentsOf: Array("\\t".utf8))
            case 0..<0x20: bytes.append(contentsOf: Array("\\u00\(Hex.encode(CollectionOfOne(byte)))".utf8))
            default: bytes.append(byte)
            }
        }
    }
}
