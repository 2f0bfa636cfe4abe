import Testing
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

@Suite(.timeLimit(.minutes(1))) struct HTTPServerConformanceTests {
    private static let make: @Sendable () throws -> (server: HTTP1Server, port: Int) = {
        let server = try HTTP1Server()
        return (server, server.port)
    }

    @Test func ourServerConforms() async {
        let violations = await HTTPServerConformance.check {
            let (server, port) = try Self.make()
            return (server, port)
        }
        #expect(violations == [])
    }

    @Test func everyPromiseHasADefectThatBreaksIt() {
        #expect(Set(PlantedServer.Defect.allCases.map(\.promise)) == Set(HTTPServerConformance.Promise.allCases))
    }

    @Test(arguments: PlantedServer.Defect.allCases)
    func aPlantedDefectIsFound(defect: PlantedServer.Defect) async {
        let violations = await HTTPServerConformance.check([defect.promise], within: .seconds(2)) {
            let (server, port) = try Self.make()
            return (PlantedServer(base: server, defect: defect), port)
        }
        #expect(violations.contains { $0.promise == defect.promise.rawValue })
    }

    @Test func aHandlerThatAnswersInTwoWaysIsFound() async {
        struct TwoTongues: HTTPHandler {
            func handle(_ request: HTTPRequest) async -> HTTPResponse { HTTPResponse(status: 200, body: .text("one")) }
            func answer(_ request: HTTPRequest) -> Eventual<HTTPResponse> {
                .now(HTTPResponse(status: 200, body: .text("other")))
            }
        }
        let violations = await HTTPHandlerConformance.check([HTTPRequest(target: "/")]) { TwoTongues() }
        #expect(violations.map(\.seen) == ["GET /: answer has another body"])
    }

    @Test func theWebhookEndpointConforms() async {
        let delivery = SimulatedDelivery(phoneNumberID: "9", appSecret: Secret("s"))
        let message = SimulatedDelivery.Message(id: "m", from: "1", timestamp: 0, text: "hi")
        let requests = [
            HTTPRequest(target: "/?hub.mode=subscribe&hub.verify_token=v&hub.challenge=7"),
            HTTPRequest(target: "/?hub.mode=subscribe&hub.verify_token=w&hub.challenge=7"),
            delivery.request(to: "/", [message]), delivery.request(to: "/", [message]),
            delivery.request(to: "/", body: Array("{".utf8)), HTTPRequest(method: .post, target: "/", body: [1]),
        ]
        let violations = await HTTPHandlerConformance.check(requests) {
            let pipeline = try await MessagePipeline(
                store: .inMemory, backend: MyBackend(), sender: RecordingSender(), formatter: .identity,
                chunker: .whatsApp)
            return WebhookEndpoint(
                configuration: .init(verifyToken: Secret("v"), appSecrets: [Secret("s")]),
                admission: AdmissionPolicy(phoneNumberID: "9"), intake: pipeline)
        }
        #expect(violations == [])
    }

    @Test func ourHandlersConform() async {
        let requests = ["/a", "/a?b=c", "/b", "/nowhere"].flatMap { target in
            [HTTPMethod.get, .post, .options].map {
                HTTPRequest(method: $0, target: target, fields: ["Origin": "http://o.test"], body: [1, 2])
            }
        }
        let echo = ClosureHTTPHandler { HTTPResponse(status: 200, body: .text("\($0.method) \($0.target)")) }
        let violations = await HTTPHandlerConformance.check(requests) {
            CORS(allowing: ["http://o.test"], Router(["/a": echo, "/b": echo]))
        }
        #expect(violations == [])
    }
}

/// A server with a defect.
struct PlantedServer: HTTPServer {
    enum Defect: String, CaseIterable {
        case losesTheBody, takesOneAtATime, cutsOff, staysOpen

        var promise: HTTPServerConformance.Promise {
            switch self {
            case .losesTheBody: .exchange
            case .takesOneAtATime: .manyAtOnce
            case .cutsOff: .finishes
            case .staysOpen: .closes
            }
        }
    }

    let base: HTTP1Server
    let defect: Defect

    func run(_ handler: any HTTPHandler) async throws {
        let line = Line()
        let changed = ClosureHTTPHandler { request in
            var request = request
            switch defect {
            case .losesTheBody: request.body = []
            case .takesOneAtATime: return await line.wait(handler, request)
            case .cutsOff where Task.isCancelled: return HTTPResponse(status: 503)
            default: break
            }
            return await handler.handle(request)
        }
        switch defect {
        case .staysOpen:
            // It returns, and serves on.
            let serving = Task { try await base.run(changed) }
            await Gate().pass("until it is stopped")
            _ = serving
        case .cutsOff:
            let serving = Task {
                try await base.run(
                    ClosureHTTPHandler { _ in
                        await Gate().pass("for ever"); return HTTPResponse(status: 503)
                    })
            }
            await Gate().pass("until it is stopped")
            serving.cancel()
        default: try await base.run(changed)
        }
    }

    /// One after the other.
    private actor Line {
        private var last: Task<HTTPResponse, Never>?

        func wait(_ handler: any HTTPHandler, _ request: HTTPRequest) async -> HTTPResponse {
            let before = last
            let task = Task {
                _ = await before?.value
                return await handler.handle(request)
            }
            last = task
            return await task.value
        }
    }
}
