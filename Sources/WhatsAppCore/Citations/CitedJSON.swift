/// Reads the texts of `[{"lang":"ar","text":"…"},…]`, which may be cut at either end.
///
/// ``JSONDocument`` reads whole JSON only; this reads what a search engine quoted of one.
struct CitedJSON {
    typealias Text = (language: String?, words: String)

    /// Where a cut leaves nothing of a key, it is taken for the first of these: words are not lost that way.
    private static let keys = ["text", "lang"]

    private let tokens: [CitedJSONLexer.Token]
    private let isCutInString: Bool
    private var texts: [Text] = []
    /// What the object that is being read holds so far.
    private var (language, words): (String?, String?) = (nil, nil)
    /// The key whose value comes next.
    private var key: String?

    /// Whether `text` looks like the beginning of such a list.
    static func begins(_ text: ArraySlice<UInt8>) -> Bool {
        let signs = text.lazy.filter { !$0.isBlankOrNewline }.prefix(3)
        return signs.starts(with: "[{\"".utf8) || signs.starts(with: "{\"".utf8)
    }

    /// The texts, or `nil` where there is nothing of such a list. Whatever follows the list is a text as well.
    static func texts(in bytes: [UInt8]) -> [Text]? {
        let hasEscapes = hasEscapes(bytes)
        guard begins(bytes[...]) || hasEscapes || keys.contains(where: { isQuoted($0, in: bytes) }) else { return nil }
        for isCutInString in [false, true] {
            var lexer = CitedJSONLexer(bytes, isCutInString: isCutInString)
            guard let tokens = lexer.tokens() else { continue }
            var reader = CitedJSON(tokens: tokens, isCutInString: isCutInString)
            guard reader.read() else { continue }
            let rest = String(decoding: bytes[lexer.position...], as: UTF8.self)
            return reader.texts + (rest.isEmpty ? [] : [(nil, rest)])
        }
        return hasEscapes ? [(nil, CitedJSONLexer.resolvingEscapes(in: bytes))] : nil
    }

    private init(tokens: [CitedJSONLexer.Token], isCutInString: Bool) {
        self.tokens = tokens
        self.isCutInString = isCutInString
    }

    /// Reads all tokens; `false` when there are other keys than those of such a list.
    private mutating func read() -> Bool {
        for (index, token) in tokens.enumerated() {
            switch token {
            case .sign(let sign):
                if sign == UInt8(ascii: "{") || sign == UInt8(ascii: "}") { finishObject() }
            case .string(let string, _) where isSign(":", at: index + 1):
                let isFragment = index == 0 && isCutInString
                // Of a key that is cut, its end tells which it was.
                key = Self.keys.first { $0 == string || (isFragment && $0.hasSuffix(string)) }
                if key == nil { return false }
            case .string(let string, let isWhole):
                switch key {
                case "lang": language = string
                case "text": words = string
                default: take(stringWithoutKey: string, isWhole: isWhole, at: index)
                }
                key = nil
            }
        }
        finishObject()
        return true
    }

    private mutating func take(stringWithoutKey string: String, isWhole: Bool, at index: Int) {
        if index == 0, isCutInString {
            // The end of a value, whose key is cut off. What comes next tells which it was.
            if isSign(",", at: 1), tokens.count > 2, case .string("text", _) = tokens[2] {
                language = string
            } else {
                words = string
            }
        } else if index + 1 == tokens.count, !isWhole || Self.keys.contains(string) {
            // A key, or the beginning of one, whose value is cut off.
        } else {
            finishObject()
            words = string
        }
    }

    private mutating func finishObject() {
        if let words { texts.append((language, words)) }
        (language, words) = (nil, nil)
    }

    private func isSign(_ sign: Unicode.Scalar, at index: Int) -> Bool {
        guard index < tokens.count, case .sign(let byte) = tokens[index] else { return false }
        return byte == UInt8(ascii: sign)
    }

    private static func hasEscapes(_ bytes: [UInt8]) -> Bool {
        bytes.indices.dropLast(5).contains { index in
            bytes.has("\\u", at: index) && bytes[index + 2..<index + 6].allSatisfy { Hex.value($0) != nil }
        }
    }

    private static func isQuoted(_ word: String, in bytes: [UInt8]) -> Bool {
        let quoted = Array("\"\(word)\"".utf8)
        return bytes.indices.contains { bytes[$0] == UInt8(ascii: "\"") && bytes[$0...].starts(with: quoted) }
    }
}
