/// A passage that an answer cites: the numbers it is cited by, its source, and its text in each language there is.
public struct Citation: Sendable, Hashable {
    /// The passage in one language.
    public struct Text: Sendable, Hashable {
        /// An ISO 639-1 code, such as `ar`.
        public var language: String
        /// The words, without blank lines and without blanks around lines.
        public var words: String
    }

    /// The numbers that stand in the answer's body as `[n]`, without repeats.
    public private(set) var numbers: [Int]
    /// Where the passage is from, such as `Sahih al-Bukhari 8`; empty where the answer does not say.
    public var source: String
    /// The passage, each language once, in the order in which they were found.
    public private(set) var texts: [Text] = []

    /// Makes a citation without text.
    public init(number: Int, source: String) {
        numbers = [number]
        self.source = source
    }

    /// Adds words. Those of a language that is there already become its next line; blank ones are dropped.
    ///
    /// - Parameter label: the language as the answer names it, such as `ar` or `en-GB`; `nil` where it does not. It is
    ///   believed if it fits the script of the words, else their language is guessed by script.
    public mutating func add(_ words: String, labelled label: String? = nil) {
        let words = words.withoutBlankLines
        guard !words.isEmpty else { return }
        let language = CitedLanguage.code(of: words, labelled: label)
        if let index = texts.firstIndex(where: { $0.language == language }) {
            texts[index].words += "\n" + words
        } else {
            texts.append(Text(language: language, words: words))
        }
    }

    /// The passage in `language`.
    public func words(in language: String) -> String? {
        texts.first { $0.language == language }?.words
    }

    /// The words to translate so that a reader of `language` understands the passage: those in Arabic script, where there
    /// are none in `language`. `nil` where nothing is missing.
    public func wordsToTranslate(into language: String) -> String? {
        guard words(in: language) == nil else { return nil }
        return words(in: "ar") ?? texts.first { ArabicScript.serves($0.language) }?.words
    }

    /// Takes over a translation of ``wordsToTranslate(into:)``, whatever script it is in.
    public mutating func addTranslation(_ words: String, language: String) {
        let words = words.withoutBlankLines
        guard !words.isEmpty, self.words(in: language) == nil else { return }
        texts.append(Text(language: language, words: words))
    }
}

// MARK: Equal citations

extension Citation {
    /// The citations by number, with equal ones made one that has all their numbers. Equal are those of the same source
    /// that have a text in common, or no text at all, and differ in no language. Linear, but for the sorting.
    public static func merging(_ citations: [Citation]) -> [Citation] {
        var merged: [Citation] = []
        var places: [Fingerprint: Int] = [:]
        let sorted = citations.enumerated().sorted { a, b in
            (a.element.numbers[0], a.offset) < (b.element.numbers[0], b.offset)
        }
        for (_, citation) in sorted {
            let fingerprints = citation.fingerprints
            var place = fingerprints.lazy.compactMap { places[$0] }.first ?? merged.count
            if place < merged.count, merged[place].agrees(with: citation) {
                merged[place].absorb(citation)
            } else {
                place = merged.count
                merged.append(citation)
            }
            for fingerprint in fingerprints where places[fingerprint] == nil { places[fingerprint] = place }
        }
        return merged
    }

    /// By what a citation that may be equal is found.
    private struct Fingerprint: Hashable {
        var source: String
        var text: Text?
    }

    private var fingerprints: [Fingerprint] {
        texts.isEmpty ? [Fingerprint(source: source)] : texts.map { Fingerprint(source: source, text: $0) }
    }

    private func agrees(with other: Citation) -> Bool {
        other.texts.allSatisfy { text in words(in: text.language).map { $0 == text.words } ?? true }
    }

    /// Takes over the numbers, which are not smaller than its own, and the languages that it lacks.
    private mutating func absorb(_ other: Citation) {
        for number in other.numbers where number != numbers.last { numbers.append(number) }
        for text in other.texts where words(in: text.language) == nil { texts.append(text) }
    }
}

extension String {
    /// The lines that are not blank, without the blanks around them.
    fileprivate var withoutBlankLines: String {
        let bytes = Array(utf8)
        let lines = bytes.split { $0 == 0x0A || $0 == 0x0D }.map { bytes.trimmingBlanks($0.indices) }
        let joined = lines.filter { !$0.isEmpty }.map { bytes[$0] }.joined(separator: CollectionOfOne(0x0A))
        return String(decoding: Array(joined), as: UTF8.self)
    }
}
