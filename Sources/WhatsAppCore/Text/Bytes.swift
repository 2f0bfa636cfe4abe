extension UInt8 {
    /// A space or a tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// A space, a tab or an end of line.
    var isBlankOrNewline: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }

    /// The characters that a backslash can escape in markdown.
    var isASCIIPunctuation: Bool { self > 0x20 && self < 0x7F && !isASCIILetterOrDigit }

    /// A byte inside a UTF-8 sequence, not its first one.
    var isContinuation: Bool { self & 0xC0 == 0x80 }
}

extension [UInt8] {
    /// The scalar that begins at `index`. The bytes come from a `String`, so they are well-formed.
    func scalar(at index: Int) -> Unicode.Scalar? {
        guard index < count else { return nil }
        let first = self[index]
        guard first >= 0x80 else { return Unicode.Scalar(first) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard index + length <= count else { return nil }
        var value = UInt32(first) & (0xFF >> UInt32(length + 1))
        for byte in self[index + 1..<index + length] { value = value << 6 | UInt32(byte & 0x3F) }
        return Unicode.Scalar(value)
    }

    /// The scalar that ends before `index`.
    func scalar(before index: Int) -> Unicode.Scalar? {
        var start = index - 1
        while start > 0, self[start].isContinuation { start -= 1 }
        return start >= 0 ? scalar(at: start) : nil
    }

    /// Whether `other` stands at `index`, taking ASCII letters of either case as equal; `other` is lower-case.
    func has(_ other: StaticString, at index: Int) -> Bool {
        let length = other.utf8CodeUnitCount
        guard index + length <= count else { return false }
        return other.withUTF8Buffer { text in
            for offset in 0..<length where self[index + offset].asciiLowercased != text[offset] { return false }
            return true
        }
    }

    /// Whether a blank begins at `index`, a no-break space included.
    func hasBlank(at index: Int) -> Bool {
        index < count && (self[index].isBlank || self[index] == 0xC2 && scalar(at: index)?.isSpace == true)
    }

    /// Whether a blank ends before `index`, a no-break space included.
    func hasBlank(before index: Int) -> Bool {
        index > 0 && self[index - 1].isBlank || index > 1 && self[index - 2] == 0xC2 && hasBlank(at: index - 2)
    }

    /// The end of the blanks and ends of lines at `start`.
    func endOfSpace(from start: Int) -> Int {
        var index = start
        while index < count, self[index].isBlankOrNewline { index += 1 }
        return index
    }

    /// `range` without the blanks at its ends.
    func trimmingBlanks(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, self[start].isBlank { start += 1 }
        while end > start, self[end - 1].isBlank { end -= 1 }
        return start..<end
    }
}

extension [UInt8] {
    /// Adds a text as UTF-8.
    package mutating func append(_ text: String) {
        text.withUTF8InPlace { append(contentsOf: $0) }
    }

    /// Adds a constant text as UTF-8.
    package mutating func append(constant text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    /// Adds a number in decimal digits.
    package mutating func append(decimal number: Int64) {
        var digits = SIMD32<UInt8>()  // Room for twenty, filled from the end.
        var first = 32
        var rest = number.magnitude
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        if number < 0 {
            first -= 1
            digits[first] = UInt8(ascii: "-")
        }
        // Unsafe: the digits are copied within the call.
        Swift.withUnsafeBytes(of: digits) { append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[first...])) }
    }
}

extension String {
    /// Calls `body` with the text's bytes, which are copied only where a text does not keep them as UTF-8.
    package func withUTF8InPlace<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        // Unsafe: what `body` is given must not outlive the call.
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        var copy = self
        return copy.withUTF8(body)
    }
}
