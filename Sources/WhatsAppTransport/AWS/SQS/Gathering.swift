internal import Synchronization

/// Gathers what comes while a batch is under way into the next one: few calls under load, and no delay without.
final class Gathering<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])
    private let bell = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    func add(_ element: Element) {
        elements.withLock { $0.append(element) }
        bell.continuation.yield()
    }

    /// Nothing more comes.
    func finish() { bell.continuation.finish() }

    /// Gives each batch of at most `most` to `body`, one after the other, until ``finish()`` and nothing is left.
    func forEachBatch(upTo most: Int, _ body: ([Element]) async -> Void) async {
        for await _ in bell.stream { await drain(upTo: most, body) }
        await drain(upTo: most, body)
    }

    private func drain(upTo most: Int, _ body: ([Element]) async -> Void) async {
        while let batch = take(most) { await body(batch) }
    }

    private func take(_ most: Int) -> [Element]? {
        elements.withLock { elements in
            guard !elements.isEmpty else { return nil }
            defer { elements.removeFirst(min(most, elements.count)) }
            return Array(elements.prefix(most))
        }
    }
}
