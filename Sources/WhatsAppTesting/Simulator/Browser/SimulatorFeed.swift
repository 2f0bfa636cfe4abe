internal import Synchronization
internal import WhatsAppCore

/// What happened, as numbered JSON objects, for any number of readers, each at its own pace.
///
/// The page is a fold over it: who comes late, or comes back, reads what it missed. The oldest entries go when there are
/// more than `limit`.
final class SimulatorFeed: Sendable {
    struct Entry: Sendable {
        var number: Int
        var json: [UInt8]
    }
    private struct State {
        var entries: [Entry] = []
        var count = 0
        var bells: [Int: AsyncStream<Void>.Continuation] = [:]
        var bellCount = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    private let clock: any ServiceClock

    init(limit: Int = 5000, clock: any ServiceClock = .system) {
        self.limit = limit
        self.clock = clock
    }

    /// Adds an entry of this type, dated now, with the members that `body` adds.
    func append(_ type: String, _ body: (inout JSONWriter) -> Void = { _ in }) {
        let json = JSONWriter.object {
            $0.add("type", type)
            $0.add("time", clock.now.milliseconds)
            body(&$0)
        }
        let bells = state.withLock { state in
            state.entries.append(Entry(number: state.count, json: json))
            state.count += 1
            if state.entries.count > limit { state.entries.removeFirst(state.entries.count - limit) }
            return Array(state.bells.values)
        }
        for bell in bells { bell.yield() }
    }

    /// The entries from this number on that are still there.
    func entries(from number: Int) -> ArraySlice<Entry> {
        state.withLock { state in
            let passed = state.count - state.entries.count
            return state.entries.dropFirst(max(0, min(number - passed, state.entries.count)))
        }
    }

    /// How many wait for entries.
    var readers: Int { state.withLock { $0.bells.count } }

    /// All entries from this number on, and then those to come, several at a time.
    func read(from number: Int) -> Reading { Reading(feed: self, number: number) }

    struct Reading: AsyncSequence, Sendable {
        typealias Element = ArraySlice<Entry>
        let feed: SimulatorFeed
        let number: Int

        func makeAsyncIterator() -> Iterator {
            Iterator(feed: feed, number: number, bells: feed.hangBell().makeAsyncIterator())
        }

        struct Iterator: AsyncIteratorProtocol {
            let feed: SimulatorFeed
            var number: Int
            var bells: AsyncStream<Void>.AsyncIterator

            mutating func next() async -> ArraySlice<Entry>? {
                while true {
                    let entries = feed.entries(from: number)
                    if let last = entries.last {
                        number = last.number + 1
                        return entries
                    }
                    if await bells.next() == nil { return nil }
                }
            }
        }
    }

    /// A bell that rings when there is something new. It is taken down when its reader is gone.
    private func hangBell() -> AsyncStream<Void> {
        let (rings, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.bellCount += 1
            state.bells[state.bellCount] = bell
            return state.bellCount
        }
        bell.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.bells.removeValue(forKey: number) }
        }
        return rings
    }
}
