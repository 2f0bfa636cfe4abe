/// Builds the journal's bytes: integers little-endian, lengths in LEB128, texts as UTF-8 with their length before them.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    /// Takes back all but the first bytes.
    mutating func keepFirst(_ count: Int) { bytes.removeLast(bytes.count - count) }

    mutating func fixed<Integer: FixedWidthInteger>(_ value: Integer) {
        bytes.append(addingCapacity: Integer.bitWidth / 8) { more in
            for byte in 0..<Integer.bitWidth / 8 { more.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
        }
    }

    /// Puts another number in the place of one that was written.
    mutating func overwrite(_ value: UInt32, at start: Int) {
        for byte in 0..<4 { bytes[start + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
    }

    mutating func count(_ value: Int) {
        var rest = UInt64(value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func text(_ value: String) {
        count(value.utf8.count)
        bytes.append(value)
    }

    mutating func optionalText(_ value: String?) {
        fixed(UInt8(value == nil ? 0 : 1))
        if let value { text(value) }
    }

    mutating func key(_ key: MessageKey) {
        let words = unsafeBitCast(key.bytes, to: SIMD2<UInt64>.self)  // The same 16 bytes.
        fixed(UInt64(littleEndian: words[0]))
        fixed(UInt64(littleEndian: words[1]))
    }

    mutating func raw(_ more: [UInt8]) { bytes.append(contentsOf: more) }
}

/// What cannot be read as what it should be.
enum JournalCodingError: Error {
    /// The bytes end early, or go on after the end, or a text is not UTF-8.
    case malformed
    /// A tag that this version does not know: a newer version wrote it.
    case unknown(String)
}

/// Reads the journal's bytes within bounds.
struct ByteReader {
    private let bytes: [UInt8]
    private(set) var position: Int
    private let end: Int

    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position == end }

    mutating func fixed<Integer: FixedWidthInteger>(
        _: Integer.Type = Integer.self
    ) throws(JournalCodingError) -> Integer {
        let range = try take(Integer.bitWidth / 8)
        var value = Integer.zero
        for at in range.reversed() { value = value << 8 | Integer(truncatingIfNeeded: bytes[at]) }
        return value
    }

    mutating func count() throws(JournalCodingError) -> Int {
        var value = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            let byte: UInt8 = try fixed()
            value |= Int(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw .malformed
    }

    mutating func text() throws(JournalCodingError) -> String {
        let range = try take(count())
        // Quicker than `String(validating:)`: what is not UTF-8 is decoded to something else.
        let text = String(decoding: bytes[range], as: UTF8.self)
        guard text.utf8.elementsEqual(bytes[range]) else { throw .malformed }
        return text
    }

    mutating func optionalText() throws(JournalCodingError) -> String? {
        switch try fixed(UInt8.self) {
        case 0: nil
        case 1: try text()
        default: throw .malformed
        }
    }

    mutating func key() throws(JournalCodingError) -> MessageKey {
        let range = try take(16)
        var key = SIMD16<UInt8>()
        for (index, at) in range.enumerated() { key[index] = bytes[at] }
        return MessageKey(bytes: key)
    }

    /// The range of the next `count` bytes.
    mutating func take(_ count: Int) throws(JournalCodingError) -> Range<Int> {
        guard count >= 0, count <= end - position else { throw .malformed }
        defer { position += count }
        return position..<position + count
    }
}

extension MessageKey {
    /// A key that was made before.
    package init(bytes: SIMD16<UInt8>) { self.bytes = bytes }
}
