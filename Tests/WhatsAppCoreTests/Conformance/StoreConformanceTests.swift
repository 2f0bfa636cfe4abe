import Testing
import WhatsAppTesting

@testable import WhatsAppCore

/// Our own stores keep every promise, and each promise is checked: a store that breaks it is found out.
@Suite(.timeLimit(.minutes(2))) struct StoreConformanceTests {
    @Test func theStoreInMemoryConforms() async {
        let violations = await StoreConformance.check { InMemoryStore() }
        #expect(violations == [])
    }

    @Test func theJournalConforms() async {
        let violations = await StoreConformance.check(subject: { try JournalSubject().subject })
        #expect(violations == [])
    }

    @Test func aStoreBesideAConformingOneConforms() async {
        let violations = await StoreConformance.check { PlantedStore(nil) }
        #expect(violations == [])
    }

    @Test(arguments: PlantedStore.Defect.allCases)
    func aPlantedDefectIsFound(defect: PlantedStore.Defect) async {
        let violations = await StoreConformance.check([defect.promise]) { PlantedStore(defect) }
        #expect(violations.contains { $0.promise == defect.promise.rawValue })
    }

    @Test(arguments: JournalSubject.Defect.allCases)
    func aPlantedDefectOfDurabilityIsFound(defect: JournalSubject.Defect) async {
        let violations = await StoreConformance.check([defect.promise], subject: { try JournalSubject(defect).subject })
        #expect(violations.contains { $0.promise == defect.promise.rawValue })
    }

    @Test func everyPromiseHasADefectThatBreaksIt() {
        let broken = PlantedStore.Defect.allCases.map(\.promise) + JournalSubject.Defect.allCases.map(\.promise)
        #expect(Set(broken) == Set(StoreConformance.Promise.allCases))
    }

    /// A check that cannot come to its end is one that failed.
    @Test func aStoreThatHangsIsFound() async {
        struct Hanging: IdempotencyStore {
            func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
                await Gate().pass("for ever")
                throw CancellationError()
            }
            func record(_ progress: [MessageProgress], for key: MessageKey) async throws {}
            func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] { [] }
        }
        let violations = await StoreConformance.check([.newOnce], within: .milliseconds(50)) { Hanging() }
        #expect(violations.map(\.seen) == ["it does not come to an end within 0.05 seconds"])
    }
}

/// A store in memory with one defect.
final class PlantedStore: IdempotencyStore {
    enum Defect: String, CaseIterable {
        case tellsAllNew, forgetsWhatEnded, looksBeforeItTakes, keepsTheIgnored, comesBackwards, shortensTexts,
            losesMilliseconds
        case losesASuspension, sortsTheSteps, forgetsInNineDays, heedsCancellation, answersEarlier, bringsBackToLife

        var promise: StoreConformance.Promise {
            switch self {
            case .tellsAllNew: .newOnce
            case .forgetsWhatEnded: .finishedHasEnded
            case .looksBeforeItTakes: .newOnceAtOnce
            case .keepsTheIgnored: .ignoredHasEnded
            case .comesBackwards: .order
            case .shortensTexts, .losesMilliseconds: .wholeMessage
            case .losesASuspension, .sortsTheSteps: .wholeProgress
            case .forgetsInNineDays: .remembered
            case .heedsCancellation: .shielded
            case .answersEarlier: .sameWithoutTask
            case .bringsBackToLife: .endIsFinal
            }
        }
    }

    private let defect: Defect?
    private let store = InMemoryStore()
    private let seen = Recorder<AcceptedMessage>()

