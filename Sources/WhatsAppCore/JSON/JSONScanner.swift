/// Checks a JSON text and lists its values, in one pass and without recursion.
struct JSONScanner {
    private typealias Tokens = OutputSpan<JSONToken>

    private let bytes: [UInt8]
    private var position = 0
    /// The innermost open container, and how many are open. Until it is closed, a container's `next` holds the one around it.
    private var innermost: Int?
    private var depth = 0
    private static let none = Int(UInt32.max)

    static func tokens(of bytes: [UInt8]) throws(JSONError) -> [JSONToken] {
        guard bytes.count < Int(UInt32.max) else { throw JSONError(reason: "The text is too long", offset: 0) }
        var tokens = JSONTokenRoom.take(forAtLeast: mostTokens(in: bytes))
        try tokens.append(addingCapacity: mostTokens(in: bytes)) { (tokens) throws(JSONError) in
            var scanner = JSONScanner(bytes)
            try scanner.scan(into: &tokens)
        }
        return tokens
    }

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// How many values there are at most: each takes two bytes with what is around it, but those that were never closed one.
    /// It is room only: memory that no value comes to is never touched.
    private static func mostTokens(in bytes: [UInt8]) -> Int {
        min(bytes.count, bytes.count / 2 + JSONDocument.maximumDepth) + 1
    }

    private mutating func scan(into tokens: inout Tokens) throws(JSONError) {
        skipBlanks()
        try value(into: &tokens)
        // After each value: end what it ends, or go on to the next one in the innermost open container.
        while let container = innermost {
            skipBlanks()
            let isObject = tokens[container].kind == .object
            switch try take("Unexpected end") {
            case UInt8(ascii: ","):
                skipBlanks()
                if isObject { try key(into: &tokens) }
                try value(into: &tokens)
            case UInt8(ascii: "}") where isObject, UInt8(ascii: "]") where !isObject:
                close(container, in: &tokens)
            default:
                throw failure(isObject ? "Expected ',' or '}'" : "Expected ',' or ']'", at: position - 1)
            }
        }
        skipBlanks()
        guard position == bytes.count else { throw failure("Unexpected text after the value", at: position) }
    }

    /// Takes one value; of a container only its beginning, up to and including the beginning of its first value.
    private mutating func value(into tokens: inout Tokens) throws(JSONError) {
        while true {
            let start = position
            switch try take("Expected a value") {
            case UInt8(ascii: "{"):
                try begin(.object, at: start, in: &tokens)
                if takes(UInt8(ascii: "}")) { return close(tokens.count - 1, in: &tokens) }
                try key(into: &tokens)
            case UInt8(ascii: "["):
                try begin(.array, at: start, in: &tokens)
                if takes(UInt8(ascii: "]")) { return close(tokens.count - 1, in: &tokens) }
            case UInt8(ascii: "\""):
                return try string(into: &tokens)
            case UInt8(ascii: "t"): return try word("true", .yes, at: start, into: &tokens)
            case UInt8(ascii: "f"): return try word("false", .no, at: start, into: &tokens)
            case UInt8(ascii: "n"): return try word("null", .null, at: start, into: &tokens)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                return try number(at: start, into: &tokens)
            default:
                throw failure("Expected a value", at: start)
            }
        }
    }

    private mutating func begin(
        _ kind: JSONToken.Kind, at start: Int, in tokens: inout Tokens
    ) throws(JSONError) {
        guard depth < JSONDocument.maximumDepth else { throw failure("Nested too deeply", at: start) }
        let around = innermost
        innermost = tokens.count
        depth += 1
        tokens.append(JSONToken(kind: kind, start: UInt32(start), end: 0, next: UInt32(around ?? Self.none)))
        skipBlanks()
    }

    private mutating func close(_ container: Int, in tokens: inout Tokens) {
        let around = Int(tokens[container].next)
        innermost = around == Self.none ? nil : around
        depth -= 1
        tokens[container].end = UInt32(position)
        tokens[container].next = UInt32(tokens.count)
    }

    private mutating func key(into tokens: inout Tokens) throws(JSONError) {
        guard takes(UInt8(ascii: "\"")) else { throw failure("Expected a key", at: position) }
        try string(into: &tokens)
        skipBlanks()
        guard takes(UInt8(ascii: ":")) else { throw failure("Expected ':'", at: position) }
        skipBlanks()
    }

