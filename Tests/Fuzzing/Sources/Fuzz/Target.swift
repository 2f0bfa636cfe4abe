/// What can be fuzzed. Each checks what is promised, and not only that nothing crashes.
enum Target: String, CaseIterable {
    case formatter
    case chunker
    case citations
    case request
    case chunked
    case json
    case webhook
    case signature
    case journal

    /// What is broken with this input.
    func violations(_ input: FuzzInput) -> [String] {
        switch self {
        case .formatter: TextTargets.formatter(input)
        case .chunker: TextTargets.chunker(input)
        case .citations: CitationTarget.violations(input)
        case .request: RequestTarget.violations(input)
        case .chunked: ChunkedTarget.violations(input)
        case .json: JSONTarget.violations(input)
        case .webhook: WebhookTarget.violations(input)
        case .signature: SignatureTarget.violations(input)
        case .journal: JournalTarget.violations(input)
        }
    }
}
