import Synchronization
import Testing
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

/// Real loads, over loopback, on a server composed from the library: as it should be, and with one defect each.
@Suite(.timeLimit(.minutes(1)), .serialized) struct LoadTestTests {
    private typealias Change = @Sendable (inout LoadPlan, inout LoadTest.Conditions) -> Void
    private static let loads: [(String, Change)] = [
        ("closed", { _, _ in }), ("by connections", { plan, _ in plan.pace = .acknowledged(connections: 4) }),
        ("open", { plan, _ in plan.pace = .rate(200) }), ("at once", { plan, _ in plan.pace = .burst }),
        (
            "as bad as Meta can be",
            { plan, conditions in
                (plan.pace, plan.duplicates, plan.batch, plan.hasLongAnswers) = (.rate(100), 0.5, 3, true)
                conditions.hasStatuses = true
            }
        ),
    ]

    @Test(arguments: loads)
    private func aGoodServerIsFoundGood(
        _ name: String, _ change: Change
    ) async throws {
        var (plan, conditions) = (LoadPlan(), LoadTest.Conditions())
        (plan.users, plan.extent) = (30, .messages(60))
        (conditions.patience, conditions.quiet) = (.seconds(20), .milliseconds(100))
        change(&plan, &conditions)
        let (figures, truth) = try await Server.load(plan, conditions)
        #expect(truth.violations == [])
        #expect(truth.asked == 60)
        #expect(figures.questions == 60)
        #expect(figures.answered.count == 60)
        let copies = (0..<(plan.deliveries ?? 0)).reduce(0) { $0 + plan.delivery($1).copies.count }
        #expect(figures.acknowledged.count == copies)
        #expect(figures.attempts == [200: copies])
        if conditions.hasStatuses { #expect(figures.statusAttempts[200, default: 0] >= figures.texts) }
    }

    @Test func aWeekOfOldMessagesHearsNothing() async throws {
        var plan = LoadPlan()
        (plan.users, plan.extent, plan.pace, plan.isReplay) = (40, .messages(200), .burst, true)
        let (figures, truth) = try await Server.load(plan, Server.conditions)
        #expect(truth.violations == [])
        #expect(figures.acknowledged.count == 200)
        #expect(figures.texts == 0)
    }

    @Test(arguments: Server.Defect.allCases) fileprivate func aBrokenServerIsFound(_ defect: Server.Defect) async throws
    {
        var plan = LoadPlan()
        (plan.users, plan.extent, plan.pace) = (5, .messages(10), .acknowledged(connections: 1))
        plan.hasLongAnswers = defect == .dropsAPart || defect == .swapsTwoTexts(inOneAnswer: true)
        plan.isReplay = defect == .answersTheOld
        if defect == .refusesDeliveries { plan.pace = .burst }
        let (_, truth) = try await Server.load(plan, Server.conditions, defect)
        let found: Bool
        switch defect {
        case .losesMessages: found = truth.lost == 2
        case .sendsTwice: found = truth.twice == 10
        case .dropsAPart: found = truth.incomplete == 10
        case .swapsTwoTexts(inOneAnswer: true): found = truth.partsOutOfOrder > 0
        case .swapsTwoTexts(inOneAnswer: false): found = truth.answersOutOfOrder == 5
        case .sendsToAnother: found = truth.misdirected == 10
        case .answersTheOld: found = truth.unwanted == 10
        case .hasAnotherToken: found = truth.refused.count == 1 && truth.lost == 10
        case .refusesDeliveries: found = truth.unacknowledged == 10
        }
        #expect(found, "\(truth)")
        #expect(!truth.violations.isEmpty)
    }

    /// What the Graph API does wrong is not on the server's account.
    @Test(arguments: [(1.0, 0.0), (0, 1)]) func faultsOfTheGraphAPIAreNotTheServers(errors: Double, silences: Double)
        async throws
    {
        var (plan, conditions) = (LoadPlan(), Server.conditions)
        (plan.users, plan.extent) = (5, .messages(5))
        (conditions.errors, conditions.silences) = (errors, silences)
        let (figures, truth) = try await Server.load(plan, conditions)
        #expect(truth.refused.isEmpty)
        // What is refused comes again after half a minute, longer than this patience; what is taken has come.
        #expect(figures.texts == (silences > 0 ? 5 : 0))
        #expect(truth.violations == (silences > 0 ? [] : ["5 acknowledged and never answered"]))
    }

    @Test func aServerThatIsNotThereIsNoSilence() async throws {
        var plan = LoadPlan()
        (plan.users, plan.extent) = (3, .messages(3))
        let test = try LoadTest(
            port: 0, credentials: .init(), conditions: Server.conditions, http: KeepAliveHTTPClient())
        test.deliver(to: "http://127.0.0.1:1/whatsapp/v2")
        let figures = try await test.run { [plan] in await test.round(plan) }
        #expect(test.truth.unacknowledged == 3)
        #expect(figures.attempts[0, default: 0] >= 3)
    }
}

/// A server composed from the library, with a defect or without.
private struct Server {
    enum Defect: Equatable, CaseIterable {
        case losesMessages, sendsTwice, dropsAPart, sendsToAnother, answersTheOld, hasAnotherToken, refusesDeliveries
        case swapsTwoTexts(inOneAnswer: Bool)

        static let allCases: [Defect] = [
            .losesMessages, .sendsTwice, .dropsAPart, .sendsToAnother, .answersTheOld, .hasAnotherToken,
            .refusesDeliveries, .swapsTwoTexts(inOneAnswer: true), .swapsTwoTexts(inOneAnswer: false),
        ]
    }

    static var conditions: LoadTest.Conditions {
        var conditions = LoadTest.Conditions()
        (conditions.patience, conditions.quiet) = (.seconds(1), .milliseconds(100))
        return conditions
    }

    /// Plays a plan on such a server.
    static func load(
        _ plan: LoadPlan, _ conditions: LoadTest.Conditions, _ defect: Defect? = nil
    ) async throws -> (LoadFigures, LoadTruth) {
        let credentials = Simulator.Credentials()
        let test = try LoadTest(
            port: 0, credentials: credentials, conditions: conditions, http: KeepAliveHTTPClient())
        var graph = CloudAPIClient.Configuration(
            phoneNumberID: credentials.phoneNumberID,
            accessToken: Secret(defect == .hasAnotherToken ? "another" : credentials.accessToken))
        graph.graphURL = "http://127.0.0.1:\(test.simulator.port)"
        let http = KeepAliveHTTPClient()
        // What a defect leaves behind is not waited for.
        var (work, door) = (MessagePipeline.Configuration(), HTTP1Server.Configuration(host: "127.0.0.1", port: 0))
        (work.gracePeriod, door.gracePeriod) = (.milliseconds(100), .milliseconds(100))
        let pipeline = try await MessagePipeline(
            configuration: work, store: .inMemory,
            backend: ClosureBackend { AnswerLedger.answer(to: $0.text) },
            sender: PlantedSender(base: CloudAPIClient(configuration: graph, http: http), defect: defect),
            formatter: .whatsApp, chunker: .whatsApp)
        var admission = AdmissionPolicy(phoneNumberID: credentials.phoneNumberID)
        if defect == .answersTheOld { admission.maximumAge = .seconds(365 * 86_400) }
        let webhook = WebhookEndpoint(
            configuration: .init(
                verifyToken: Secret(credentials.verifyToken), appSecrets: [Secret(credentials.appSecret)]),
            admission: admission, intake: PlantedIntake(base: pipeline, defect: defect), observer: PipelineObservers([])
        )
        let server = try HTTP1Server(configuration: door)
        test.deliver(to: "http://127.0.0.1:\(server.port)/whatsapp")
        let handler: any HTTPHandler =
            defect == .refusesDeliveries
            ? ClosureHTTPHandler { _ in HTTPResponse(status: 503) } : Router(["/whatsapp": webhook])
        let serving = Task { try await pipeline.serve(handler, on: server) }
        let figures = try await test.run { await test.round(plan) }
        serving.cancel()
        try await serving.value
        return (figures, test.truth)
    }
}

/// Sends as a broken server does, and knows nothing of it.
private final class PlantedSender: MessageSender {
    private let base: CloudAPIClient
    private let defect: Server.Defect?
    private let held = Mutex<[String: OutboundText]>([:])

    init(base: CloudAPIClient, defect: Server.Defect?) {
        self.base = base
        self.defect = defect
    }

    func send(_ text: OutboundText) async -> SendOutcome {
        switch defect {
        case .sendsTwice: _ = await base.send(text)
        case .dropsAPart where text.body.contains(".49 "): return .sent(id: "dropped")
        case .sendsToAnother:
            var text = text
            text.recipient = WhatsAppUser(phoneNumber: "15559999999")
            return await base.send(text)
        case .swapsTwoTexts:
            let user = text.recipient.phoneNumberOrID
            let first = held.withLock { held in
                guard let first = held.removeValue(forKey: user) else {
                    held[user] = text
                    return OutboundText?.none
                }
                return first
            }
            guard let first else { return .sent(id: "held") }
            _ = await base.send(text)
            return await base.send(first)
        default: break
        }
        return await base.send(text)
    }

    func showTyping(for messageID: String) async throws { try await base.showTyping(for: messageID) }
}

/// Takes messages in, and forgets every fifth.
private final class PlantedIntake: MessageIntake {
    private let base: MessagePipeline
    private let defect: Server.Defect?
    private let count = Mutex(0)

    init(base: MessagePipeline, defect: Server.Defect?) {
        self.base = base
        self.defect = defect
    }

    func accept(_ messages: [AcceptedMessage]) async throws -> [Acceptance] {
        let isForgotten = count.withLock { count in
            count += 1
            return count.isMultiple(of: 5)
        }
        if defect == .losesMessages, isForgotten { return messages.map { _ in .new } }
        return try await base.accept(messages)
    }

    func receive(_ status: MessageStatus) async throws { try await base.receive(status) }
}