    /// Takes the rest of a string, whose opening quote is behind.
    @inline(never)
    private mutating func string(into tokens: inout Tokens) throws(JSONError) {
        let start = position
        skipPlainText()
        if takes(UInt8(ascii: "\"")) {
            append(.string, from: start, to: position - 1, in: &tokens)
        } else {
            try restOfString(from: start, into: &tokens)
        }
    }

    @inline(__always)
    private mutating func skipPlainText() {
        position = bytes.span.endOfPlainText(
            from: position, to: bytes.count, except: UInt8(ascii: "\""), UInt8(ascii: "\\"))
    }

    /// Takes a string on from its first byte that is not plain, or that is among the last of the text.
    private mutating func restOfString(from start: Int, into tokens: inout Tokens) throws(JSONError) {
        var kind = JSONToken.Kind.string
        while true {
            let byte = try take("Unterminated string")
            switch byte {
            case UInt8(ascii: "\""):
                return append(kind, from: start, to: position - 1, in: &tokens)
            case UInt8(ascii: "\\"):
                kind = .escapedString
                try escape()
            case 0..<0x20:
                throw failure("Raw control character in a string", at: position - 1)
            case 0x80...:
                try multibyteScalar(startingWith: byte)
            default: break
            }
            skipPlainText()
        }
    }

    private mutating func escape() throws(JSONError) {
        switch try take("Unterminated string") {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            for _ in 0..<4 where Hex.value(try take("Unterminated string")) == nil {
                throw failure("Bad \\u escape", at: position - 1)
            }
        default:
            throw failure("Bad escape", at: position - 1)
        }
    }

    /// Takes the continuation bytes of a scalar; well-formed UTF-8 only (The Unicode Standard, table 3-7).
    private mutating func multibyteScalar(startingWith lead: UInt8) throws(JSONError) {
        let start = position - 1
        let (count, second): (Int, ClosedRange<UInt8>) =
            switch lead {
            case 0xc2...0xdf: (1, 0x80...0xbf)
            case 0xe0: (2, 0xa0...0xbf)
            case 0xed: (2, 0x80...0x9f)
            case 0xe1...0xef: (2, 0x80...0xbf)
            case 0xf0: (3, 0x90...0xbf)
            case 0xf1...0xf3: (3, 0x80...0xbf)
            case 0xf4: (3, 0x80...0x8f)
            default: throw failure("Not UTF-8", at: start)
            }
        for index in 0..<count {
            guard (index == 0 ? second : 0x80...0xbf).contains(try take("Not UTF-8")) else {
                throw failure("Not UTF-8", at: start)
            }
        }
    }

    private mutating func number(at start: Int, into tokens: inout Tokens) throws(JSONError) {
        position = start
        _ = takes(UInt8(ascii: "-"))
        if !takes(UInt8(ascii: "0")) { try digits() }
        if takes(UInt8(ascii: ".")) { try digits() }
        if takes(UInt8(ascii: "e")) || takes(UInt8(ascii: "E")) {
            if !takes(UInt8(ascii: "+")) { _ = takes(UInt8(ascii: "-")) }
            try digits()
        }
        append(.number, from: start, to: position, in: &tokens)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while position < bytes.count, bytes[position].isASCIIDigit { position += 1 }
        guard position > start else { throw failure("Expected a digit", at: start) }
    }

    private mutating func word(
        _ word: StaticString, _ kind: JSONToken.Kind, at start: Int, into tokens: inout Tokens
    ) throws(JSONError) {
        position = start
        for byte in word.description.utf8 {
            guard takes(byte) else { throw failure("Expected a value", at: start) }
        }
        append(kind, from: start, to: position, in: &tokens)
    }

    @inline(__always)
    private func append(_ kind: JSONToken.Kind, from start: Int, to end: Int, in tokens: inout Tokens) {
        tokens.append(
            JSONToken(kind: kind, start: UInt32(start), end: UInt32(end), next: UInt32(tokens.count + 1)))
    }

    @inline(__always)
    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            default: return
            }
        }
    }

    @inline(__always)
    private mutating func take(_ reason: StaticString) throws(JSONError) -> UInt8 {
        guard position < bytes.count else { throw failure(reason, at: position) }
        defer { position += 1 }
        return bytes[position]
    }

    @inline(__always)
    private mutating func takes(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private func failure(_ reason: StaticString, at offset: Int) -> JSONError {
        JSONError(reason: reason.description, offset: offset)
    }
}
