import AnsariClient
import Synchronization
import Testing
import WhatsAppCore
import WhatsAppTesting

/// Our own backends keep every promise, and each promise is checked: a backend that breaks it is found out.
@Suite(.timeLimit(.minutes(2))) struct BackendConformanceTests {
    private static let answer: @Sendable (String) -> String = {
        "answer to \($0), " + String(repeating: "صبر 👋🏽 ", count: 99)
    }

    private static func api() -> (AnsariAPI, ConductedHandler) {
        let handler = ConductedHandler(SimulatedBackend(apiKey: Secret("key"), answer: answer))
        let api = AnsariAPI(
            configuration: .init(serverURL: "http://backend.test", apiKey: Secret("key")),
            http: InMemoryHTTPClient(["http://backend.test": handler]))
        return (api, handler)
    }

    @Test func theAnsariBackendConforms() async {
        let violations = await BackendConformance.check {
            let (api, handler) = Self.api()
            return .init(AnsariBackend(api), answer: Self.answer) { handler.conduct = $0 }
        }
        #expect(violations == [])
    }

    @Test func theStatelessAnsariBackendConforms() async {
        let violations = await BackendConformance.check {
            let (api, handler) = Self.api()
            return .init(StatelessAnsariBackend(api), answer: Self.answer) { handler.conduct = $0 }
        }
        #expect(violations == [])
    }

    @Test func aClosureConforms() async {
        let violations = await BackendConformance.check {
            .init(
                ClosureBackend { question in
                    AsyncThrowingStream<String, any Error> { pieces in
                        pieces.yield(Self.answer(question.text))
                        pieces.finish()
                    }
                }, answer: Self.answer)
        }
        #expect(violations == [])
    }

    @Test func everyPromiseHasADefectThatBreaksIt() {
        #expect(Set(PlantedBackend.Defect.allCases.map(\.promise)) == Set(BackendConformance.Promise.allCases))
    }

    @Test(arguments: PlantedBackend.Defect.allCases)
    func aPlantedDefectIsFound(defect: PlantedBackend.Defect) async {
        // Some are found because something that has to happen does not.
        let violations = await BackendConformance.check([defect.promise], within: .seconds(2)) {
            let (api, handler) = Self.api()
            let backend = PlantedBackend(base: AnsariBackend(api), defect: defect)
            return .init(backend, answer: Self.answer) { handler.conduct = $0 }
        }
        #expect(violations.contains { $0.promise == defect.promise.rawValue })
    }
}

/// A backend with a defect in front of it.
final class PlantedBackend: BackendClient {
    enum Defect: String, CaseIterable {
        case losesTheEnd, knowsUsersOnce, mixesUsersUp, waitsForTheWhole, namesAnotherOperation, hasErrorsOfItsOwn
        case takesABreakForTheEnd, makesAFailureOfACancellation, makesAnEndOfACancellation

        var promise: BackendConformance.Promise {
            switch self {
            case .losesTheEnd: .whole
            case .knowsUsersOnce: .knownUser
            case .mixesUsersUp: .manyAtOnce
            case .waitsForTheWhole: .streams
            case .namesAnotherOperation, .hasErrorsOfItsOwn: .failureIsTyped
            case .takesABreakForTheEnd: .breakIsThrown
            case .makesAFailureOfACancellation, .makesAnEndOfACancellation: .cancellation
            }
        }
    }

    private struct Failure: Error {}
    private let base: AnsariBackend
    private let defect: Defect
    private let users = Mutex<[WhatsAppUser]>([])

    init(base: AnsariBackend, defect: Defect) {
        self.base = base
        self.defect = defect
    }

    func register(_ guest: Guest) async throws {
        let isKnown = users.withLock { users in
            defer { users.append(guest.user) }
            return users.contains(guest.user)
        }
        if defect == .knowsUsersOnce, isKnown { throw BackendError(operation: .register, message: "known already") }
        try await changingErrors { try await base.register(guest) }
    }

    func openThread(for request: ThreadRequest) async throws -> String? {
        try await changingErrors { try await base.openThread(for: request) }
    }

    func answer(to question: Question) async throws -> any AsyncSequence<String, any Error> & Sendable {
        var question = question
        if defect == .mixesUsersUp { question.text = "question 0" }
        let pieces = try await changingErrors { [question] in try await base.answer(to: question) }
        let (stream, continuation) = AsyncThrowingStream<String, any Error>.makeStream()
        switch defect {
        case .losesTheEnd, .waitsForTheWhole:
            var whole = ""
            for try await piece in pieces { whole += piece }
            continuation.yield(defect == .losesTheEnd ? String(whole.dropLast()) : whole)
            continuation.finish()
            return stream
        case .takesABreakForTheEnd, .makesAnEndOfACancellation:
            // The stream ends when its reader is cancelled, and says nothing of it.
            Task {
                do { for try await piece in pieces { continuation.yield(piece) } } catch {}
                continuation.finish()
            }
            return stream
        default: return pieces
        }
    }

    private func changingErrors<Result>(_ body: () async throws -> Result) async throws -> Result {
        do { return try await body() } catch let error as BackendError {
            switch defect {
            case .namesAnotherOperation: throw BackendError(operation: .makeThread, message: error.message)
            case .hasErrorsOfItsOwn: throw Failure()
            default: throw error
            }
        } catch is CancellationError where defect == .makesAFailureOfACancellation {
            throw BackendError(operation: .answer, message: "cancelled")
        }
    }
}
