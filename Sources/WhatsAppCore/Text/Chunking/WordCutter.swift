/// Finds places inside a word that is too long for any part: between grapheme clusters, and between scalars only where
/// a cluster is too long itself.
struct WordCutter {
    let bytes: [UInt8]
    let limit: Int
    let marks: LineMarks
    let blocks: CodeBlocks
    let isQuoted: Bool

    /// Places between `start` and `end`, about a sixteenth of a part from each other.
    func cuts(from start: BreakPoint, to end: BreakPoint) -> [BreakPoint] {
        let breaks = cuts(from: start, to: end, tooLong: [])
        var tooLong: [Range<Int>] = []
        var previous = start
        for next in breaks + [end] {
            if previous.units(to: next) > limit { tooLong.append(previous.start.byte..<next.end.byte) }
            previous = next
        }
        return tooLong.isEmpty ? breaks : cuts(from: start, to: end, tooLong: tooLong)
    }

    private func cuts(from start: BreakPoint, to end: BreakPoint, tooLong: [Range<Int>]) -> [BreakPoint] {
        var (marks, blocks) = (marks, blocks)
        var breaks: [BreakPoint] = []
        var previous = start
        var position = start.start
        var nextLong = 0

        /// Puts a place at `position`, before an atom of this length, if it is due.
        func cut(before units: Int, _ rank: BreakPoint.Rank) {
            let length = position.units - previous.start.units
            guard length > 0, let open = open(at: position.byte, &marks, &blocks) else { return }
            let whole = previous.open.openingUnits + length + units + open.closingUnits
            guard length >= max(1, limit / 16) || whole > limit else { return }
            previous = BreakPoint(end: position, start: position, rank: rank, open: open)
            breaks.append(previous)
        }

        for character in String(decoding: bytes[start.start.byte..<end.end.byte], as: UTF8.self) {
            while nextLong < tooLong.count, tooLong[nextLong].upperBound <= position.byte { nextLong += 1 }
            var rank = BreakPoint.Rank.cluster
            if nextLong < tooLong.count, tooLong[nextLong].contains(position.byte) {
                for scalar in character.unicodeScalars {
                    let units = UTF16.width(scalar)
                    cut(before: units, rank)
                    position.byte += UTF8.width(scalar)
                    position.units += units
                    rank = .scalar
                }
            } else {
                let units = character.utf16.count
                cut(before: units, rank)
                position.byte += character.utf8.count
                position.units += units
            }
        }
        return breaks
    }

    /// What is open at `byte`; `nil` where no cut may be, since it would leave marks or fences around nothing.
    private func open(at byte: Int, _ marks: inout LineMarks, _ blocks: inout CodeBlocks) -> OpenMarks? {
        if let block = blocks.block(around: byte) {
            guard block.isInside(byte) else { return nil }
            var open = OpenMarks()
            open.code = block.isBlock ? .block : .inline
            return open
        }
        var open = marks.open(before: byte)
        open?.isQuoted = isQuoted
        return open
    }
}
