/// A value inside a ``JSONDocument``: a cheap reference, which keeps the document's bytes alive.
///
/// What is asked for in the wrong kind is `nil`, never an error: a webhook's loose types are read by asking for each.
public struct JSONValue: Sendable {
    private let storage: JSONDocument.Storage
    private let index: Int

    init(storage: JSONDocument.Storage, index: Int) {
        self.storage = storage
        self.index = index
    }

    private var token: JSONToken { storage.tokens[index] }

    /// Whether this is an object.
    public var isObject: Bool { token.kind == .object }

    /// Whether this is an array.
    public var isArray: Bool { token.kind == .array }

    /// Whether this is `null`.
    public var isNull: Bool { token.kind == .null }

    /// The text of a string, escapes resolved. An escaped surrogate without its other half becomes U+FFFD.
    public var string: String? { storage.string(at: index) }

    /// The value of `true` or `false`.
    public var bool: Bool? {
        switch token.kind {
        case .yes: true
        case .no: false
        default: nil
        }
    }

    /// The value of a number that is written as an integer, without fraction or exponent, and fits.
    public var integer: Int64? {
        token.kind == .number ? Int64(storage.plainText(of: token)) : nil
    }

    /// The value of a number, rounded to the nearest `Double`; `nil` for one beyond its range.
    public var double: Double? {
        guard token.kind == .number, let value = Double(storage.plainText(of: token)), value.isFinite else {
            return nil
        }
        return value
    }

    /// The text of a string, or of a number as it is written. Meta sends some ids as either.
    public var stringOrNumber: String? { storage.stringOrNumber(at: index) }

    /// The bytes of this value as they stand in the document.
    public var rawBytes: [UInt8] {
        switch token.kind {
        case .string, .escapedString: Array(storage.bytes[Int(token.start) - 1...Int(token.end)])
        default: Array(content)
        }
    }

    private var content: ArraySlice<UInt8> { storage.content(of: token) }

    /// The value of an object's member; `nil` when there is none, or when this is no object. Of two members of the same
    /// name the last is taken; where that would matter, ask ``repeats(anyOf:)`` first.
    public subscript(_ name: String) -> JSONValue? { members(name).last }

    /// The text of a member that is a string, as `self[name]?.string` gives it.
    package func string(_ name: String) -> String? {
        let found = storage.members(name, of: index)
        return found.count > 0 ? storage.string(at: found.last) : nil
    }

    /// The text of a member that is a string or a number, as `self[name]?.stringOrNumber` gives it.
    package func stringOrNumber(_ name: String) -> String? {
        let found = storage.members(name, of: index)
        return found.count > 0 ? storage.stringOrNumber(at: found.last) : nil
    }

    /// Whether an object has two members of one of these names.
    public func repeats(anyOf names: [String]) -> Bool {
        guard isObject, !storage.hasDistinctNames(index) else { return false }
        return names.contains { members($0).count > 1 }
    }

    /// The elements of an array; none when this is no array.
    public var elements: [JSONValue] {
        var elements: [JSONValue] = []
        forEachElement { elements.append($0) }
        return elements
    }

    /// The element of an array that has just one.
    var onlyElement: JSONValue? {
        let token = token
        guard token.kind == .array, index + 1 < Int(token.next), storage.tokens[index + 1].next == token.next else {
            return nil
        }
        return JSONValue(storage: storage, index: index + 1)
    }

    /// Calls `body` with each element of an array, in order; never when this is no array.
    package func forEachElement(_ body: (JSONValue) -> Void) {
        let token = token
        guard token.kind == .array else { return }
        var at = index + 1
        while at < Int(token.next) {
            body(JSONValue(storage: storage, index: at))
            at = Int(storage.tokens[at].next)
        }
    }

    /// The value of the last member of this name, and how many there are.
    private func members(_ name: String) -> (last: JSONValue?, count: Int) {
        let found = storage.members(name, of: index)
        return (found.count > 0 ? JSONValue(storage: storage, index: found.last) : nil, found.count)
    }
}

extension JSONDocument.Storage {
    fileprivate func string(at index: Int) -> String? {
        let token = tokens[index]
        return switch token.kind {
        case .string: plainText(of: token)
        case .escapedString: JSONString.unescape(content(of: token))
        default: nil
        }
    }

