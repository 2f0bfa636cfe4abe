/// Hexadecimal digits as ASCII bytes. `Character.isHexDigit` and `UInt8(_:radix:)` take fullwidth digits and signs.
package enum Hex {
    private static let lower = Array("0123456789abcdef".utf8)
    private static let upper = Array("0123456789ABCDEF".utf8)

    /// The value of one digit of either case; `nil` for any other byte.
    package static func value(_ byte: UInt8) -> UInt8? {
        let (decimal, letter) = (byte &- UInt8(ascii: "0"), (byte | 0x20) &- UInt8(ascii: "a"))
        return decimal < 10 ? decimal : letter < 6 ? letter &+ 10 : nil
    }

    /// Whether 64 digits, of either case, stand for a digest. The time does not depend on the digits or the digest.
    static func spells(_ digest: SHA256Digest, _ digits: Span<UInt8>) -> Bool {
        precondition(digits.count == 2 * SHA256.digestLength)
        let words = unsafeBitCast(digest, to: SIMD8<UInt32>.self)  // The same 32 bytes, four at a time.
        let bytes = digits.bytes
        var difference: UInt64 = 0
        for index in 0..<8 {
            // Unsafe: within bounds by the condition above.
            let given = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 8 * index, as: UInt64.self).bigEndian
            // Capitals become small letters. No other byte becomes a digit by that.
            difference |= (given | (given & 0x4040_4040_4040_4040) >> 1) ^ eightDigits(of: words[index].bigEndian)
        }
        return difference == 0
    }

    /// The small digits of a number as characters, the first one in the highest byte: all eight at once.
    private static func eightDigits(of number: UInt32) -> UInt64 {
        var digits = UInt64(number)
        digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
        digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
        digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0F
        let areLetters = (digits + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return digits + 0x3030_3030_3030_3030 + areLetters * UInt64(UInt8(ascii: "a") - UInt8(ascii: "0") - 10)
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
