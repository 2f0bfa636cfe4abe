import WhatsAppCore

/// Finds the end of a request head in bytes that arrive in any cut, and refuses what may not stand in one.
///
/// Each byte is looked at once, in order, and the first one that cannot be accepted decides, so the verdict does not
/// depend on how the bytes were cut. What the lines mean is for ``HTTPRequestHead``, which sees a whole head.
struct HTTPHeadScanner {
    private var length = 0
    private var lineLength = 0
    private var lines = 0
    private var sawCarriageReturn = false

    /// Whether no byte of a head has come yet.
    var isFresh: Bool { length == 0 }

    /// Scans on from `start` and returns the place behind the head, or `nil` when `bytes` ends before it does.
    mutating func scan(
        _ bytes: Span<UInt8>, from start: Int, limits: HTTPRequestLimits
    ) throws(HTTPRefusal) -> Int? {
        var index = start
        while index < bytes.count {
            index += skipPlainText(bytes, from: index, limits: limits)
            guard index < bytes.count else { break }
            let byte = bytes[index]
            index += 1
            length += 1
            guard length <= limits.head else { throw .headTooLarge }
            if sawCarriageReturn {
                guard byte == .lineFeed else { throw .badRequest }
                sawCarriageReturn = false
                if try endLine(limits) { return index }
            } else if byte == .carriageReturn {
                sawCarriageReturn = true
            } else {
                guard !byte.isControl else { throw .badRequest }
                lineLength += 1
                if lines == 0 {
                    guard lineLength <= limits.requestLine else { throw .requestLineTooLong }
                } else if lineLength == 1, byte.isBlank {
                    throw .badRequest  // A folded field: obsolete, and read differently by different servers.
                }
            }
        }
        return nil
    }

    /// Passes over what no rule but that of the lengths can be about, as far as the lengths go: the most of every head.
    private mutating func skipPlainText(_ bytes: Span<UInt8>, from start: Int, limits: HTTPRequestLimits) -> Int {
        guard !sawCarriageReturn, lineLength > 0 else { return 0 }
        let room = min(limits.head - length, lines == 0 ? limits.requestLine - lineLength : .max)
        let end = start + min(room, bytes.count - start)
        var index = bytes.endOfPlainText(from: start, to: end, except: 0x7F, 0x7F)
        while index < end, bytes[index] >= .space, bytes[index] != 0x7F { index += 1 }
        length += index - start
        lineLength += index - start
        return index - start
    }

    /// Whether the line that has just ended was the empty one that ends the head.
    private mutating func endLine(_ limits: HTTPRequestLimits) throws(HTTPRefusal) -> Bool {
        if lineLength == 0 {
            return lines > 0  // Empty lines before a request line are passed over (RFC 9112, section 2.2).
        }
        lines += 1
        lineLength = 0
        guard lines - 1 <= limits.fields else { throw .headTooLarge }
        return false
    }
}
