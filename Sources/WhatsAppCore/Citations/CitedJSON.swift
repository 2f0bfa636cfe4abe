/// Reads the texts of `[{"lang":"ar","text":"…"},…]`, which may be cut at either end.
///
/// ``JSONDocument`` reads whole JSON only; this reads what a search engine quoted of one.
struct CitedJSON {
    typealias Text = (language: String?, words: String)

    private static let keys = ["text", "lang"]

    /// Whether `text` looks like the beginning of such a list.
    static func begins(_ text: ArraySlice<UInt8>) -> Bool {
        let signs = text.lazy.filter { !$0.isBlankOrNewline }.prefix(3)
        return signs.starts(with: "[{\"".utf8) || signs.starts(with: "{\"".utf8)
    }

    /// The texts, or `nil` where there is nothing of such a list. Whatever follows the list is a text as well.
    static func texts(in bytes: [UInt8]) -> [Text]? {
        let hasEscapes = Self.hasEscapes(bytes)
        guard begins(bytes[...]) || hasEscapes || contains("\"text\"", in: bytes) || contains("\"lang\"", in: bytes)
        else { return nil }
        for isCutInString in [false, true] {
            var lexer = CitedJSONLexer(bytes, isCutInString: isCutInString)
            if let tokens = lexer.tokens(), var texts = texts(of: tokens, isCutInString: isCutInString) {
                let rest = String(decoding: bytes[lexer.position...], as: UTF8.self)
                if !rest.isEmpty { texts.append((nil, rest)) }
                return texts
            }
        }
        guard hasEscapes else { return nil }
        return [(nil, CitedJSONLexer.resolvingEscapes(in: bytes))]
    }

    private static func texts(of tokens: [CitedJSONLexer.Token], isCutInString: Bool) -> [Text]? {
        var texts: [Text] = []
        var (language, words): (String?, String?) = (nil, nil)
        var key: String?
        func finish() {
            if let words { texts.append((language, words)) }
            (language, words) = (nil, nil)
        }
        for (index, token) in tokens.enumerated() {
            switch token {
            case .sign(let sign):
                if sign == UInt8(ascii: "{") || sign == UInt8(ascii: "}") { finish() }
            case .string(let string, let isWhole):
                let isFragment = index == 0 && isCutInString
                let isLast = index + 1 == tokens.count
                if !isLast, tokens[index + 1].isSign(UInt8(ascii: ":")) {
                    // Of a key that is cut, its end tells which it was.
                    let name = keys.first { $0 == string || (isFragment && $0.hasSuffix(string)) }
                    guard let name else { return nil }
                    key = name
                    continue
                }
                switch key {
                case "lang": language = string
                case "text": words = string
                default:
                    if isFragment, followingKey(in: tokens) == "text" {
                        language = string
                    } else if isFragment || (isWhole && !(isLast && keys.contains(string))) {
                        finish()
                        words = string
                    }
                // Else a key, or the beginning of one, whose value is cut off: no text.
                }
                key = nil
            }
        }
        finish()
        return texts
    }

    /// The key after a fragment that a comma follows.
    private static func followingKey(in tokens: [CitedJSONLexer.Token]) -> String? {
        guard tokens.count > 2, tokens[1].isSign(UInt8(ascii: ",")), case .string(let key, _) = tokens[2] else {
            return nil
        }
        return key
    }

    private static func hasEscapes(_ bytes: [UInt8]) -> Bool {
        bytes.indices.dropLast(5).contains { index in
            bytes.has("\\u", at: index) && bytes[index + 2..<index + 6].allSatisfy { Hex.value($0) != nil }
        }
    }

    private static func contains(_ word: StaticString, in bytes: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0] == UInt8(ascii: "\"") && bytes.has(word, at: $0) }
    }
}
