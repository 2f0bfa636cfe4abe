/// A piece of markdown above the level of a line.
struct Block {
    enum Content {
        /// Lines of text, joined by newlines, with inline markup.
        case paragraph([UInt8])
        /// One line with inline markup.
        case heading([UInt8])
        /// The lines between two fences, or indented ones.
        case code([UInt8])
        case rule
        case table(Table)
        /// A link reference definition, and where it leads.
        case definition(label: [UInt8], url: [UInt8])
        case quote([Block])
        case item(ListMarker, [Block])
    }

    var content: Content
    /// Whether a blank line stood before it. The result keeps the spacing of the source.
    var isSpaced: Bool
}

/// What stands before a list item.
struct ListMarker {
    /// The number of a numbered item.
    var number: Int?
    /// `-`, `+`, `*`, or the sign after a number: `.` or `)`.
    var sign: UInt8

    /// Whether `other` can belong to the same list.
    func continues(_ other: ListMarker) -> Bool { sign == other.sign && (number == nil) == (other.number == nil) }
}
