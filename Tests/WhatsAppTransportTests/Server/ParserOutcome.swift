import Testing
import WhatsAppCore

@testable import WhatsAppTransport

/// What a parser made of some bytes, for comparison.
enum ParserOutcome: Equatable, CustomStringConvertible {
    case request(String)
    case refused(Int)
    case incomplete

    var description: String {
        switch self {
        case .request(let text): "request \(text)"
        case .refused(let status): "refused \(status)"
        case .incomplete: "incomplete"
        }
    }
}

/// Feeds the pieces one after the other and tells everything that comes out.
func parserOutcomes(of pieces: [[UInt8]], limits: HTTPRequestLimits = HTTPRequestLimits()) -> [ParserOutcome] {
    var parser = HTTPRequestParser(limits: limits)
    var outcomes: [ParserOutcome] = []
    for piece in pieces {
        var position = 0
        while position < piece.count {
            do {
                guard let incoming = try parser.parse(piece.span, at: &position) else { break }
                let request = incoming.request
                let fields = request.fields.fields.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
                let body = String(decoding: request.body, as: UTF8.self)
                let end = incoming.keepsAlive ? "" : incoming.isHTTP10 ? " 1.0" : " close"
                outcomes.append(.request("\(request.method) \(request.target) [\(fields)] <\(body)>\(end)"))
            } catch {
                return outcomes + [.refused(error.rawValue)]
            }
        }
    }
    return parser.progress == .nothing ? outcomes : outcomes + [.incomplete]
}

/// Expects one result of all ways to cut the bytes: none, into single bytes, and in two at every place.
func expectParser(
    _ text: String, _ expected: [ParserOutcome], limits: HTTPRequestLimits = HTTPRequestLimits(),
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let bytes = Array(text.utf8)
    #expect(parserOutcomes(of: [bytes], limits: limits) == expected, sourceLocation: sourceLocation)
    let single = parserOutcomes(of: bytes.map { [$0] }, limits: limits)
    #expect(single == expected, "byte by byte", sourceLocation: sourceLocation)
    // Long inputs are about limits, which the two above prove; every cut of them would take quadratic time.
    guard bytes.count < 400 else { return }
    for cut in bytes.indices {
        let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
        #expect(parserOutcomes(of: pieces, limits: limits) == expected, "cut at \(cut)", sourceLocation: sourceLocation)
    }
}
