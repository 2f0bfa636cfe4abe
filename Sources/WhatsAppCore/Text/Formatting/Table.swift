/// A table as written: the raw text of its cells.
struct Table {
    var header: [[UInt8]]
    var rows: [[[UInt8]]]

    /// Reads rows that are joined by newlines, the first being the header.
    init(lines: [UInt8]) {
        var rows = lines.split(separator: UInt8(ascii: "\n")).map(Self.cells)
        header = rows.isEmpty ? [] : rows.removeFirst()
        self.rows = rows
    }

    /// The cells of a row: parted by `|`, unless a backslash stands before it.
    static func cells(_ line: ArraySlice<UInt8>) -> [[UInt8]] {
        var cells: [[UInt8]] = []
        var cell: [UInt8] = []
        var index = line.startIndex
        func trimmed(_ cell: [UInt8]) -> [UInt8] { Array(cell[cell.trimmingBlanks(0..<cell.count)]) }
        while index < line.endIndex {
            let byte = line[index]
            if byte == UInt8(ascii: "\\"), index + 1 < line.endIndex {
                if line[index + 1] != UInt8(ascii: "|") { cell.append(byte) }
                cell.append(line[index + 1])
                index += 1
            } else if byte == UInt8(ascii: "|") {
                cells.append(trimmed(cell))
                cell.removeAll(keepingCapacity: true)
            } else {
                cell.append(byte)
            }
            index += 1
        }
        // The bars at both ends of a row part nothing.
        let last = trimmed(cell)
        if !last.isEmpty || cells.isEmpty { cells.append(last) }
        if let first = cells.first, first.isEmpty, cells.count > 1,
            line.first(where: { !$0.isBlank }) == UInt8(ascii: "|")
        {
            cells.removeFirst()
        }
        return cells
    }

    /// How many columns a line like `|---|:-:|` declares; `nil` if it is not such a line.
    static func columns(ofDelimiterRow line: ArraySlice<UInt8>) -> Int? {
        var hasBar = false
        for byte in line {
            switch byte {
            case UInt8(ascii: "|"): hasBar = true
            case UInt8(ascii: "-"), UInt8(ascii: ":"), 0x20, 0x09: break
            default: return nil
            }
        }
        guard hasBar else { return nil }
        let cells = cells(line)
        let areDashes = cells.allSatisfy { cell in
            var dashes = cell[...]
            if dashes.first == UInt8(ascii: ":") { dashes.removeFirst() }
            if dashes.last == UInt8(ascii: ":") { dashes.removeLast() }
            return !dashes.isEmpty && dashes.allSatisfy { $0 == UInt8(ascii: "-") }
        }
        return areDashes ? cells.count : nil
    }
}
