/// CRC-32C (Castagnoli; RFC 3720, appendix B.4), eight bytes at a step.
package enum CRC32C {
    /// The checksum of `bytes[range]`.
    package static func checksum(_ bytes: [UInt8], in range: Range<Int>) -> UInt32 {
        let span = bytes.span
        let tables = Self.tables.span
        var crc = ~UInt32(0)
        var at = range.lowerBound
        while at + 8 <= range.upperBound {
            let low = crc ^ word(span, at)
            crc = tables[0x700 + Int(low & 0xff)] ^ tables[0x600 + Int(low >> 8 & 0xff)]
            crc ^= tables[0x500 + Int(low >> 16 & 0xff)] ^ tables[0x400 + Int(low >> 24)]
            crc ^= tables[0x300 + Int(span[at + 4])] ^ tables[0x200 + Int(span[at + 5])]
            crc ^= tables[0x100 + Int(span[at + 6])] ^ tables[Int(span[at + 7])]
            at += 8
        }
        while at < range.upperBound {
            crc = tables[Int((crc ^ UInt32(span[at])) & 0xff)] ^ crc >> 8
            at += 1
        }
        return ~crc
    }

    /// Table `k` of eight, at `k << 8`: what a byte does to the remainder when `k` more bytes follow it.
    private static let tables: [UInt32] = {
        var tables: [UInt32] = []
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82f6_3b78 : crc >> 1 }
            tables.append(crc)
        }
        for index in 256..<2048 {
            let before = tables[index - 256]
            tables.append(tables[Int(before & 0xff)] ^ before >> 8)
        }
        return tables
    }()

    private static func word(_ bytes: Span<UInt8>, _ at: Int) -> UInt32 {
        let low = UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8
        return low | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
    }
}
