extension Span<UInt8> {
    /// The end of what needs no second look, as most of every text: visible ASCII and blanks but for two characters, from
    /// `start` on, eight bytes at a step. Of the last bytes before `end` it knows nothing.
    package func endOfPlainText(from start: Int, to end: Int, except first: UInt8, _ second: UInt8) -> Int {
        let bytes = bytes
        let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        let (firsts, seconds) = (ones &* UInt64(first), ones &* UInt64(second))
        precondition(end <= count)
        var at = start
        while at + 8 <= end {
            // Unsafe: within bounds by the conditions above.
            let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: UInt64.self))
            // Subtracting sets the high bit of a byte that is less. What it borrows shows in later bytes only.
            let marks = word | (word &- ones &* 0x20) | ((word ^ firsts) &- ones) | ((word ^ seconds) &- ones)
            guard marks & highs == 0 else { return at + (marks & highs).trailingZeroBitCount / 8 }
            at += 8
        }
        return at
    }
}

extension String {
    /// Whether there is nothing in the text but visible ASCII and blanks.
    var isVisibleASCII: Bool {
        withUTF8InPlace { text in
            let plain = text.span.endOfPlainText(from: 0, to: text.count, except: 0x7F, 0x7F)
            return text[plain...].allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        }
    }
}
