/// Lays a table out in columns for a monospace block.
enum TableLayout {
    /// How many columns of monospace text a phone shows in one line.
    static let widestLine = 32

    /// The lines of the table, or `nil` if it would not show well: too wide, with addresses, or in a script that is not
    /// written from left to right, whose columns no spaces can align.
    static func aligned(header: [InlineText], rows: [[InlineText]]) -> [[UInt8]]? {
        var widths: [Int] = []
        var lines: [[[UInt8]]] = []
        for row in [header] + rows {
            var cells: [[UInt8]] = []
            for (column, cell) in row.enumerated() {
                let plain = cell.plain
                guard !cell.hasURL, let width = width(plain) else { return nil }
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], width)
                cells.append(plain)
            }
            guard widths.reduce(0, +) + 2 * (widths.count - 1) <= widestLine else { return nil }
            lines.append(cells)
        }
        guard !rows.isEmpty else { return nil }
        var result = lines.map { line($0, widths) }
        let dashes = widths.map { [UInt8](repeating: UInt8(ascii: "-"), count: max($0, 1)) }
        result.insert(Array(dashes.joined(separator: [0x20, 0x20])), at: 1)
        return result
    }

    private static func line(_ cells: [[UInt8]], _ widths: [Int]) -> [UInt8] {
        var line: [UInt8] = []
        for (column, cell) in cells.enumerated() {
            line += cell
            guard column < cells.count - 1 else { break }
            line += repeatElement(0x20, count: 2 + widths[column] - (width(cell) ?? 0))
        }
        while line.last == 0x20 { line.removeLast() }
        return line
    }

    /// The columns that `text` takes; `nil` if that cannot be told or it is longer than any line.
    private static func width(_ text: [UInt8]) -> Int? {
        guard text.count <= widestLine * 4 else { return nil }
        var width = 0
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 0x20..<0x7F, 0xA0..<0x300, 0x370..<0x590, 0x1E00..<0x2000, 0x2010..<0x2028, 0x2030..<0x2300: width += 1
            case 0x300..<0x370: break
            case 0x2E80..<0xA4D0, 0xAC00..<0xD7B0, 0xF900..<0xFB00, 0xFF00..<0xFF61: width += 2
            default: return nil
            }
        }
        return width
    }
}
