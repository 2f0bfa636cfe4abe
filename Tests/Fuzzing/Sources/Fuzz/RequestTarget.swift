import WhatsAppCore

@testable import WhatsAppTransport

enum RequestTarget {
    /// However the bytes are cut, the outcomes are the same, and what is accepted can be read in one way only.
    static func violations(_ input: FuzzInput) -> [String] {
        var input = input
        var limits = HTTPRequestLimits()
        if input.number(below: 2) == 1 { limits = HTTPRequestLimits(requestLine: 40, head: 160, fields: 6, body: 60) }
        let pieces = input.pieces()
        let bytes = Array(pieces.joined())
        let whole = parserOutcomes(of: [bytes], limits: limits)
        var violations: [String] = []
        for other in [pieces, bytes.map { [$0] }] where parserOutcomes(of: other, limits: limits) != whole {
            violations.append("\(whole) became \(parserOutcomes(of: other, limits: limits))")
        }
        var parser = HTTPRequestParser(limits: limits)
        var position = 0
        while position < bytes.count, let incoming = try? parser.parse(bytes.span, at: &position) {
            violations += check(incoming, limits)
        }
        return violations
    }

    private static func check(_ incoming: IncomingRequest, _ limits: HTTPRequestLimits) -> [String] {
        let request = incoming.request
        let fields = request.fields.fields
        var violations: [String] = []
        func expect(_ condition: Bool, _ promise: String) {
            if !condition { violations.append("\(promise): \(request)") }
        }
        func values(_ name: String) -> [String] { fields.filter { $0.name.lowercased() == name }.map(\.value) }
        let (lengths, codings) = (values("content-length"), values("transfer-encoding"))
        expect(values("host").count == 1 || incoming.isHTTP10 && values("host").isEmpty, "not one Host")
        expect(lengths.count <= 1 && (lengths.isEmpty || codings.isEmpty), "two lengths")
        if let length = lengths.first {
            expect(length.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }, "a length that is no number")
            expect(Int(length) == request.body.count, "a body of another length")
        } else if codings.isEmpty {
            expect(request.body.isEmpty && request.method != .post, "a body without a length")
        }
        expect(request.body.count <= limits.body && fields.count <= limits.fields, "over a limit")
        expect(request.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a target that is not visible")
        for field in fields {
            expect(
                !field.name.isEmpty && !field.name.utf8.contains { $0 <= 0x20 || $0 == 0x3A || $0 >= 0x7F }, "a name")
            expect(!field.value.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }, "a control character")
        }
        return violations
    }
}

enum ChunkedTarget {
    private enum Outcome: Equatable {
        case body([UInt8], rest: Int)
        case incomplete
        case refused(Int)
    }

    /// The same however the bytes are cut; and what is encoded comes back.
    static func violations(_ input: FuzzInput) -> [String] {
        var input = input
        let limits = HTTPRequestLimits(head: 64, body: 512)
        let pieces = input.pieces()
        let bytes = Array(pieces.joined())
        let whole = decode([bytes], limits)
        var violations: [String] = []
        for other in [pieces, bytes.map { [$0] }] where decode(other, limits) != whole {
            violations.append("\(whole) became \(decode(other, limits)): \(bytes)")
        }
        var encoded: [UInt8] = []
        for piece in pieces where !piece.isEmpty {
            encoded += Array((String(piece.count, radix: 16) + "\r\n").utf8) + piece + [0x0D, 0x0A]
        }
        encoded += "0\r\n\r\n".utf8
        let expected = bytes.count <= limits.body ? Outcome.body(bytes, rest: 1) : .refused(413)
        if decode([encoded + [0]], limits) != expected { violations.append("does not come back: \(pieces)") }
        return violations
    }

    private static func decode(_ pieces: [[UInt8]], _ limits: HTTPRequestLimits) -> Outcome {
        var decoder = ChunkedDecoder()
        var body: [UInt8] = []
        var left = pieces.reduce(0) { $0 + $1.count }
        for piece in pieces {
            var position = 0
            do {
                let isEnd = try decoder.decode(piece.span, at: &position, into: &body, limits: limits)
                left -= position
                if isEnd { return .body(body, rest: left) }
                if position != piece.count { return .refused(0) }
            } catch {
                return .refused(error.rawValue)
            }
        }
        return .incomplete
    }
}
