import WhatsAppCore

/// Checks what is promised of texts on those that one seed gives.
package enum TextSeed {
    private static let limits = [16, 17, 23, 40, 64]

    /// What the formatter breaks.
    package static func formatterViolations(_ seed: UInt64) -> [String] {
        var random = SeededRandom(seed: seed)
        let signs = GeneratedText.signs(&random)
        var violations = FormatterProperties.violations(of: signs)
        // Stated without exceptions, for this text has none.
        let result = WhatsAppFormatter().format(signs)
        if result.filter(isLetter) != signs.filter(isLetter) { violations.append("a letter is lost: \(signs)") }

        let escapes = GeneratedText.escapes(&random)
        violations += FormatterProperties.violations(of: escapes)
        if WhatsAppReader.read(WhatsAppFormatter().format(escapes)).pairs > 0 {
            violations.append("escaped text binds: \(escapes.debugDescription)")
        }
        let emphasized = GeneratedText.emphasized(&random)
        violations += FormatterProperties.violations(of: emphasized)
        if WhatsAppReader.read(WhatsAppFormatter().format(emphasized)).visible.contains(where: "*_~".contains) {
            violations.append("a mark does not bind: \(emphasized.debugDescription)")
        }
        return violations + FormatterProperties.violations(of: GeneratedText.markdown(&random))
    }

    /// What the chunker breaks.
    package static func chunkerViolations(_ seed: UInt64) -> [String] {
        var random = SeededRandom(seed: seed)
        let (formatted, clusters) = (GeneratedText.formatted(&random), GeneratedText.clusters(&random))
        let (fences, markdown) = (GeneratedText.fences(&random), GeneratedText.markdown(&random))
        var violations: [String] = []
        for limit in limits {
            for text in [formatted, clusters, fences] {
                violations += ChunkerProperties.violations(of: text, limit: limit)
            }
            for part in WhatsAppChunker(limit: limit).parts(of: fences) where hasEmptyCode(part) {
                violations.append("a code block is empty: limit \(limit), \(part.debugDescription)")
            }
        }
        let whole = WhatsAppFormatter().format(markdown)
        for limit in [24, 40, 100] {
            let parts = WhatsAppChunker(limit: limit).parts(of: whole)
            if parts.map(essence).joined() != essence(whole) {
                violations.append("parts read otherwise: limit \(limit), \(whole.debugDescription) → \(parts)")
            }
        }
        return violations
    }

    private static func isLetter(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    private static func hasEmptyCode(_ part: String) -> Bool {
        let pieces = part.split(separator: "```", omittingEmptySubsequences: false)
        return pieces.indices.contains { $0 % 2 == 1 && pieces[$0].allSatisfy(\.isWhitespace) }
    }

    /// What a reader sees, however it is broken into lines.
    private static func essence(_ text: String) -> String {
        WhatsAppReader.read(text).visible.filter { !$0.isWhitespace && $0 != ">" && $0 != "\u{2060}" }
    }
}
