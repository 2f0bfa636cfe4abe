// The values of a document by their places in its index. `JSONValue` is the handle for everybody; who reads many values of
// one document asks here, and so does not count a reference for each of them.
extension JSONDocument.Storage {
    func kind(of value: Int) -> JSONToken.Kind { tokens[value].kind }

    func isObject(_ value: Int) -> Bool { kind(of: value) == .object }

    func isArray(_ value: Int) -> Bool { kind(of: value) == .array }

    /// The text of a string, escapes resolved.
    func string(_ value: Int) -> String? {
        let token = tokens[value]
        return switch token.kind {
        case .string: plainText(of: token)
        case .escapedString: JSONString.unescape(content(of: token))
        default: nil
        }
    }

    /// The text of a string, or of a number as it is written.
    func stringOrNumber(_ value: Int) -> String? {
        let token = tokens[value]
        return token.kind == .number ? plainText(of: token) : string(value)
    }

    /// The last member of this name; `nil` when there is none, or when `object` is none.
    func member(_ name: String, of object: Int) -> Int? {
        let found = members(name, of: object)
        return found.count > 0 ? found.last : nil
    }

    /// The text of a member that is a string.
    func string(_ name: String, of object: Int) -> String? { member(name, of: object).flatMap { string($0) } }

    /// The text of a member that is a string or a number.
    func stringOrNumber(_ name: String, of object: Int) -> String? {
        member(name, of: object).flatMap { stringOrNumber($0) }
    }

    /// Whether an object has two members of one of these names.
    func repeats(anyOf names: [String], in object: Int) -> Bool {
        names.contains { members($0, of: object).count > 1 }
    }

    /// Calls `body` with each element of an array, in order; never when this is no array.
    func forEachElement(of array: Int, _ body: (Int) -> Void) {
        let token = tokens[array]
        guard token.kind == .array else { return }
        var at = array + 1
        while at < Int(token.next) {
            body(at)
            at = Int(tokens[at].next)
        }
    }

    /// Calls `body` with each member of an object, in order; never when this is no object.
    func forEachMember(of object: Int, _ body: (_ name: String, _ value: Int) -> Void) {
        let token = tokens[object]
        guard token.kind == .object else { return }
        var key = object + 1
        while key < Int(token.next) {
            body(string(key) ?? "", key + 1)
            key = Int(tokens[key + 1].next)
        }
    }

    /// The element of an array that has just one.
    func onlyElement(of array: Int) -> Int? {
        let token = tokens[array]
        let isOnly = token.kind == .array && array + 1 < Int(token.next) && tokens[array + 1].next == token.next
        return isOnly ? array + 1 : nil
    }

    func content(of token: JSONToken) -> ArraySlice<UInt8> { bytes[Int(token.start)..<Int(token.end)] }

    /// The number that a string or a number spells in 1 to 18 digits, and nothing else.
    func digits(_ value: Int) -> Int64? {
        let token = tokens[value]
        switch token.kind {
        case .string, .number: return Self.number(content(of: token))
        case .escapedString: return Self.number(Array(JSONString.unescape(content(of: token)).utf8)[...])
        default: return nil
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard (1...18).contains(digits.count) else { return nil }
        var number: Int64 = 0
        for digit in digits {
            guard digit.isASCIIDigit else { return nil }
            number = number * 10 + Int64(digit & 0x0F)
        }
        return number
    }

    /// The bytes of a token as text.
    func plainText(of token: JSONToken) -> String {
        // Unsafe: the text is read in place, within the call, and tokens point into the bytes that they were made of.
        bytes.withUnsafeBufferPointer {
            String(decoding: UnsafeBufferPointer(rebasing: $0[Int(token.start)..<Int(token.end)]), as: UTF8.self)
        }
    }
}
