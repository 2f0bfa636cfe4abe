internal import Synchronization
internal import WhatsAppCore

/// A store that forgets, or promises too much.
final class PlantedStore: IdempotencyStore {
    private let store: any IdempotencyStore
    private let defect: PlantedDefect?
    private let executor: SimulationExecutor
    private let known = Mutex<Set<MessageKey>>([])

    init(_ store: any IdempotencyStore, defect: PlantedDefect?, executor: SimulationExecutor) {
        self.store = store
        self.defect = defect
        self.executor = executor
    }

    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        switch defect {
        case .acceptBeforeDurable:
            let isNew = known.withLock { known in messages.map { known.insert($0.key).inserted } }
            guard isNew.allSatisfy({ $0 }) else { return try await store.accept(messages) }
            Task(executorPreference: executor) { [store] in try await store.accept(messages) }
            return messages.map { _ in .new }
        case .forgetFinishedIDs:
            let acceptances = try await store.accept(messages)
            return known.withLock { known in
                zip(messages, acceptances).map { known.insert($0.key).inserted ? .new : $1 }
            }
        default:
            return try await store.accept(messages)
        }
    }

    func record(_ progress: [MessageProgress], for key: MessageKey) async throws {
        let kept = progress.flatMap { step -> [MessageProgress] in
            switch (defect, step) {
            case (.forgetSent, .sent): []
            case (.forgetAttempts, .attempted): []
            case (.finishEarly, .sending): [step, .finished(.answered(parts: 1))]
            default: [step]
            }
        }
        guard !kept.isEmpty else { return }
        guard defect == .progressNotAwaited else { return try await store.record(kept, for: key) }
        Task(executorPreference: executor) { [store] in try await store.record(kept, for: key) }
    }

    func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] {
        let unfinished = try await store.unfinished()
        known.withLock { $0.formUnion(unfinished.map(\.message.key)) }
        switch defect {
        case .resumeBackwards: return unfinished.reversed()
        case .regenerateAnswer, .forgetIntent:
            return unfinished.map { ($0.message, $0.progress.filter { !isForgotten($0) }) }
        default: return unfinished
        }
    }

    private func isForgotten(_ step: MessageProgress) -> Bool {
        switch step {
        case .replied, .sent: defect == .regenerateAnswer
        case .sending, .notSent: true
        case .attempted, .suspended, .threadOpened, .finished, .replayed: false
        }
    }
}
