import Synchronization
import Testing
import WhatsAppCore
import WhatsAppTesting

/// Nothing is done for a message that is not on record.
@Suite(.timeLimit(.minutes(1))) struct UnrecordedStepsTests {
    /// A disk that is full may have room again; a reply that is too large stays so.
    @Test("A user's next message does not overtake one whose steps cannot be recorded", arguments: [true, false])
    func stepsThatCannotBeRecorded(isTemporary: Bool) async throws {
        struct Refusal: StoreError { var isTemporary: Bool }
        let store = RefusingStore()
        let bench = Bench(store: store)
        try await bench.run { pipeline in
            store.refusal.withLock { $0 = Refusal(isTemporary: isTemporary) }
            _ = try await pipeline.accept([.sample(id: "a", text: "first"), .sample(id: "b", text: "second")])
            if isTemporary {
                for pause in [1, 2, 4, 8, 16, 30, 30] {
                    await bench.clock.waitForSleepers(1)
                    bench.clock.advance(by: .seconds(pause))
                }
                await bench.clock.waitForSleepers(1)
                store.refusal.withLock { $0 = nil }
                bench.clock.advance(by: .seconds(30))
                await bench.observer.waitForOutcomes(2)
            } else {
                await bench.observer.events.wait { events in
                    events.count { if case .interrupted = $0 { true } else { false } } == 2
                }
            }
        }
        #expect(bench.sender.texts.map(\.body) == (isTemporary ? ["answer to first", "answer to second"] : []))
    }
}

/// A store that records nothing as long as it is told to refuse.
private final class RefusingStore: IdempotencyStore {
    let refusal = Mutex<(any StoreError)?>(nil)
    private let store: any IdempotencyStore = .inMemory

    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] { try await store.accept(messages) }
    func record(_ progress: [MessageProgress], for key: MessageKey) async throws {
        if let refusal = refusal.withLock({ $0 }) { throw refusal }
        try await store.record(progress, for: key)
    }
    func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] {
        try await store.unfinished()
    }
}
