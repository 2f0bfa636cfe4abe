/// One line of the result before it is known which of its marks will bind.
struct LineBuilder {
    /// What a byte of the line is there for.
    private enum Role: UInt8 {
        case text, url, code, open, close
        /// A closing mark whose opening one is written.
        case keptClose

        var isMark: Bool { self == .open || self == .close || self == .keptClose }
    }

    /// An opening mark, and where it closes.
    private struct Pair {
        var open: Int
        var close: Int
        /// How many bytes of text between the two would close the mark too early.
        var strayClosers: Int
    }

    private var bytes: [UInt8] = []
    private var roles: [Role] = []
    private var pairs: [Pair] = []
    /// Per mark, the pair that is open.
    private var openPairs: [Int?] = [nil, nil, nil, nil]
    private var hasSpecial = false
    mutating func append(text: ArraySlice<UInt8>) {
        if !hasSpecial { hasSpecial = text.contains { WhatsAppMark(rawValue: $0) != nil } }
        append(text, .text)
    }

    mutating func append(url: ArraySlice<UInt8>) {
        append(url, .url)
    }

    /// Inline code. WhatsApp knows single backticks, and three for what holds one itself. Where these cannot open they are
    /// text, and so is what stands between them.
    mutating func append(code: ArraySlice<UInt8>) {
        let fence = repeatElement(UInt8(ascii: "`"), count: code.contains(UInt8(ascii: "`")) ? 3 : 1)
        append(Array(fence) + code + fence, WhatsAppMark.code.opens(after: bytes.last) ? .code : .text)
        hasSpecial = true
    }

    mutating func open(_ mark: WhatsAppMark) {
        openPairs[mark.index] = pairs.count
        pairs.append(Pair(open: bytes.count, close: bytes.count, strayClosers: 0))
        append([mark.rawValue], .open)
        hasSpecial = true
    }

    /// Closes a mark that is open. A pair around nothing vanishes, so no more than three marks ever stand side by side.
    mutating func close(_ mark: WhatsAppMark) {
        guard let pair = openPairs[mark.index] else { return }
        openPairs[mark.index] = nil
        if pairs[pair].open == bytes.count - 1, pair == pairs.count - 1 {
            bytes.removeLast()
            roles.removeLast()
            pairs.removeLast()
        } else {
            pairs[pair].close = bytes.count
            append([mark.rawValue], .close)
        }
    }

    private mutating func append(_ content: some Collection<UInt8>, _ role: Role) {
        bytes.append(contentsOf: content)
        roles.append(contentsOf: repeatElement(role, count: content.count))
    }

    // MARK: Writing

    /// The line as WhatsApp should get it. `isBare` says that nothing but blanks will stand before it.
    mutating func finish(isBare: Bool) -> [UInt8] {
        defer { self = LineBuilder() }
        var line: [UInt8] = []
        line.reserveCapacity(bytes.count + 8)
        if isBare, looksLikeBlock { line += wordJoiner }
        if hasSpecial {
            keepAddressesOutside()
            putMarksAroundBrackets()
            writeMarks(to: &line)
        } else {
            line += bytes
        }
        while let last = line.last, last.isBlank { line.removeLast() }
        return line
    }

