import WhatsAppCore

// `Span` has no copying initializers yet for `Array` and `String` on the systems we deploy to, hence the pointers here: they
// live no longer than the call that copies out of them.

extension Span<UInt8> {
    /// A copy of `range` as text. Bytes that are not UTF-8 become U+FFFD.
    func string(_ range: Range<Int>) -> String {
        extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// A copy of `range`.
    func array(_ range: Range<Int>) -> [UInt8] {
        extracting(range).withUnsafeBufferPointer { Array($0) }
    }

    /// The end of the token at the beginning of `range`. Letters, digits and hyphens are passed over eight at a step.
    func endOfToken(in range: Range<Int>) -> Int {
        precondition(range.upperBound <= count)
        var index = range.lowerBound
        while index + 8 <= range.upperBound {
            // Unsafe: within bounds by the conditions above.
            let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
            let others =
                ~(word.bytes(in: 0x30...0x39) | (word | 0x2020_2020_2020_2020).bytes(in: 0x61...0x7A)
                | word.bytes(in: 0x2D...0x2D)) & 0x8080_8080_8080_8080
            guard others == 0 else {
                index += others.trailingZeroBitCount / 8
                break
            }
            index += 8
        }
        while index < range.upperBound, self[index].isToken { index += 1 }
        return index
    }

    /// Whether `range` is `text`, which is lower-case ASCII, in letters of either case.
    func equals(_ text: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { wanted in
            for index in 0..<wanted.count {
                let byte = self[range.lowerBound + index]
                guard byte == wanted[index] || byte.asciiLowercased == wanted[index] else { return false }
            }
            return true
        }
    }

    /// `range` without the blanks and tabs around it (`OWS`, RFC 9110, section 5.6.3).
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, self[start].isBlank { start += 1 }
        while end > start, self[end - 1].isBlank { end -= 1 }
        return start..<end
    }

    /// The first place of `byte` in `range`.
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// The line at `position`, which moves behind it. Every line of a scanned head ends in CR LF.
    func takeLine(_ position: inout Int) -> Range<Int> {
        let start = position
        let plain = endOfPlainText(from: start, to: count, except: .carriageReturn, .carriageReturn)
        let end = firstIndex(of: .carriageReturn, in: plain..<count) ?? count
        position = Swift.min(end + 2, count)
        return start..<end
    }

    /// The next element of the comma-separated list in `rest`, from which it is taken, without the blanks around it;
    /// empty elements are passed over (RFC 9110, section 5.6.1).
    func takeListElement(_ rest: inout Range<Int>) -> Range<Int>? {
        while !rest.isEmpty {
            let end = firstIndex(of: .comma, in: rest) ?? rest.upperBound
            let element = trimmed(rest.lowerBound..<end)
            rest = Swift.min(end + 1, rest.upperBound)..<rest.upperBound
            if !element.isEmpty { return element }
        }
        return nil
    }
}

extension UInt64 {
    /// The high bit of each byte that lies in a range of ASCII. A byte beyond ASCII lies in none.
    fileprivate func bytes(in range: ClosedRange<UInt8>) -> UInt64 {
        let (ones, lows): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x7F7F_7F7F_7F7F_7F7F)
        // Seven bits and seven bits: no byte carries into the next.
        let reach = (self & lows) + ones * UInt64(0x80 - range.lowerBound)
        let exceed = (self & lows) + ones * UInt64(0x7F - range.upperBound)
        return reach & ~exceed & ~self
    }
}

extension Array<UInt8> {
    /// Adds a copy of `range` of `bytes`.
    mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        bytes.extracting(range).withUnsafeBufferPointer { append(contentsOf: $0) }
    }
}