    fileprivate func stringOrNumber(at index: Int) -> String? {
        let token = tokens[index]
        return token.kind == .number ? plainText(of: token) : string(at: index)
    }

    fileprivate func content(of token: JSONToken) -> ArraySlice<UInt8> { bytes[Int(token.start)..<Int(token.end)] }

    fileprivate func plainText(of token: JSONToken) -> String {
        // Unsafe: the text is read in place, within the call, and tokens point into the bytes that they were made of.
        bytes.withUnsafeBufferPointer {
            String(decoding: UnsafeBufferPointer(rebasing: $0[Int(token.start)..<Int(token.end)]), as: UTF8.self)
        }
    }

    /// The place of the last value of this name in an object, and how many there are; 0 in what is no object.
    fileprivate func members(_ name: String, of object: Int) -> (last: Int, count: Int) {
        var (last, count) = (0, 0)
        // Unsafe: all is read in place, within the calls, and tokens point into the bytes that they were made of.
        name.withUTF8InPlace { name in
            tokens.withUnsafeBufferPointer { tokens in
                guard tokens[object].kind == .object else { return }
                bytes.withUnsafeBufferPointer { bytes in
                    let end = Int(tokens[object].next)
                    var key = object + 1
                    while key < end {
                        if tokens[key].isString(name, in: bytes) { (last, count) = (key + 1, count + 1) }
                        key = Int(tokens[key + 1].next)
                    }
                }
            }
        }
        return (last, count)
    }
}

extension JSONDocument.Storage {
    /// Whether an object's names are all different: told at a glance where they are few and hold no escapes, as nearly always.
    fileprivate func hasDistinctNames(_ object: Int) -> Bool {
        // Unsafe: as above.
        tokens.withUnsafeBufferPointer { tokens in
            bytes.withUnsafeBufferPointer { bytes in
                let end = Int(tokens[object].next)
                var key = object + 1
                var count = 0
                while key < end {
                    count += 1
                    guard count <= 12, tokens[key].kind == .string else { return false }
                    let name = UnsafeBufferPointer(rebasing: bytes[Int(tokens[key].start)..<Int(tokens[key].end)])
                    var other = object + 1
                    while other < key {
                        if tokens[other].isString(name, in: bytes) { return false }
                        other = Int(tokens[other + 1].next)
                    }
                    key = Int(tokens[key + 1].next)
                }
                return true
            }
        }
    }
}

extension JSONToken {
    /// Whether a string is `text`, byte for byte. Most are told apart by their length.
    @inline(__always)
    fileprivate func isString(_ text: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let (start, end) = (Int(start), Int(end))
        guard kind == .string else {
            return JSONString.unescape(Array(bytes[start..<end])[...]).utf8.elementsEqual(text)
        }
        guard end - start == text.count else { return false }
        for index in 0..<text.count where bytes[start + index] != text[index] { return false }
        return true
    }
}

enum JSONString {
    /// Resolves the escapes of a string that the scanner has accepted.
    static func unescape(_ bytes: ArraySlice<UInt8>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                continue
            }
            let escape = bytes[index]
            index += 1
            switch escape {
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0c)
            case UInt8(ascii: "n"): out.append(0x0a)
            case UInt8(ascii: "r"): out.append(0x0d)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "u"): out.append(contentsOf: scalar(in: bytes, at: &index).utf8)
            default: out.append(escape)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The scalar of a `\u` escape whose digits begin at `index`, with the low surrogate that may follow it.
    private static func scalar(in bytes: ArraySlice<UInt8>, at index: inout Int) -> String {
        let first = unit(in: bytes, at: index)
        index += 4
        guard first & 0xfc00 == 0xd800, index + 6 <= bytes.endIndex, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { return String(Unicode.Scalar(first) ?? "\u{fffd}") }
        let second = unit(in: bytes, at: index + 2)
        guard second & 0xfc00 == 0xdc00 else { return "\u{fffd}" }
        index += 6
        return String(Unicode.Scalar(0x10000 + (first & 0x3ff) << 10 + second & 0x3ff) ?? "\u{fffd}")
    }

    private static func unit(in bytes: ArraySlice<UInt8>, at index: Int) -> UInt32 {
        bytes[index..<index + 4].reduce(0) { $0 << 4 | UInt32(Hex.value($1) ?? 0) }
    }
}