    /// Whether WhatsApp would take the text for a quote or a list item.
    private var looksLikeBlock: Bool {
        guard bytes.count > 1, roles[0] == .text, roles[1] == .text, bytes[1] == 0x20 else { return false }
        return bytes[0] == UInt8(ascii: ">") || bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "*")
    }

    /// A mark beside an address would become part of it, so `*a (https://…)*` becomes `*a* (https://…)`.
    private mutating func keepAddressesOutside() {
        // Of marks that close together the inner one moves first.
        for index in pairs.indices.reversed() {
            let close = pairs[index].close
            guard close > 3, bytes[close - 1] == UInt8(ascii: ")"), roles[close - 2] == .url else { continue }
            var start = close - 2
            while start > 0, roles[start - 1] == .url { start -= 1 }
            guard start - 2 > pairs[index].open, bytes[start - 1] == UInt8(ascii: "("), bytes[start - 2] == 0x20 else {
                continue
            }
            pairs[index].close = start - 2
            moveMark(from: close, to: start - 2)
        }
    }

    /// A mark does not bind beside a bracket or a quotation mark, so `(*a*)` becomes `*(a)*`.
    private mutating func putMarksAroundBrackets() {
        for index in pairs.indices {
            let (open, close) = (pairs[index].open, pairs[index].close)
            guard let left = bytes.scalar(before: open), let right = bytes.scalar(at: close + 1), right == left.closing,
                roles[open - 1] == .text, roles[close + 1] == .text
            else { continue }
            pairs[index].open -= UTF8.width(left)
            pairs[index].close += UTF8.width(right)
            moveMark(from: open, to: pairs[index].open)
            moveMark(from: close, to: pairs[index].close)
        }
    }

    private mutating func moveMark(from start: Int, to end: Int) {
        let (byte, role) = (bytes[start], roles[start])
        let step = start < end ? 1 : -1
        for index in stride(from: start, to: end, by: step) {
            bytes[index] = bytes[index + step]
            roles[index] = roles[index + step]
        }
        bytes[end] = byte
        roles[end] = role
    }

    /// Writes what binds, leaves out marks that would not, and keeps text from being taken for marks.
    private mutating func writeMarks(to line: inout [UInt8]) {
        let lastClosers = countClosers()
        var opened = 0
        var backticks = 0
        for index in bytes.indices {
            let byte = bytes[index]
            switch roles[index] {
            case .open:
                let pair = pairs[opened]
                opened += 1
                if binds(pair, byte, after: line.last) {
                    roles[pair.close] = .keptClose
                    line.append(byte)
                }
            case .close: break
            case .keptClose, .url: line.append(byte)
            case .code:
                line.append(byte)
                let isLast = index + 1 < bytes.count && roles[index + 1] != .code
                if isLast, !WhatsAppMark.closes(before: bytes[index + 1]) { line += wordJoiner }
            case .text:
                backticks = byte == UInt8(ascii: "`") ? backticks + 1 : 0
                if let mark = WhatsAppMark(rawValue: byte) {
                    let couldBind = lastClosers[mark.index] > index + 1 && mark.opens(after: line.last)
                    if couldBind && !isBlank(at: index + 1) || backticks == 3 {
                        line += wordJoiner
                        backticks = byte == UInt8(ascii: "`") ? 1 : 0
                    }
                }
                line.append(byte)
            }
        }
    }

    /// Finds, per mark, the last place where one could close, and counts those that are text inside each pair.
    private mutating func countClosers() -> [Int] {
        var last = [-1, -1, -1, -1]
        var strays = [0, 0, 0, 0]
        var opened = 0
        var openPair = [0, 0, 0, 0]
        for index in bytes.indices {
            guard let mark = WhatsAppMark(rawValue: bytes[index]) else { continue }
            switch roles[index] {
            case .open:
                pairs[opened].strayClosers = -strays[mark.index]
                openPair[mark.index] = opened
                opened += 1
            case .close, .keptClose:
                pairs[openPair[mark.index]].strayClosers += strays[mark.index]
                last[mark.index] = index
            case .code:
                if mark == .code { last[mark.index] = index }
            case .text, .url:
                guard index > 0, !isBlank(at: index - 1), mayEndWord(at: index + 1) else { continue }
                strays[mark.index] += 1
                last[mark.index] = index
            }
        }
        return last
    }

    private func binds(_ pair: Pair, _ byte: UInt8, after previous: UInt8?) -> Bool {
        guard let mark = WhatsAppMark(rawValue: byte), mark.opens(after: previous), pair.strayClosers == 0 else {
            return false
        }
        var first = pair.open + 1
        while first < pair.close, roles[first].isMark { first += 1 }
        var last = pair.close - 1
        while last > pair.open, roles[last].isMark { last -= 1 }
        guard first <= last, !isBlank(at: first), !isBlank(at: last), roles[first] != .url, roles[last] != .url else {
            return false
        }
        // What follows the closing mark: one that stays, or the next character of the text.
        var next = pair.close + 1
        while next < bytes.count, roles[next].isMark {
            if roles[next] == .keptClose { return true }
            next += 1
        }
        // How clients take letters of other scripts here is not known, so no mark is put before one.
        return bytes.scalar(at: next)?.isWordLike != true
    }

    private func mayEndWord(at index: Int) -> Bool {
        guard index < bytes.count else { return true }
        return roles[index].isMark || WhatsAppMark.closes(before: bytes[index])
    }

    private func isBlank(at index: Int) -> Bool {
        index >= bytes.count || bytes.hasBlank(at: index)
    }
}

extension Unicode.Scalar {
    /// What closes the bracket or the quotation that this opens.
    fileprivate var closing: Unicode.Scalar? {
        switch self {
        case "(": ")"
        case "[": "]"
        case "\"", "'": self
        case "“": "”"
        case "‘": "’"
        case "«": "»"
        default: nil
        }
    }
}
