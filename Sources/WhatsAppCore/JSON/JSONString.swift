enum JSONString {
    /// Resolves the escapes of a string that the scanner has accepted.
    static func unescape(_ bytes: ArraySlice<UInt8>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                continue
            }
            let escape = bytes[index]
            index += 1
            switch escape {
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0c)
            case UInt8(ascii: "n"): out.append(0x0a)
            case UInt8(ascii: "r"): out.append(0x0d)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "u"): out.append(contentsOf: scalar(in: bytes, at: &index).utf8)
            default: out.append(escape)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The scalar of a `\u` escape whose digits begin at `index`, with the low surrogate that may follow it.
    private static func scalar(in bytes: ArraySlice<UInt8>, at index: inout Int) -> String {
        let first = unit(in: bytes, at: index)
        index += 4
        guard first & 0xfc00 == 0xd800, index + 6 <= bytes.endIndex, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { return String(Unicode.Scalar(first) ?? "\u{fffd}") }
        let second = unit(in: bytes, at: index + 2)
        guard second & 0xfc00 == 0xdc00 else { return "\u{fffd}" }
        index += 6
        return String(Unicode.Scalar(0x10000 + (first & 0x3ff) << 10 + second & 0x3ff) ?? "\u{fffd}")
    }

    private static func unit(in bytes: ArraySlice<UInt8>, at index: Int) -> UInt32 {
        bytes[index..<index + 4].reduce(0) { $0 << 4 | UInt32(Hex.value($1) ?? 0) }
    }
}
