/// Where the citations of an answer stand.
struct CitationSection {
    struct Entry {
        var head: CitationHead
        /// From the line below the head to the next entry.
        var content: Range<Int>
    }

    /// Where the line with the heading begins.
    var start: Int
    /// What ends the code block that is open there.
    var endOfCode: [UInt8]
    var entries: [Entry]
    /// Where the text after the section begins.
    var end: Int

    /// The section of `bytes`, if there is one.
    static func find(in bytes: [UInt8]) -> CitationSection? {
        let lines = CitationLines(bytes)
        guard let (heading, fence) = lines.heading() else { return nil }
        var heads: [(head: CitationHead, start: Int, end: Int)] = []
        for index in heading + 1..<lines.ranges.count {
            guard let head = lines.head(at: index) ?? heads.last.flatMap({ lines.head(within: index, after: $0.head) })
            else { continue }
            heads.append((head, head.start, lines.ranges[index].upperBound))
        }
        let end = lines.ending(after: heads.last?.end ?? bytes.count)
        var entries: [Entry] = []
        for (index, head) in heads.enumerated() {
            let next = index + 1 < heads.count ? heads[index + 1].start : end
            entries.append(Entry(head: head.head, content: head.end..<next))
        }
        return CitationSection(
            start: lines.ranges[heading].lowerBound,
            endOfCode: fence.map { [0x0A] + [UInt8](repeating: $0.byte, count: $0.length) } ?? [], entries: entries,
            end: end)
    }
}

/// The first line of an entry: `[n] title:`
struct CitationHead {
    /// Where it begins.
    var start: Int
    var number: Int
    /// Without the colon.
    var title: Range<Int>
    var hasColon: Bool

    /// Reads the head that fills `line`.
    init?(_ bytes: [UInt8], _ line: Range<Int>) {
        let line = bytes.trimmingBlanks(line)
        guard bytes[line].first == UInt8(ascii: "[") else { return nil }
        let digits = bytes[line].dropFirst().prefix(while: \.isASCIIDigit)
        guard (1...6).contains(digits.count), digits.endIndex < line.upperBound,
            bytes[digits.endIndex] == UInt8(ascii: "]")
        else { return nil }
        var title = bytes.trimmingBlanks(digits.endIndex + 1..<line.upperBound)
        hasColon = bytes[title].last == UInt8(ascii: ":")
        if hasColon { title = bytes.trimmingBlanks(title.dropLast()) }
        self.title = title
        number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        start = line.lowerBound
    }
}
