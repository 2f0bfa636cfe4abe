/// The header fields of an HTTP message: ordered, repeatable, with case-insensitive names (RFC 9110, section 5).
///
/// Names compare as ASCII bytes. No field is ever dropped or merged; ask ``values(_:)`` when a repeat matters.
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

    /// The fields in the order in which they were received or added.
    public var fields: [Field]

    /// Makes a list of fields, by default an empty one.
    public init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// Makes a list of fields in the order in which they are written; names may repeat.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.fields = elements.map { Field(name: $0.0, value: $0.1) }
    }

    /// The first value of `name`; setting it replaces every field of that name, and `nil` removes them.
    public subscript(name: String) -> String? {
        get { fields.first { $0.name.equalsIgnoringASCIICase(name) }?.value }
        set {
            fields.removeAll { $0.name.equalsIgnoringASCIICase(name) }
            if let newValue { fields.append(Field(name: name, value: newValue)) }
        }
    }

    /// All values of `name`, in order.
    public func values(_ name: String) -> [String] {
        var values: [String] = []
        for field in fields where field.name.equalsIgnoringASCIICase(name) { values.append(field.value) }
        return values
    }

    /// Adds a field and keeps those of the same name.
    public mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }
}

extension String {
    /// Compares bytes, taking ASCII letters of either case as equal; other bytes must match exactly.
    package func equalsIgnoringASCIICase(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        var (a, b) = (self, other)
        // Unsafe: the bytes are read in place, within the calls.
        return a.withUTF8 { a in
            b.withUTF8 { b in a.indices.allSatisfy { a[$0].asciiLowercased == b[$0].asciiLowercased } }
        }
    }
}

extension UInt8 {
    /// The byte with `A`–`Z` turned into `a`–`z`.
    package var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}
