/// A place where one part may end and the next begin.
package struct BreakPoint {
    /// How good a place is, the best last.
    package enum Rank: UInt8, Comparable {
        /// Inside a grapheme cluster that is too long for any part.
        case scalar
        /// Inside a word that is too long for any part.
        case cluster
        /// After a list marker, or before a citation's number or a sign that would become a marker.
        case marker
        case word
        /// Between lines of code.
        case codeLine
        case sentence
        case line
        /// Before a list item, a quotation or a citation entry.
        case item
        case paragraph
        /// Before a heading.
        case section

        package static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
    }

    /// Where the part's text ends, and where the next part's begins: the white space between is dropped.
    package var end: TextPosition
    package var start: TextPosition
    package var rank: Rank
    /// What has to be closed here and opened again.
    package var open = OpenMarks()

    /// The UTF-16 length of the part from here to `end`, with what has to be opened and closed.
    package func units(to end: BreakPoint) -> Int {
        open.openingUnits + end.end.units - start.units + end.open.closingUnits
    }
}

/// A place in a text, in bytes of UTF-8 and in UTF-16 code units.
package struct TextPosition: Comparable {
    package var byte: Int
    package var units: Int

    package static func < (left: TextPosition, right: TextPosition) -> Bool { left.byte < right.byte }

    /// Moves over a byte: a scalar counts one unit, or two from U+10000 on, whose first byte is F0 or more.
    mutating func advance(over value: UInt8) {
        byte += 1
        if !value.isContinuation { units += value < 0xF0 ? 1 : 2 }
    }
}
