/// Where the text lies between two fences of three backticks.
struct CodeBlocks {
    struct Block {
        /// The first byte of the opening fence, and the byte after the closing one.
        var range: Range<Int>
        /// Whether the opening fence ends its line.
        var isBlock: Bool

        /// Whether a cut at `byte` leaves code on both sides of it.
        func isInside(_ byte: Int) -> Bool {
            let margin = isBlock ? 4 : 3
            return byte > range.lowerBound + margin && byte < range.upperBound - margin
        }
    }

    private let blocks: [Block]
    private var next = 0

    /// Pairs the fences of `bytes` in their order; a last one without a partner is text.
    init(_ bytes: [UInt8]) {
        var blocks: [Block] = []
        var open: Int?
        var index = 0
        while index + 2 < bytes.count {
            let tick = UInt8(ascii: "`")
            guard bytes[index] == tick, bytes[index + 1] == tick, bytes[index + 2] == tick else {
                index += 1
                continue
            }
            if let start = open {
                let lineEnd = bytes[(start + 3)...].first { !$0.isBlank }
                blocks.append(Block(range: start..<index + 3, isBlock: lineEnd == 0x0A || lineEnd == 0x0D))
                open = nil
            } else {
                open = index
            }
            index += 3
        }
        self.blocks = blocks
    }

    /// The block that `byte` is inside of; `byte` may not go back from one call to the next.
    mutating func block(around byte: Int) -> Block? {
        while next < blocks.count, blocks[next].range.upperBound <= byte { next += 1 }
        guard next < blocks.count, blocks[next].range.lowerBound < byte else { return nil }
        return blocks[next]
    }
}
