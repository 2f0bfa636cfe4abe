internal import Synchronization

/// Translations that were made, as many as fit; the one that was not asked for the longest goes first.
final class TranslationCache: Sendable {
    private let memory: Mutex<Memory>

    /// - Parameter limit: how many bytes it may take.
    init(limit: Int) { memory = Mutex(Memory(limit: limit)) }

    /// The translation, if it is known.
    subscript(request: TranslationRequest) -> String? {
        memory.withLock { $0.value(for: request) }
    }

    /// Keeps a translation.
    func insert(_ translation: String, for request: TranslationRequest) {
        memory.withLock { $0.insert(translation, for: request) }
    }
}

extension TranslationCache {
    /// A dictionary whose entries are chained from the one used last to the one used first.
    private struct Memory {
        struct Entry {
            var translation: String
            var newer: TranslationRequest?
            var older: TranslationRequest?
        }

        /// About what an entry takes beside its texts.
        static let overhead = 256

        let limit: Int
        private var size = 0
        private var entries: [TranslationRequest: Entry] = [:]
        private var newest: TranslationRequest?
        private var oldest: TranslationRequest?

        init(limit: Int) { self.limit = limit }

        mutating func value(for request: TranslationRequest) -> String? {
            guard let entry = remove(request) else { return nil }
            append(entry.translation, for: request)
            return entry.translation
        }

        mutating func insert(_ translation: String, for request: TranslationRequest) {
            _ = remove(request)
            guard Self.size(request, translation) <= limit else { return }
            append(translation, for: request)
            while size > limit, let oldest { _ = remove(oldest) }
        }

        private mutating func append(_ translation: String, for request: TranslationRequest) {
            entries[request] = Entry(translation: translation, older: newest)
            if let newest { entries[newest]?.newer = request } else { oldest = request }
            newest = request
            size += Self.size(request, translation)
        }

        private mutating func remove(_ request: TranslationRequest) -> Entry? {
            guard let entry = entries.removeValue(forKey: request) else { return nil }
            if let newer = entry.newer { entries[newer]?.older = entry.older } else { newest = entry.older }
            if let older = entry.older { entries[older]?.newer = entry.newer } else { oldest = entry.newer }
            size -= Self.size(request, entry.translation)
            return entry
        }

        private static func size(_ request: TranslationRequest, _ translation: String) -> Int {
            request.text.utf8.count + translation.utf8.count + overhead
        }
    }
}
