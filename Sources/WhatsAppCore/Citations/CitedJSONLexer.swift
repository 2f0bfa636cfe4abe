/// Cuts a piece of JSON that holds nothing but lists, objects and strings into strings and signs.
struct CitedJSONLexer {
    enum Token {
        /// A string, escapes resolved; `isWhole` is false where the text ends before its closing quote.
        case string(String, isWhole: Bool)
        case sign(UInt8)
    }

    private let bytes: [UInt8]
    private let isCutInString: Bool
    /// How far it has read.
    private(set) var position = 0

    /// - Parameter isCutInString: whether the text begins in the middle of a string.
    init(_ bytes: [UInt8], isCutInString: Bool) {
        self.bytes = bytes
        self.isCutInString = isCutInString
    }

    /// The tokens up to the end of the outermost value, or of the text; `nil` when something else is in it.
    mutating func tokens() -> [Token]? {
        var tokens: [Token] = []
        var depth = 0
        if isCutInString { tokens.append(string()) }
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                tokens.append(string())
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                tokens.append(.sign(byte))
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                tokens.append(.sign(byte))
                // Objects end inside of a list; the list is the whole.
                if depth == 0 || byte == UInt8(ascii: "]") { return tokens }
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                tokens.append(.sign(byte))
            default:
                guard byte.isBlankOrNewline else { return nil }
            }
        }
        return tokens
    }

    /// The rest of a string, whose opening quote is behind.
    private mutating func string() -> Token {
        let end = Self.end(ofStringFrom: position, in: bytes)
        defer { position = min(end + 1, bytes.count) }
        return .string(Self.unescaped(bytes[position..<end]), isWhole: end < bytes.count)
    }

    /// The whole text with its escapes resolved.
    static func resolvingEscapes(in bytes: [UInt8]) -> String { unescaped(bytes[...]) }

    private static func end(ofStringFrom start: Int, in bytes: [UInt8]) -> Int {
        var index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index, bytes.count)
    }

    /// Resolves escapes as ``JSONString`` does. A backslash that begins none stays; an escape that is cut goes.
    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
        var valid: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            guard bytes[index] == UInt8(ascii: "\\") else {
                valid.append(bytes[index])
                index += 1
                continue
            }
            let digits = bytes[index...].dropFirst(2).prefix(4).prefix { Hex.value($0) != nil }
            switch bytes[index...].dropFirst().first {
            case nil: index += 1
            case UInt8(ascii: "u") where digits.count == 4:
                valid += bytes[index..<index + 6]
                index += 6
            case UInt8(ascii: "u") where digits.endIndex == bytes.endIndex: index = bytes.endIndex
            case .some(let letter) where "\"\\/bfnrt".utf8.contains(letter):
                valid += [UInt8(ascii: "\\"), letter]
                index += 2
            default:
                valid += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
                index += 1
            }
        }
        return JSONString.unescape(valid[...])
    }
}
