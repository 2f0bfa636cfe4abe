/// Fills in what the citations of an answer lack, before the answer is formatted.
public protocol CitationTranslator: Sendable {
    /// The answer with its citations completed. It never fails an answer and never holds it up beyond its own deadline:
    /// what could not be filled in by then stays as it is.
    func completeCitations(of answer: String) async -> String
}

/// Leaves citations as they are.
public struct UntranslatedCitations: CitationTranslator {
    /// Makes it.
    public init() {}

    /// The answer as it is.
    public func completeCitations(of answer: String) async -> String { answer }
}

extension CitationTranslator where Self == UntranslatedCitations {
    /// Leaves citations as they are.
    public static var none: UntranslatedCitations { UntranslatedCitations() }
}
