/// The marks that bind in one line, by WhatsApp's own rules.
struct LineMarks {
    private struct Pair {
        var mark: WhatsAppMark
        var open: Int
        var close: Int
    }

    /// In the order in which they open.
    private var pairs: [Pair] = []
    private var next = 0
    private var active: [Pair] = []

    /// No marks at all.
    init() {}

    /// Finds the pairs in a line: each opening mark binds to the first one that can close it. Inside code nothing
    /// binds, and no other backtick is in it: beside that, one that is closed or opened again could make a fence.
    init(_ bytes: [UInt8], _ line: Range<Int>) {
        var code = Self.pairs(bytes, line, of: [.code], outside: [])
        let others = Self.pairs(bytes, line, of: [.bold, .italic, .strikethrough], outside: code)
        if code.isEmpty {
            pairs = others
        } else {
            code += others
            pairs = code.sorted { $0.open < $1.open }
        }
    }

    private static func pairs(
        _ bytes: [UInt8], _ line: Range<Int>, of marks: [WhatsAppMark], outside code: [Pair]
    ) -> [Pair] {
        var pairs: [Pair] = []
        var opened: [Int?] = [nil, nil, nil, nil]
        var nextCode = 0
        var index = line.lowerBound
        while index < line.upperBound {
            if nextCode < code.count, code[nextCode].open == index {
                index = code[nextCode].close + 1
                nextCode += 1
                continue
            }
            if bytes[index] == WhatsAppMark.code.rawValue {
                let end = bytes[index..<line.upperBound].firstIndex { $0 != bytes[index] } ?? line.upperBound
                if end - index > 1 {
                    opened[WhatsAppMark.code.index] = nil
                    index = end
                    continue
                }
            }
            defer { index += 1 }
            guard let mark = WhatsAppMark(rawValue: bytes[index]), marks.contains(mark) else { continue }
            let before = index > line.lowerBound ? bytes[index - 1] : nil
            let after = index + 1 < line.upperBound ? bytes[index + 1] : nil
            if let open = opened[mark.index] {
                if index > open + 1, !bytes.hasBlank(before: index), WhatsAppMark.closes(before: after) {
                    opened[mark.index] = nil
                    pairs.append(Pair(mark: mark, open: open, close: index))
                    continue
                }
                guard mark == .code else { continue }
                opened[mark.index] = nil
            }
            if mark.opens(after: before), after != nil, !bytes.hasBlank(at: index + 1) {
                opened[mark.index] = index
            }
        }
        return pairs.count > 1 ? pairs.sorted { $0.open < $1.open } : pairs
    }

    /// What is open before `byte`, which may not go back from one call to the next; `nil` if a mark stands right beside
    /// it, so that a cut would leave a pair around nothing.
    mutating func open(before byte: Int) -> OpenMarks? {
        while next < pairs.count, pairs[next].open < byte {
            active.append(pairs[next])
            next += 1
        }
        active.removeAll { $0.close < byte }
        var open = OpenMarks()
        for pair in active {
            if pair.open + 1 == byte || pair.close == byte { return nil }
            open.append(pair.mark)
        }
        return open
    }
}
