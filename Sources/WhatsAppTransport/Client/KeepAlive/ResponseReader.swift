import WhatsAppCore

/// Makes one whole response of bytes, however they are cut (RFC 9112, section 6.3).
struct ResponseReader {
    /// The most bytes of a body: 4 MiB.
    private static let limits = HTTPRequestLimits()

    /// How far it has come.
    enum Progress {
        case incomplete
        case malformed
        case complete(HTTPResponse, keepsAlive: Bool)
    }

    private enum Framing {
        case head
        case length(Int)
        case chunks(ChunkedDecoder)
        case untilEnd
    }

    private let isToHead: Bool
    private var parser = ResponseHeadParser()
    private var line: [UInt8] = []
    private var isHTTP10 = false
    private var framing = Framing.head
    private var response = HTTPResponse(status: 200)
    private var body: [UInt8] = []

    /// - Parameter toHead: whether it answers HEAD, and so has no body whatever its fields say.
    init(toHead: Bool) { isToHead = toHead }

    /// Takes what has arrived. What comes behind a whole response makes it malformed: nobody asked for it.
    mutating func take(_ bytes: Span<UInt8>) -> Progress {
        var position = 0
        while case .head = framing, position < bytes.count {
            let byte = bytes[position]
            position += 1
            line.append(byte)
            guard byte == .lineFeed else { continue }
            if line.starts(with: "HTTP/1.0".utf8) { isHTTP10 = true }
            switch parser.take(line) {
            case .goOn: line.removeAll(keepingCapacity: true)
            case .malformed: return .malformed
            case .head(let status, let fields):
                response = HTTPResponse(status: status, fields: fields)
                guard let framing = framing(status, fields) else { return .malformed }
                self.framing = framing
            }
        }
        guard line.count <= ResponseHeadParser.limit else { return .malformed }
        return takeBody(bytes, from: position)
    }

    /// Takes the end of what the peer sends.
    mutating func end() -> Progress {
        guard case .untilEnd = framing else { return .incomplete }
        return complete(keepsAlive: false)
    }

    private mutating func takeBody(_ bytes: Span<UInt8>, from start: Int) -> Progress {
        var position = start
        switch framing {
        case .head: return .incomplete
        case .untilEnd:
            body.append(bytes, position..<bytes.count)
            return body.count > Self.limits.body ? .malformed : .incomplete
        case .length(let length):
            position += min(bytes.count - start, length - body.count)
            body.append(bytes, start..<position)
            guard position == bytes.count else { return .malformed }
            guard body.count == length else { return .incomplete }
        case .chunks(var decoder):
            guard let isWhole = try? decoder.decode(bytes, at: &position, into: &body, limits: Self.limits),
                !isWhole || position == bytes.count
            else { return .malformed }
            framing = .chunks(decoder)
            guard isWhole else { return .incomplete }
        }
        return complete(keepsAlive: !isHTTP10)
    }

    private func complete(keepsAlive: Bool) -> Progress {
        var response = response
        response.body = .bytes(body)
        let closes = response.fields.values("Connection").contains { $0.lowercased().contains("close") }
        return .complete(response, keepsAlive: keepsAlive && !closes)
    }

    private func framing(_ status: Int, _ fields: HTTPFields) -> Framing? {
        if isToHead || status == 204 || status == 304 { return .length(0) }
        if let coding = fields["Transfer-Encoding"] {
            return coding.lowercased() == "chunked" ? .chunks(ChunkedDecoder()) : nil
        }
        guard let length = fields["Content-Length"] else { return .untilEnd }
        guard let length = Int(length), 0...Self.limits.body ~= length else { return nil }
        return .length(length)
    }
}
