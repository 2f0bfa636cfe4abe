/// Reads the inline markup of a paragraph in one pass, without looking at any byte more than a bounded number of times.
struct InlineParser {
    /// What is known before delimiter runs are paired.
    enum Node {
        case token(InlineText.Token)
        case run(Int)
    }

    /// A `[` or `![` that a `]` may turn into a link.
    struct Bracket {
        var isImage: Bool
        /// Where the link's text begins in the source.
        var start: Int
        /// The node of the bracket itself.
        var node: Int
        /// How many runs were waiting for a partner when it came.
        var waiting: Int
        var holdsBracket = false
    }

    let source: [UInt8]
    var definitions: LinkDefinitions
    var position = 0
    var bytes: [UInt8] = []
    var nodes: [Node] = []
    var brackets: [Bracket] = []
    /// Brackets below this height are inside of which a link already lies, so they are text.
    var linkFloor = 0
    /// Where the text that is being collected begins in `bytes`.
    private var textStart = 0
    var runs: [DelimiterRun] = []
    /// The runs that are not yet paired.
    var waiting: [Int] = []
    /// Computed when the first backtick is met.
    private var codeClosers: [Int: Int]?
    /// Whether a comment was found that has no end, so that no later one has.
    private var noCommentEnds = false

    /// What `source` says. Its lines carry no blanks at their ends.
    static func parse(_ source: [UInt8], definitions: inout LinkDefinitions) -> InlineText {
        var parser = InlineParser(source: source, definitions: definitions)
        parser.bytes.reserveCapacity(source.count)
        while parser.position < source.count { parser.step() }
        parser.flush()
        Emphasis.pair(&parser.runs, parser.waiting[...])
        definitions = parser.definitions
        return parser.flattened()
    }

    private init(source: [UInt8], definitions: LinkDefinitions) {
        self.source = source
        self.definitions = definitions
    }

    // MARK: Nodes

    /// Ends the text that was collected.
    mutating func flush() {
        if textStart < bytes.count { nodes.append(.token(.text(textStart..<bytes.count))) }
        textStart = bytes.count
    }

    /// Adds bytes as a token of their own.
    mutating func append(_ content: some Sequence<UInt8>, as token: (Range<Int>) -> InlineText.Token) {
        flush()
        bytes.append(contentsOf: content)
        nodes.append(.token(token(textStart..<bytes.count)))
        textStart = bytes.count
    }

    /// Leaves at most one blank at the end of the text that is being collected.
    mutating func dropSecondBlank() {
        while bytes.count > textStart + 1, bytes[bytes.count - 1].isBlank, bytes[bytes.count - 2].isBlank {
            bytes.removeLast()
        }
    }

    private var isAtLineStart: Bool {
        guard textStart == bytes.count else { return false }
        if case .token(.newline)? = nodes.last { return true }
        return nodes.isEmpty
    }

    private mutating func breakLine() {
        while bytes.count > textStart, let last = bytes.last, last.isBlank { bytes.removeLast() }
        flush()
        nodes.append(.token(.newline))
    }

    private func flattened() -> InlineText {
        var text = InlineText(bytes: bytes)
        for node in nodes {
            switch node {
            case .token(let token): text.tokens.append(token)
            case .run(let index):
                let run = runs[index]
                text.tokens.append(contentsOf: run.closes.map { .close($0) })
                text.append(repeatElement(run.byte, count: run.remaining))
                text.tokens.append(contentsOf: run.opens.reversed().map { .open($0) })
            }
        }
        return text
    }

    // MARK: Steps

    private mutating func step() {
        let byte = source[position]
        switch byte {
        case 0x0A:
            position += 1
            breakLine()
        case UInt8(ascii: "\\"): escape()
        case UInt8(ascii: "`"): code()
        case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"): delimiterRun(byte)
        case UInt8(ascii: "!") where position + 1 < source.count && source[position + 1] == UInt8(ascii: "["):
            openBracket(isImage: true)
        case UInt8(ascii: "["): openBracket(isImage: false)
        case UInt8(ascii: "]"): closeBracket()
        case UInt8(ascii: "<"): angle()
        case UInt8(ascii: "&"):
            if let (scalars, end) = Entity.parse(source, position) {
                bytes.append(contentsOf: scalars.utf8)
                position = end
            } else {
                literal(1)
            }
        case UInt8(ascii: "h"), UInt8(ascii: "H"), UInt8(ascii: "w"), UInt8(ascii: "W"):
            if let end = Address.end(source, position) {
                append(source[position..<end], as: { .url($0) })
                position = end
            } else {
                literal(1)
            }
        default:
            var end = position + 1
            while end < source.count, !source[end].mayBeginMarkup { end += 1 }
            literal(end - position)
        }
    }

