/// How WhatsApp would read a message: written apart from the formatter and without regard for speed, to check it.
package enum WhatsAppReader {
    /// The text with the marks taken away that bind, and the number of pairs that do.
    package static func read(_ text: String) -> (visible: String, pairs: Int) {
        var visible = ""
        var pairs = 0
        let pieces = split(text, by: "```")
        for (index, piece) in pieces.enumerated() {
            if index % 2 == 1, index < pieces.count - 1 {
                visible += piece
                pairs += 1
            } else {
                if index % 2 == 1 { visible += "```" }
                for (number, line) in split(piece, by: "\n").enumerated() {
                    if number > 0 { visible += "\n" }
                    let result = readLine(Array(line))
                    visible += result.visible
                    pairs += result.pairs
                }
            }
        }
        return (visible, pairs)
    }

    private static func readLine(_ line: [Character]) -> (visible: String, pairs: Int) {
        var hidden: Set<Int> = []
        var code: Set<Int> = []
        for mark: Character in ["`", "*", "_", "~"] {
            var index = 0
            while index < line.count {
                guard line[index] == mark, !code.contains(index), opens(line, index), let end = close(line, index, code)
                else {
                    index += 1
                    continue
                }
                hidden.formUnion([index, end])
                if mark == "`" { code.formUnion(index...end) }
                index = end + 1
            }
        }
        let visible = String(line.indices.filter { !hidden.contains($0) }.map { line[$0] })
        return (visible, hidden.count / 2)
    }

    private static func opens(_ line: [Character], _ index: Int) -> Bool {
        guard index + 2 < line.count, !line[index + 1].isWhitespace else { return false }
        guard index > 0 else { return true }
        let before = line[index - 1]
        return before.isWhitespace || (before != line[index] && (">*_~" as String).contains(before))
    }

    private static func close(_ line: [Character], _ open: Int, _ code: Set<Int>) -> Int? {
        for index in (open + 2)..<max(line.count, open + 2) {
            guard line[index] == line[open], !code.contains(index), !line[index - 1].isWhitespace else { continue }
            guard index + 1 < line.count else { return index }
            let next = line[index + 1]
            if !(next.isASCII && (next.isLetter || next.isNumber)) { return index }
        }
        return nil
    }

    private static func split(_ text: String, by separator: String) -> [String] {
        var pieces = [""]
        var rest = text[...]
        while !rest.isEmpty {
            if rest.hasPrefix(separator) {
                pieces.append("")
                rest = rest.dropFirst(separator.count)
            } else {
                pieces[pieces.count - 1].append(rest.removeFirst())
            }
        }
        return pieces
    }
}