    init(_ defect: Defect?) { self.defect = defect }

    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        if defect == .heedsCancellation { try Task.checkCancellation() }
        let known = Set(seen.elements.map(\.key))
        if defect == .looksBeforeItTakes { await Task.yield() }
        messages.forEach(seen.append)
        let acceptances = try await store.accept(messages.map(changed))
        switch defect {
        case .tellsAllNew: return messages.map { _ in .new }
        case .looksBeforeItTakes: return messages.map { known.contains($0.key) ? .duplicate : .new }
        case .forgetsInNineDays:
            return messages.map { message in
                let age = seen.elements.first { $0.key == message.key }.map {
                    message.acceptedAt.duration(since: $0.acceptedAt)
                }
                return age.map { $0 > .seconds(9 * 86_400) } ?? true || !known.contains(message.key) ? .new : .duplicate
            }
        case .forgetsWhatEnded:
            let unfinished = Set(try await store.unfinished().map(\.message.key))
            return zip(messages, acceptances).map { unfinished.contains($0.key) ? $1 : .new }
        default: return acceptances
        }
    }

    func acceptEventually(_ messages: [AcceptedMessage]) -> Eventual<Result<[Acceptance], any Error>> {
        if defect == .answersEarlier { return .now(.success(messages.map { _ in .new })) }
        return .awaiting { [self] in
            do { return .success(try await accept(messages)) } catch { return .failure(error) }
        }
    }

    func record(_ progress: [MessageProgress], for key: MessageKey) async throws {
        if defect == .bringsBackToLife, let message = seen.elements.first(where: { $0.key == key }) {
            var again = message
            again.key = MessageKey(phoneNumberID: "again", messageID: "\(key)")
            if case .sent = progress.first { _ = try await store.accept([again]) }
        }
        try await store.record(progress.filter { defect != .losesASuspension || $0 != .suspended }, for: key)
    }

    func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] {
        let unfinished = try await store.unfinished()
        switch defect {
        case .comesBackwards: return unfinished.reversed()
        case .sortsTheSteps: return unfinished.map { ($0.message, $0.progress.sorted { "\($0)" < "\($1)" }) }
        default: return unfinished
        }
    }

    private func changed(_ message: AcceptedMessage) -> AcceptedMessage {
        var message = message
        switch defect {
        case .keepsTheIgnored: message.plan = .answer
        case .shortensTexts: message.text = message.text.map { String($0.prefix(1000)) }
        case .losesMilliseconds: message.acceptedAt = UnixTime(seconds: message.acceptedAt.seconds)
        default: break
        }
        return message
    }
}

/// A journal over files that lose power and fail, perhaps with a defect in front of it.
struct JournalSubject {
    enum Defect: String, CaseIterable {
        case acknowledgesEarly, forgetsRecords, swallowsErrors, takesOneByOne

        var promise: StoreConformance.Promise {
            switch self {
            case .acknowledgesEarly, .forgetsRecords: .survives
            case .swallowsErrors: .failsAloud
            case .takesOneByOne: .allOrNone
            }
        }
    }

    let subject: StoreConformance.Subject

    init(_ defect: Defect? = nil) throws {
        let disks = Recorder<FaultyFiles>()
        disks.append(FaultyFiles())
        @Sendable func open() throws -> any IdempotencyStore {
            let disk = disks.elements[disks.elements.count - 1]
            return DefectiveJournal(store: try JournalStore(files: disk), defect: defect, disk: disk)
        }
        subject = StoreConformance.Subject(
            try open(),
            reopen: {
                disks.append(disks.elements[disks.elements.count - 1].afterPowerLoss())
                return try open()
            },
            fail: {
                let disk = disks.elements[disks.elements.count - 1]
                // A store that writes one message after the other gets some of them down.
                disk.fault = .init(
                    .error(5), at: disk.operationCount + (defect == .takesOneByOne ? 5 : 1), isSticky: true)
            })
    }
}

private struct DefectiveJournal: IdempotencyStore {
    let store: JournalStore
    let defect: JournalSubject.Defect?
    let disk: FaultyFiles

    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        switch defect {
        case .acknowledgesEarly: return messages.map { _ in .new }
        case .swallowsErrors: return (try? await store.accept(messages)) ?? messages.map { _ in .duplicate }
        case .takesOneByOne:
            var acceptances: [Acceptance] = []
            for message in messages { acceptances += try await store.accept([message]) }
            return acceptances
        default: return try await store.accept(messages)
        }
    }

    func record(_ progress: [MessageProgress], for key: MessageKey) async throws {
        if defect == .swallowsErrors { return (try? await store.record(progress, for: key)) ?? () }
        if defect != .forgetsRecords { try await store.record(progress, for: key) }
    }

    func unfinished() async throws -> [(message: AcceptedMessage, progress: [MessageProgress])] {
        try await store.unfinished()
    }
}
