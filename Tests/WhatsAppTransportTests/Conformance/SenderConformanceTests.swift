import Testing
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

/// Our own sender keeps every promise, and each promise is checked: a sender that breaks it is found out.
@Suite(.timeLimit(.minutes(2))) struct SenderConformanceTests {
    private static func client(_ graph: SenderConformance.Graph, _ http: any HTTPClient) -> CloudAPIClient {
        var configuration = CloudAPIClient.Configuration(
            phoneNumberID: graph.phoneNumberID, accessToken: graph.accessToken)
        configuration.graphURL = graph.url
        return CloudAPIClient(configuration: configuration, http: http)
    }

    @Test(arguments: Transport.all)
    func theCloudAPIClientConforms(transport: Transport) async {
        let violations = await SenderConformance.check { Self.client($0, transport.make()) }
        #expect(violations == [])
    }

    @Test func everyPromiseHasADefectThatBreaksIt() {
        #expect(Set(PlantedSender.Defect.allCases.map(\.promise)) == Set(SenderConformance.Promise.allCases))
    }

    @Test(arguments: PlantedSender.Defect.allCases)
    func aPlantedDefectIsFound(defect: PlantedSender.Defect) async {
        let violations = await SenderConformance.check([defect.promise]) {
            PlantedSender(base: Self.client($0, DefaultHTTPClient()), defect: defect)
        }
        #expect(violations.contains { $0.promise == defect.promise.rawValue })
    }
}

/// A sender with a defect in front of it.
struct PlantedSender: MessageSender {
    enum Defect: String, CaseIterable {
        case losesTheToken, trimsTexts, forgetsTheCode, forgetsTheWait, hopes, despairs, fears, triesAgain,
            givesUpWhenCancelled
        case marksReadOnly, isSilentAboutRefusals, givesOneID

        var promise: SenderConformance.Promise {
            switch self {
            case .losesTheToken, .trimsTexts: .arrives
            case .forgetsTheCode, .forgetsTheWait: .refusalIsRejected
            case .hopes, .despairs: .doubtIsUnknown
            case .fears: .unreachableIsNotSent
            case .triesAgain: .oneRequest
            case .givesUpWhenCancelled: .cancelledIsUnknown
            case .marksReadOnly, .isSilentAboutRefusals: .typing
            case .givesOneID: .manyAtOnce
            }
        }
    }

    let base: CloudAPIClient
    let defect: Defect

    func send(_ text: OutboundText) async -> SendOutcome {
        var text = text
        if defect == .losesTheToken { text.callbackData = nil }
        if defect == .trimsTexts { text.body = text.body.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        let outcome = await base.send(text)
        switch (defect, outcome) {
        case (.forgetsTheCode, .rejected(let error)):
            return .rejected(CloudAPIError(code: nil, httpStatus: error.httpStatus))
        case (.forgetsTheWait, .rejected(var error)):
            error.retryAfter = nil
            return .rejected(error)
        case (.hopes, .unknown): return .sent(id: "wamid.1")
        case (.despairs, .unknown(let reason)): return .notSent(reason: reason)
        case (.fears, .notSent(let reason)): return .unknown(reason: reason)
        case (.givesUpWhenCancelled, _): return Task.isCancelled ? .notSent(reason: "cancelled") : outcome
        case (.givesOneID, .sent): return .sent(id: "wamid.1")
        case (.triesAgain, .rejected), (.triesAgain, .unknown): return await base.send(text)
        default: return outcome
        }
    }

    func showTyping(for messageID: String) async throws {
        switch defect {
        case .marksReadOnly: try await base.markRead(messageID)
        case .isSilentAboutRefusals: try? await base.showTyping(for: messageID)
        default: try await base.showTyping(for: messageID)
        }
    }
}
