import Synchronization
import Testing
import WhatsAppCore
import WhatsAppTesting

@Suite(.timeLimit(.minutes(2))) struct IntakeConformanceTests {
    private static func pipeline(_ setting: IntakeConformance.Setting) async throws -> MessagePipeline {
        var configuration = MessagePipeline.Configuration()
        configuration.maximumActiveUsers = 2
        configuration.maximumWaitingMessages = 20
        return try await MessagePipeline(
            configuration: configuration, store: setting.store, backend: setting.backend, sender: setting.sender,
            formatter: .identity, chunker: .whatsApp)
    }

    @Test func thePipelineConforms() async {
        let violations = await IntakeConformance.check { setting in
            let pipeline = try await Self.pipeline(setting)
            return .init(pipeline, capacity: 22) { await pipeline.run() }
        }
        #expect(violations == [])
    }

    @Test func everyPromiseHasADefectThatBreaksIt() {
        #expect(Set(PlantedIntake.Defect.allCases.map(\.promise)) == Set(IntakeConformance.Promise.allCases))
    }

    @Test(arguments: PlantedIntake.Defect.allCases)
    func aPlantedDefectIsFound(defect: PlantedIntake.Defect) async {
        // Some of them are found because something that has to happen does not.
        let violations = await IntakeConformance.check([defect.promise], within: .seconds(2)) { setting in
            let pipeline = try await Self.pipeline(setting)
            return .init(PlantedIntake(pipeline, setting, defect), capacity: 22) { await pipeline.run() }
        }
        #expect(violations.contains { $0.promise == defect.promise.rawValue })
    }
}

/// A pipeline with a defect in front of it.
final class PlantedIntake: MessageIntake {
    enum Defect: String, CaseIterable {
        case allAreNew, worksTwice, worksOnIgnored, keepsInMemory, worksBeforeItIsDurable, answersEarlier,
            takesInForEver
        case hasNoBound, choosesItsStatuses, losesStatuses, asksForNone

        var promise: IntakeConformance.Promise {
            switch self {
            case .allAreNew: .tellsNew
            case .worksTwice: .worksOnce
            case .worksOnIgnored: .ignores
            case .keepsInMemory: .durable
            case .worksBeforeItIsDurable: .failsAloud
            case .answersEarlier: .sameWithoutTask
            case .takesInForEver: .stops
            case .hasNoBound: .overload
            case .losesStatuses, .asksForNone: .awaitedStatus
            case .choosesItsStatuses: .strangeStatus
            }
        }
    }

    private let pipeline: MessagePipeline
    private let setting: IntakeConformance.Setting
    private let defect: Defect
    private let known = Mutex<Set<MessageKey>>([])

    init(_ pipeline: MessagePipeline, _ setting: IntakeConformance.Setting, _ defect: Defect) {
        self.pipeline = pipeline
        self.setting = setting
        self.defect = defect
    }

    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        switch defect {
        case .allAreNew: return try await pipeline.accept(messages).map { _ in .new }
        case .worksTwice: return try await pipeline.accept(messages + messages.map(Self.copy)).dropLast(messages.count)
        case .worksOnIgnored:
            return try await pipeline.accept(
                messages.map { message in
                    var message = message
                    message.plan = .answer
                    return message
                })
        case .keepsInMemory:
            return messages.map { known.withLock { [key = $0.key] in $0.insert(key).inserted ? .new : .duplicate } }
        case .worksBeforeItIsDurable:
            for message in messages {
                _ = try await setting.backend.answer(to: Question(user: message.user, text: message.text ?? ""))
            }
            return try await pipeline.accept(messages)
        case .takesInForEver: return (try? await pipeline.accept(messages)) ?? messages.map { _ in .new }
        case .hasNoBound: return (try? await pipeline.accept(messages)) ?? messages.map { _ in .new }
        default: return try await pipeline.accept(messages)
        }
    }

    func acceptEventually(_ messages: [AcceptedMessage]) -> Eventual<Result<[Acceptance], any Error>> {
        if defect == .answersEarlier { return .now(.success(messages.map { _ in .new })) }
        return .awaiting { [self] in
            do { return .success(try await accept(messages)) } catch { return .failure(error) }
        }
    }

    func receive(_ status: MessageStatus) async throws {
        if defect == .choosesItsStatuses, status.callbackData == nil { throw IntakeError.overloaded }
        if defect != .losesStatuses { try await pipeline.receive(status) }
    }

    func awaits(_ status: MessageStatus) -> Bool {
        defect != .asksForNone && pipeline.awaits(status)
    }

    private static func copy(_ message: AcceptedMessage) -> AcceptedMessage {
        var copy = message
        copy.key = MessageKey(phoneNumberID: "copy", messageID: "\(message.key)")
        return copy
    }
}
