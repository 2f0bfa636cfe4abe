/// Builds the journal's bytes: integers little-endian, lengths in LEB128, texts as UTF-8 with their length before them.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func fixed<Integer: FixedWidthInteger>(_ value: Integer) {
        for shift in stride(from: 0, to: Integer.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
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
        bytes.append(contentsOf: value.utf8)
    }

    mutating func optionalText(_ value: String?) {
        fixed(UInt8(value == nil ? 0 : 1))
        if let value { text(value) }
    }

    mutating func key(_ key: MessageKey) {
        for index in key.bytes.indices { bytes.append(key.bytes[index]) }
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
