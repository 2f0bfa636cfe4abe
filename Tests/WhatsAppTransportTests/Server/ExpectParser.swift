import Testing

@testable import WhatsAppTransport

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
