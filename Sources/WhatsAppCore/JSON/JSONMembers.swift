/// The name of a member that is asked for, ready to be compared eight bytes at a time.
struct JSONName: Sendable, ExpressibleByStringLiteral {
    fileprivate let text: StaticString
    /// The first bytes, as many as eight, the first one lowest.
    fileprivate let word: UInt64

    init(stringLiteral text: StaticString) {
        self.text = text
        word = text.description.utf8.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// Members that are asked for together: an enumeration of up to eight.
protocol JSONMemberNames: RawRepresentable<Int> {
    /// The cases' names in JSON, in the order of their raw values.
    static var names: [JSONName] { get }
}

/// Where members stand in an object: found in one walk over it, however many are asked for. Of two members of one name the last
/// is taken.
struct JSONMembers<Name: JSONMemberNames>: Sendable {
    /// 0 where there is none: that is the outermost value, and no object's member.
    private var places = SIMD8<UInt32>()
    /// Whether one of the names came twice.
    private(set) var repeats = false

    /// The place of a member's value.
    subscript(name: Name) -> Int? {
        let place = places[name.rawValue]
        return place == 0 ? nil : Int(place)
    }

    fileprivate mutating func note(_ place: Int, at index: Int) {
        if places[index] != 0 { repeats = true }
        places[index] = UInt32(place)
    }
}

extension JSONDocument.Storage {
    /// Where the members of these names stand; none in what is no object.
    func members<Name>(_: Name.Type, of object: Int) -> JSONMembers<Name> {
        let (tokens, bytes, names) = (tokens, bytes, Name.names)
        var found = JSONMembers<Name>()
        guard tokens[object].kind == .object else { return found }
        let end = Int(tokens[object].next)
        var key = object + 1
        while key < end {
            let token = tokens[key]
            let word = token.firstWord(in: bytes.span)
            for index in names.indices where token.isName(names[index], beginningWith: word, in: bytes.span) {
                found.note(key + 1, at: index)
                break
            }
            key = Int(tokens[key + 1].next)
        }
        return found
    }

    /// The last member of this name, and how many there are; 0 in what is no object.
    func members(_ name: String, of object: Int) -> (last: Int, count: Int) {
        name.withUTF8InPlace { name in
            let (tokens, bytes) = (tokens, bytes)
            var (last, count) = (0, 0)
            guard tokens[object].kind == .object else { return (0, 0) }
            let end = Int(tokens[object].next)
            var key = object + 1
            while key < end {
                if tokens[key].isString(name, in: bytes.span) { (last, count) = (key + 1, count + 1) }
                key = Int(tokens[key + 1].next)
            }
            return (last, count)
        }
    }
}

extension JSONToken {
    private var length: Int { Int(end) - Int(start) }

    /// The first bytes of a string without escapes, as many as eight, the first one lowest.
    @inline(__always)
    fileprivate func firstWord(in bytes: Span<UInt8>) -> UInt64 {
        let (start, length) = (Int(start), length)
        guard start + 8 <= bytes.count else {
            return (start..<min(start + length, bytes.count)).reversed().reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
        }
        // Unsafe: within bounds by the condition above.
        let word = UInt64(
            littleEndian: bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self))
        return length < 8 ? word & (1 << (8 * UInt64(length)) - 1) : word
    }

    /// Whether a string whose ``firstWord(in:)`` is `word` is `name`, byte for byte.
    @inline(__always)
    fileprivate func isName(_ name: JSONName, beginningWith word: UInt64, in bytes: Span<UInt8>) -> Bool {
        // Unsafe: a constant lives for ever.
        let text = UnsafeBufferPointer(start: name.text.utf8Start, count: name.text.utf8CodeUnitCount)
        guard kind == .string else { return isEscapedString(text, in: bytes) }
        guard word == name.word, length == text.count else { return false }
        for index in text.indices.dropFirst(8) where bytes[Int(start) + index] != text[index] { return false }
        return true
    }

    /// Whether a string is `text`, byte for byte. Most are told apart by their length.
    @inline(__always)
    fileprivate func isString(_ text: UnsafeBufferPointer<UInt8>, in bytes: Span<UInt8>) -> Bool {
        guard kind == .string else { return isEscapedString(text, in: bytes) }
        guard length == text.count else { return false }
        for index in text.indices where bytes[Int(start) + index] != text[index] { return false }
        return true
    }

    @inline(never)
    private func isEscapedString(_ text: UnsafeBufferPointer<UInt8>, in bytes: Span<UInt8>) -> Bool {
        var content: [UInt8] = []
        for index in Int(start)..<Int(end) { content.append(bytes[index]) }
        return JSONString.unescape(content[...]).utf8.elementsEqual(text)
    }
}
