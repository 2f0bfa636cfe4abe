/// A JSON text (RFC 8259), checked in full and indexed, whose values are decoded only when they are asked for.
///
/// The reader is strict: UTF-8 only, no byte order mark, no trailing comma, no comment, nothing after the value. Nesting is limited to
/// ``maximumDepth`` levels. It never recurses, so it needs no more stack for deep input, and takes time linear in the
/// length. It is the one JSON reader of the package, so that no two readers can disagree about one text.
public struct JSONDocument: Sendable {
    /// The deepest nesting that is read.
    public static let maximumDepth = 512

    let storage: Storage

    /// Reads `bytes`.
    /// - Throws: ``JSONError`` for anything that is not one JSON value, is nested too deeply, or has 4 GiB or more.
    public init(_ bytes: [UInt8]) throws(JSONError) {
        storage = Storage(bytes: bytes, tokens: try JSONScanner.tokens(of: bytes))
    }

    /// The outermost value.
    public var root: JSONValue { JSONValue(storage: storage, index: 0) }

    final class Storage: Sendable {
        let bytes: [UInt8]
        let tokens: [JSONToken]

        init(bytes: [UInt8], tokens: [JSONToken]) {
            self.bytes = bytes
            self.tokens = tokens
        }

        deinit { JSONTokenRoom.putBack(tokens) }
    }
}

/// Why a text is not the JSON that was asked for.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    public var reason: String
    /// Where, in bytes from the start.
    public var offset: Int

    /// Makes an error.
    public init(reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// Says what is wrong and where; never quotes the text.
    public var description: String { "\(reason) at byte \(offset)" }
}

/// One value of the index: where it stands, and where the value after it begins.
struct JSONToken {
    enum Kind: UInt8 {
        case object, array, string, escapedString, number, yes, no, null
    }
    var kind: Kind
    /// The first byte; for a string the first one inside the quotes.
    var start: UInt32
    /// The byte after the last; for a string the closing quote.
    var end: UInt32
    /// The index of the token after this value and all it holds.
    var next: UInt32
}
