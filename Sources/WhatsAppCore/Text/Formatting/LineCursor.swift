/// Where the reading of a line stands, in bytes and in columns: a tab reaches to the next multiple of four.
struct LineCursor {
    let source: [UInt8]
    private(set) var position: Int
    let end: Int
    private var column = 0
    /// Columns of a tab of which only a part was taken as indentation.
    private var spare = 0

    init(source: [UInt8], line: Range<Int>) {
        self.source = source
        position = line.lowerBound
        end = line.upperBound
    }

    /// The columns of blank from here, and where the first other byte stands.
    var indent: (columns: Int, position: Int) {
        var (columns, index) = (spare, position)
        while index < end, source[index].isBlank {
            columns += source[index] == 0x20 ? 1 : 4 - (column + columns - spare) % 4
            index += 1
        }
        return (columns, index)
    }

    /// Takes up to this many columns of blank.
    mutating func skip(columns: Int) {
        var left = columns
        while left > 0 {
            if spare > 0 {
                let taken = min(spare, left)
                spare -= taken
                left -= taken
            } else if position < end, source[position] == 0x20 {
                advance()
                left -= 1
            } else if position < end, source[position] == 0x09 {
                spare = 4 - column % 4
                position += 1
                column += spare
            } else {
                return
            }
        }
    }

    /// Takes one byte that is not a tab.
    mutating func advance() {
        position += 1
        column += 1
    }

    /// What is left, blanks at both ends taken off.
    var trimmed: Range<Int> { source.trimmingBlanks(position..<end) }

    /// What is left, with the rest of a tab turned into spaces.
    func appendRest(to text: inout [UInt8]) {
        text.append(contentsOf: repeatElement(0x20, count: spare))
        text.append(contentsOf: source[position..<end])
    }
}
