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
