import WhatsAppCore

/// Puts a response's head together from its lines, as libcurl delivers them.
///
/// Interim heads (1xx) are skipped. Lines after the head are trailers and are ignored.
struct ResponseHeadParser {
    /// The most bytes a head may have, interim ones included: 256 KiB.
    static let limit = 256 << 10

    /// What a line leads to.
    enum Event {
        /// More lines are needed, or this one does not matter.
        case goOn
        /// The head is complete.
        case head(status: Int, fields: HTTPFields)
        /// This is no HTTP head, or it is too long.
        case malformed
    }

    private var status: Int?
    private var fields = HTTPFields()
    /// The field that the next line may continue.
    private var last: HTTPFields.Field?
    private var size = 0
    private var isComplete = false

    /// Takes one line with its line break.
    mutating func take(_ line: [UInt8]) -> Event {
        guard !isComplete else { return .goOn }
        size += line.count
        guard size <= Self.limit else { return .malformed }
        let line = line.dropLast(while: { $0 == 0x0D || $0 == 0x0A })
        guard let status else {
            self.status = Self.status(of: line)
            return self.status == nil ? .malformed : .goOn
        }
        if line.isEmpty { return endOfHead(status) }
        if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t") {
            // A folded line continues the value before it (RFC 9112, section 5.2).
            guard let value = last?.value else { return .malformed }
            last?.value += value.isEmpty ? Self.text(line) : " " + Self.text(line)
            return .goOn
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else { return .malformed }
        addLast()
        last = HTTPFields.Field(name: Self.text(line[..<colon]), value: Self.text(line[(colon + 1)...]))
        return .goOn
    }

    private mutating func addLast() {
        if let field = last.take() { fields.add(field.name, field.value) }
    }

    private mutating func endOfHead(_ status: Int) -> Event {
        addLast()
        guard status >= 200 else {
            self.status = nil
            fields = HTTPFields()
            return .goOn
        }
        isComplete = true
        return .head(status: status, fields: fields)
    }

    /// The code of a status line such as `HTTP/1.1 200 OK`.
    private static func status(of line: ArraySlice<UInt8>) -> Int? {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard parts.count >= 2, parts[0].starts(with: Array("HTTP/".utf8)), parts[1].count == 3,
            parts[1].allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            let status = Int(String(decoding: parts[1], as: UTF8.self)), 100...599 ~= status
        else { return nil }
        return status
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        return String(decoding: bytes.drop(while: isBlank).dropLast(while: isBlank), as: UTF8.self)
    }
}

extension RandomAccessCollection {
    /// The collection without the longest suffix whose elements satisfy `isDropped`.
    fileprivate func dropLast(while isDropped: (Element) -> Bool) -> SubSequence {
        self[..<(lastIndex { !isDropped($0) }.map(index(after:)) ?? startIndex)]
    }
}
