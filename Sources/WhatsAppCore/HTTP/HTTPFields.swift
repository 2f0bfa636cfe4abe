/// Header fields in the order in which they came, repeats included.
///
/// Names are compared without regard to case, as ASCII bytes. No field is ever dropped or merged; ask ``values(_:)`` when
/// a repeat matters. Fields are kept as bytes, and become text when they are asked for.
public struct HTTPFields: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One field line.
    public struct Field: Sendable, Hashable {
        /// The name as it was written.
        public var name: String
        /// The value without surrounding white space.
        public var value: String

        /// Makes a field line. Nothing is checked here: the server and the clients refuse values that hold CR, LF or NUL.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Where a field's name and value stand among ``bytes``.
    package struct Line: Sendable {
        package var name: Range<Int>
        package var value: Range<Int>

        package init(name: Range<Int>, value: Range<Int>) {
            self.name = name
            self.value = value
        }
    }

    /// What the lines point into. There may be other bytes between them.
    package private(set) var bytes: [UInt8] = []
    package private(set) var lines: [Line] = []

    /// Makes a list of fields, by default an empty one.
    public init(_ fields: [Field] = []) {
        for field in fields { add(field.name, field.value) }
    }

    /// Makes a list of fields in the order in which they are written; names may repeat.
    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    /// Takes over a head as it was received. The lines lie within `bytes`.
    package init(bytes: [UInt8], lines: [Line]) {
        self.bytes = bytes
        self.lines = lines
    }

    /// The fields as text, in the order in which they were received or added. Bytes that are not UTF-8 become U+FFFD.
    public var fields: [Field] {
        get { lines.map { Field(name: text($0.name), value: text($0.value)) } }
        set { self = HTTPFields(newValue) }
    }

    /// The first value of `name`; setting it replaces every field of that name, and `nil` removes them.
    public subscript(name: String) -> String? {
        get { lines.first { has(name, in: $0) }.map { text($0.value) } }
        set {
            lines = lines.filter { !has(name, in: $0) }
            if let newValue { add(name, newValue) }
        }
    }

    /// All values of `name`, in order.
    public func values(_ name: String) -> [String] {
        var values: [String] = []
        for line in lines where has(name, in: line) { values.append(text(line.value)) }
        return values
    }

    /// The bytes of the value of `name`, if there is just one field of that name.
    package func onlyValue(_ name: String) -> ArraySlice<UInt8>? {
        var value: Range<Int>?
        for line in lines where has(name, in: line) {
            guard value == nil else { return nil }
            value = line.value
        }
        return value.map { bytes[$0] }
    }

    /// Adds a field and keeps those of the same name.
    public mutating func add(_ name: String, _ value: String) {
        let start = bytes.count
        bytes.append(name)
        let end = bytes.count
        bytes.append(value)
        lines.append(Line(name: start..<end, value: end..<bytes.count))
    }

    /// Whether both hold the same fields in the same order. Here the case of a name matters.
    public static func == (a: HTTPFields, b: HTTPFields) -> Bool { a.fields == b.fields }

    /// Hashes the fields.
    public func hash(into hasher: inout Hasher) { hasher.combine(fields) }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func has(_ name: String, in line: Line) -> Bool {
        name.utf8.count == line.name.count && name.withUTF8InPlace { isEqual($0, bytes, from: line.name.lowerBound) }
    }
}

extension String {
    /// Compares bytes, taking ASCII letters of either case as equal; other bytes must match exactly.
    package func equalsIgnoringASCIICase(_ other: String) -> Bool {
        utf8.count == other.utf8.count && withUTF8InPlace { isEqual($0, Array(other.utf8), from: 0) }
    }
}

/// Whether `text` stands at `start` in `bytes`, which is long enough, ASCII letters of either case being equal.
private func isEqual(_ text: UnsafeBufferPointer<UInt8>, _ bytes: [UInt8], from start: Int) -> Bool {
    for index in text.indices {
        let (a, b) = (text[index], bytes[start + index])
        guard a == b || a.asciiLowercased == b.asciiLowercased else { return false }
    }
    return true
}

extension UInt8 {
    /// The byte with `A`–`Z` turned into `a`–`z`.
    package var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}
