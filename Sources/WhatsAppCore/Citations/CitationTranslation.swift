/// Gives each citation a text that the reader understands, and lays the section of citations out compactly.
///
/// Citations with Arabic text and none in the target language are translated: all at once, equal texts once, by one
/// deadline for all. What is not there by then stays as it is. Texts that the backend brought are never replaced.
public struct CitationTranslation: CitationTranslator {
    /// How to translate.
    public struct Configuration: Sendable {
        /// The ISO 639-1 code of the readers' language.
        public var targetLanguage = "en"
        /// How long an answer may wait for all its translations together. No answer waits longer, as long as the
        /// translator returns soon after it was cancelled.
        public var deadline = Duration.seconds(20)
        /// How many translations of one answer may run at a time; 1 at least.
        public var maximumConcurrentTranslations = 10
        /// How many bytes the translations that are remembered may take: each takes the UTF-8 of its two texts, and 256.
        /// The one that was not needed for the longest goes first.
        public var cacheBytes = 4 << 20

        /// Makes a configuration: English, 20 seconds, ten at a time, 4 MiB.
        public init() {}
    }

    private let configuration: Configuration
    private let translator: (any Translator)?
    private let clock: any ServiceClock
    private let onFailure: @Sendable (TranslationError) -> Void
    private let cache: TranslationCache

    /// Makes it; copies share what they remember.
    /// - Parameters:
    ///   - configuration: the language and the limits.
    ///   - translator: what translates; with `nil` citations are laid out, and nothing is translated.
    ///   - clock: what the deadline is measured by.
    ///   - onFailure: is told why a translation is missing, from any task, so that an operator learns of it.
    public init(
        configuration: Configuration = Configuration(), translator: (any Translator)?,
        clock: any ServiceClock = .system,
        onFailure: @escaping @Sendable (TranslationError) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.translator = translator
        self.clock = clock
        self.onFailure = onFailure
        cache = TranslationCache(limit: configuration.cacheBytes)
    }

    /// The answer with its citations translated and laid out. An answer without citations is returned byte for byte. When
    /// the calling task is cancelled, so are the translations, and what is there is returned.
    public func completeCitations(of answer: String) async -> String {
        guard var cited = CitedAnswer(answer) else { return answer }
        cited.citations = Citation.merging(cited.citations)
        let language = configuration.targetLanguage
        let missing = cited.citations.map { $0.wordsToTranslate(into: language) }
        let translations = await translations(of: missing.compactMap(\.self))
        for (index, words) in missing.enumerated() {
            guard let words, let translation = translations[words] else { continue }
            cited.citations[index].addTranslation(translation, language: language)
        }
        return cited.markdown
    }

    /// What is known or can be found out by the deadline.
    private func translations(of texts: [String]) async -> [String: String] {
        guard let translator else { return [:] }
        var translations: [String: String] = [:]
        var unknown: [TranslationRequest] = []
        var seen: Set<String> = []
        for text in texts where seen.insert(text).inserted {
            let request = TranslationRequest(text: text, targetLanguage: configuration.targetLanguage)
            if let known = cache[request] { translations[text] = known } else { unknown.append(request) }
        }
        guard !unknown.isEmpty else { return translations }
        for (request, translation) in await race(unknown, translator) { translations[request.text] = translation }
        return translations
    }

    private enum Outcome: Sendable {
        case translated(TranslationRequest, String)
        case failed
        case deadline
    }

    /// Translates with a bounded number of tasks until all is done or the deadline has passed. What arrives while the rest
    /// is being cancelled counts as well.
    private func race(
        _ requests: [TranslationRequest], _ translator: any Translator
    ) async -> [TranslationRequest: String] {
        await withTaskGroup(of: Outcome.self) { group in
            group.addTask {
                try? await clock.sleep(for: configuration.deadline)
                return .deadline
            }
            var waiting = requests[...]
            for _ in 0..<max(1, configuration.maximumConcurrentTranslations) {
                guard let request = waiting.popFirst() else { break }
                group.addTask { await outcome(of: request, translator) }
            }
            var translations: [TranslationRequest: String] = [:]
            var open = requests.count
            for await outcome in group {
                switch outcome {
                case .deadline:
                    if open > 0, !Task.isCancelled { reportLate(open, of: requests.count) }
                    waiting = []
                    group.cancelAll()
                case .translated(let request, let translation):
                    translations[request] = translation
                    fallthrough
                case .failed:
                    open -= 1
                    if open == 0 { group.cancelAll() }
                    if let next = waiting.popFirst() { group.addTask { await self.outcome(of: next, translator) } }
                }
            }
            return translations
        }
    }

    private func outcome(of request: TranslationRequest, _ translator: any Translator) async -> Outcome {
        do {
            let translation = try await translator.translate(request)
            guard translation.contains(where: { !$0.isWhitespace }) else {
                throw TranslationError(code: .empty, message: "The translator returned no text.")
            }
            cache.insert(translation, for: request)
            return .translated(request, translation)
        } catch let error as TranslationError {
            onFailure(error)
        } catch {
            // Whoever cancelled knows it.
            if !Task.isCancelled { onFailure(TranslationError(code: .unavailable, message: "\(error)", cause: error)) }
        }
        return .failed
    }

    private func reportLate(_ missing: Int, of count: Int) {
        onFailure(
            TranslationError(
                code: .late,
                message: "\(missing) of \(count) translations were not there after \(configuration.deadline)."))
    }
}

extension CitationTranslator where Self == CitationTranslation {
    /// Lays citations out, and translates nothing.
    public static var layout: CitationTranslation { CitationTranslation(translator: nil) }

    /// Lays citations out, and translates with `translator` what English readers would not understand.
    public static func translated(by translator: any Translator) -> CitationTranslation {
        CitationTranslation(translator: translator)
    }
}
