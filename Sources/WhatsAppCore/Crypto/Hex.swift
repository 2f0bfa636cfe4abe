/// Hexadecimal digits as ASCII bytes. `Character.isHexDigit` and `UInt8(_:radix:)` take fullwidth digits and signs.
package enum Hex {
    private static let lower = Array("0123456789abcdef".utf8)
    private static let upper = Array("0123456789ABCDEF".utf8)

    /// The value of one digit of either case; `nil` for any other byte.
    package static func value(_ byte: UInt8) -> UInt8? {
        let value = valueOrMore(byte)
        return value < 16 ? value : nil
    }

    /// The value of one digit; 255 for any other byte. It does not branch: what digits come next cannot be foreseen, and a
    /// wrong guess costs the processor more than the rest.
    package static func valueOrMore(_ byte: UInt8) -> UInt8 {
        let (decimal, letter) = (byte &- UInt8(ascii: "0"), (byte | 0x20) &- UInt8(ascii: "a"))
        return decimal < 10 ? decimal : letter < 6 ? letter &+ 10 : 255
    }

    /// The bytes that an even number of digits stand for; `nil` for anything else.
    package static func decode(_ digits: some Collection<UInt8>) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            guard let value = value(digit) else { return nil }
            if let first = high {
                out.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return out
    }

    /// Lower-case digits.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            digits.append(lower[Int(byte >> 4)])
            digits.append(lower[Int(byte & 15)])
        }
        return String(decoding: digits, as: UTF8.self)
    }

    static func uppercase(_ byte: UInt8) -> [UInt8] {
        [upper[Int(byte >> 4)], upper[Int(byte & 15)]]
    }
}
