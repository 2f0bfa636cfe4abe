import WhatsAppCore

/// Takes the chunks of a request body off (RFC 9112, section 7.1). Extensions and trailers are bounded and dropped.
struct ChunkedDecoder {
    private enum State {
        case sizeStart, size, blankAfterSize, extension_, sizeEnd
        case data, dataCarriageReturn, dataLineFeed
        case trailerStart, trailer, trailerEnd, lastLineFeed
    }

    private var state = State.sizeStart
    private var chunkSize = 0
    private var sizeDigits = 0
    private var extensionBytes = 0
    private var trailerBytes = 0

    /// Decodes from `position` on, adds to `body`, and moves `position` behind what it used.
    ///
    /// - Returns: whether the body has ended.
    mutating func decode(
        _ bytes: Span<UInt8>, at position: inout Int, into body: inout [UInt8], limits: HTTPRequestLimits
    ) throws(HTTPRefusal) -> Bool {
        while position < bytes.count {
            if state == .data {
                let count = min(chunkSize, bytes.count - position)
                body.append(bytes, position..<position + count)
                position += count
                chunkSize -= count
                if chunkSize == 0 { state = .dataCarriageReturn }
                continue
            }
            let byte = bytes[position]
            position += 1
            if try step(byte, room: limits.body - body.count, overhead: limits.head) { return true }
        }
        return false
    }

    /// Takes one byte that is not data. Returns whether it was the body's last.
    private mutating func step(_ byte: UInt8, room: Int, overhead: Int) throws(HTTPRefusal) -> Bool {
        switch state {
        case .sizeStart, .size: try takeSize(byte, room: room)
        case .blankAfterSize, .extension_:
            extensionBytes += 1
            guard extensionBytes <= overhead else { throw .badRequest }
            switch byte {
            case .semicolon: state = .extension_
            case .space, .tab: break
            case .carriageReturn where state == .extension_: state = .sizeEnd
            default: guard state == .extension_, !byte.isControl else { throw .badRequest }
            }
        case .sizeEnd:
            try expect(byte, .lineFeed, then: chunkSize == 0 ? .trailerStart : .data)
        case .data: break
        case .dataCarriageReturn: try expect(byte, .carriageReturn, then: .dataLineFeed)
        case .dataLineFeed: try expect(byte, .lineFeed, then: .sizeStart)
        case .trailerStart where byte == .carriageReturn: state = .lastLineFeed
        case .trailerStart, .trailer:
            trailerBytes += 1
            guard trailerBytes <= overhead else { throw .headTooLarge }
            if byte == .carriageReturn {
                state = .trailerEnd
            } else {
                guard !byte.isControl else { throw .badRequest }
                state = .trailer
            }
        case .trailerEnd: try expect(byte, .lineFeed, then: .trailerStart)
        case .lastLineFeed:
            try expect(byte, .lineFeed, then: .sizeStart)
            return true
        }
        return false
    }

    private mutating func takeSize(_ byte: UInt8, room: Int) throws(HTTPRefusal) {
        if let digit = Hex.value(byte) {
            if state == .sizeStart { (chunkSize, sizeDigits, state) = (0, 0, .size) }
            sizeDigits += 1
            guard sizeDigits <= 16 else { throw .badRequest }
            chunkSize = chunkSize << 4 | Int(digit)
            guard chunkSize <= room else { throw .contentTooLarge }  // Also what keeps the shift from overflowing.
            return
        }
        guard state == .size else { throw .badRequest }
        switch byte {
        case .carriageReturn: state = .sizeEnd
        case .semicolon: state = .extension_
        case .space, .tab: state = .blankAfterSize  // Allowed before an extension only (section 7.1.1).
        default: throw .badRequest
        }
    }

    private mutating func expect(_ byte: UInt8, _ wanted: UInt8, then next: State) throws(HTTPRefusal) {
        guard byte == wanted else { throw .badRequest }
        state = next
    }
}