    mutating func literal(_ count: Int) {
        bytes.append(contentsOf: source[position..<position + count])
        position += count
    }

    private mutating func escape() {
        guard position + 1 < source.count else { return literal(1) }
        let next = source[position + 1]
        if next == 0x0A {
            position += 1
        } else if next.isASCIIPunctuation {
            position += 1
            literal(1)
        } else {
            literal(1)
        }
    }

    private mutating func delimiterRun(_ byte: UInt8) {
        var end = position
        while end < source.count, source[end] == byte { end += 1 }
        let run = DelimiterRun(source, position..<end)
        if run.canOpen || run.canClose {
            flush()
            waiting.append(runs.count)
            nodes.append(.run(runs.count))
            runs.append(run)
            position = end
        } else {
            literal(end - position)
        }
    }

    private mutating func code() {
        var end = position
        while end < source.count, source[end] == UInt8(ascii: "`") { end += 1 }
        let closers = codeClosers ?? Self.codeClosers(source)
        codeClosers = closers
        guard let close = closers[end] else { return literal(end - position) }
        let content = source[end..<close].map { $0 == 0x0A ? 0x20 : $0 }
        // Beside a blank the backticks would not bind.
        let trimmed = content.trimmingBlanks(content.indices)
        append(trimmed.isEmpty ? content[...] : content[trimmed], as: { .code($0) })
        position = close + (end - position)
    }

    /// For the end of each run of backticks, where the next run of the same length begins.
    private static func codeClosers(_ source: [UInt8]) -> [Int: Int] {
        var closers: [Int: Int] = [:]
        var openByLength: [Int: Int] = [:]
        var index = 0
        while index < source.count {
            guard source[index] == UInt8(ascii: "`") else {
                index += 1
                continue
            }
            let start = index
            while index < source.count, source[index] == UInt8(ascii: "`") { index += 1 }
            if let open = openByLength.updateValue(index, forKey: index - start) { closers[open] = start }
        }
        return closers
    }

    /// `<`: an address, a comment, a tag, or text.
    private mutating func angle() {
        if source.has("<!--", at: position) {
            guard !noCommentEnds, let end = Markup.endOfComment(source, position) else {
                noCommentEnds = true
                return literal(1)
            }
            position = end
        } else if let end = Address.endOfAutolink(source, position) {
            append(source[position + 1..<end - 1], as: { .url($0) })
            position = end
        } else if let tag = Markup.tag(source, position) {
            position = tag.end
            write(tag.effect)
        } else {
            literal(1)
        }
    }

    /// What a tag shows. Lines that stay empty are not written.
    private mutating func write(_ effect: Markup.Effect) {
        switch effect {
        case .nothing: break
        case .lineBreak:
            if case .token(.newline)? = nodes.last, textStart == bytes.count {
                nodes.append(.token(.blankLine))
            } else {
                breakLine()
            }
            while position < source.count, source[position].isBlank { position += 1 }
            if position < source.count, source[position] == 0x0A { position += 1 }
        case .block: breakLine()
        case .listItem:
            breakLine()
            bytes += "• ".utf8
        case .cell:
            if !isAtLineStart { bytes.append(0x20) }
        case .rule:
            breakLine()
            bytes += "———".utf8
            breakLine()
        }
    }
}

extension UInt8 {
    /// Whether `InlineParser.step()` has to look at the byte; all others are copied in one go.
    fileprivate var mayBeginMarkup: Bool {
        switch self {
        case 0x0A, UInt8(ascii: "\\"), UInt8(ascii: "`"), UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "~"),
            UInt8(ascii: "!"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "<"), UInt8(ascii: "&"),
            UInt8(ascii: "h"),
            UInt8(ascii: "H"), UInt8(ascii: "w"), UInt8(ascii: "W"):
            return true
        default: return false
        }
    }
}
