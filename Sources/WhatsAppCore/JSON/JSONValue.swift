/// A value inside a ``JSONDocument``: a cheap reference, which keeps the document's bytes alive.
///
/// What is asked for in the wrong kind is `nil`, never an error: a webhook's loose types are read by asking for each.
public struct JSONValue: Sendable {
    let storage: JSONDocument.Storage
    /// The value's place in the index.
    let index: Int

    init(storage: JSONDocument.Storage, index: Int) {
        self.storage = storage
        self.index = index
    }

    /// Whether this is an object.
    public var isObject: Bool { storage.isObject(index) }

    /// Whether this is an array.
    public var isArray: Bool { storage.isArray(index) }

    /// Whether this is `null`.
    public var isNull: Bool { storage.kind(of: index) == .null }

    /// The text of a string, escapes resolved. An escaped surrogate without its other half becomes U+FFFD.
    public var string: String? { storage.string(index) }

    /// The value of `true` or `false`.
    public var bool: Bool? {
        switch storage.kind(of: index) {
        case .yes: true
        case .no: false
        default: nil
        }
    }

    /// The value of a number that is written as an integer, without fraction or exponent, and fits.
    public var integer: Int64? { number.flatMap { Int64($0) } }

    /// The value of a number, rounded to the nearest `Double`; `nil` for one beyond its range.
    public var double: Double? { number.flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil } }

    /// The text of a string, or of a number as it is written. Meta sends some ids as either.
    public var stringOrNumber: String? { storage.stringOrNumber(index) }

    /// The bytes of this value as they stand in the document.
    public var rawBytes: [UInt8] {
        let token = storage.tokens[index]
        return switch token.kind {
        case .string, .escapedString: Array(storage.bytes[Int(token.start) - 1...Int(token.end)])
        default: Array(storage.content(of: token))
        }
    }

    /// The value of an object's member; `nil` when there is none, or when this is no object. Of two members of the same
    /// name the last is taken; where that would matter, ask ``repeats(anyOf:)`` first.
    public subscript(_ name: String) -> JSONValue? { storage.member(name, of: index).map(value) }

    /// Whether an object has two members of one of these names.
    public func repeats(anyOf names: [String]) -> Bool { storage.repeats(anyOf: names, in: index) }

    /// The elements of an array; none when this is no array.
    public var elements: [JSONValue] {
        var elements: [JSONValue] = []
        forEachElement { elements.append($0) }
        return elements
    }

    /// Calls `body` with each element of an array, in order; never when this is no array.
    package func forEachElement(_ body: (JSONValue) -> Void) {
        storage.forEachElement(of: index) { body(value($0)) }
    }

    /// Calls `body` with each member of an object, in order; never when this is no object.
    package func forEachMember(_ body: (_ name: String, _ value: JSONValue) -> Void) {
        storage.forEachMember(of: index) { body($0, value($1)) }
    }

    /// The element of an array that has just one.
    var onlyElement: JSONValue? { storage.onlyElement(of: index).map(value) }

    /// The text of a member that is a string, as `self[name]?.string` gives it.
    func string(_ name: String) -> String? { storage.string(name, of: index) }

    /// The text of a member that is a string or a number, as `self[name]?.stringOrNumber` gives it.
    func stringOrNumber(_ name: String) -> String? { storage.stringOrNumber(name, of: index) }

    private var number: String? {
        let token = storage.tokens[index]
        return token.kind == .number ? storage.plainText(of: token) : nil
    }

    private func value(_ index: Int) -> JSONValue { JSONValue(storage: storage, index: index) }
}
