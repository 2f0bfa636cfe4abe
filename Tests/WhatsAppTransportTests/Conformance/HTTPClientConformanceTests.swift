import Testing
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

/// Our own clients keep every promise, and each promise is checked: a client that breaks it is found out.
@Suite(.timeLimit(.minutes(3))) struct HTTPClientConformanceTests {
    @Test(arguments: Transport.all, HTTPClientConformance.Promise.allCases)
    func ourClientsConform(transport: Transport, promise: HTTPClientConformance.Promise) async {
        let violations = await HTTPClientConformance.check([promise]) { transport.make() }
        // Foundation on Linux ends a transfer only when the peer pauses.
        withKnownIssue(isIntermittent: true) {
            #expect(violations == [])
        } when: {
            transport.isURLSession && promise == .bounded
        }
    }

    @Test func theClientInMemoryConforms() async {
        let violations = await HTTPClientConformance.check(inMemory: { InMemoryHTTPClient($0) })
        #expect(violations == [])
    }

    @Test(arguments: PlantedClient.defects)
    func aPlantedDefectIsFound(defect: PlantedClient) async {
        // Some are found because something that has to happen does not.
        let violations = await HTTPClientConformance.check([defect.promise], within: .seconds(2)) {
            var client = defect
            client.base = DefaultHTTPClient()
            return client
        }
        #expect(violations.contains { $0.promise == defect.promise.rawValue })
    }

    @Test func everyPromiseHasADefectThatBreaksIt() {
        #expect(Set(PlantedClient.defects.map(\.promise)) == Set(HTTPClientConformance.Promise.allCases))
    }
}

/// A client with a defect in front of it.
struct PlantedClient: HTTPClient, CustomTestStringConvertible {
    var testDescription: String
    var promise: HTTPClientConformance.Promise
    var base: any HTTPClient = DefaultHTTPClient()
    private let body: @Sendable (HTTPRequest, any HTTPClient) async throws -> HTTPResponse

    init(
        _ testDescription: String, _ promise: HTTPClientConformance.Promise,
        _ body: @escaping @Sendable (HTTPRequest, any HTTPClient) async throws -> HTTPResponse
    ) {
        self.testDescription = testDescription
        self.promise = promise
        self.body = body
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await body(request, base) }

    static let defects = [
        PlantedClient("loses a field", .request) { request, base in
            var request = request
            request.fields["Authorization"] = nil
            return try await base.send(request)
        },
        PlantedClient("throws for an error status", .anyStatus) { request, base in
            let response = try await base.send(request)
            guard response.status < 500 else { throw HTTPClientError(code: .other, message: "\(response.status)") }
            return response
        },
        PlantedClient("returns redirects", .redirects) { request, base in
            do { return try await base.send(request) } catch let error as HTTPClientError
                where error.code == .redirectRefused
            {
                return HTTPResponse(status: 302)
            }
        },
        PlantedClient("waits for the whole body", .streams) { request, base in
            var response = try await base.send(request)
            response.body = .bytes(try await response.body.collect())
            return response
        },
        PlantedClient("mends what is wrong", .invalidRequest) { request, base in
            var request = request
            request.fields.fields = request.fields.fields.filter { $0.value.allSatisfy { !$0.isNewline } }
            return try await base.send(request)
        },
        PlantedClient("sends though cancelled", .cancelledBefore) { request, base in
            try await Task { try await base.send(request) }.value
        },
        PlantedClient("makes a failure of a cancellation", .cancelledInHead) { request, base in
            do { return try await base.send(request) } catch {
                throw HTTPClientError(code: .other, message: "gone", cause: error)
            }
        },
        PlantedClient("makes an end of a cancellation", .cancelledInBody) { request, base in
            changingBody(try await base.send(request)) { $0 is CancellationError ? nil : $0 }
        },
        PlantedClient("gives everybody the first response", .manyAtOnce) { request, base in
            let response = try await base.send(request)
            return request.target.hasSuffix("/0") ? response : HTTPResponse(status: 200, body: .text("/0"))
        },
        PlantedClient("takes the first piece for the whole", .framing) { request, base in
            var response = try await base.send(request)
            var pieces = response.body.makeAsyncIterator()
            response.body = .bytes(Array(try await pieces.next()?.prefix(1) ?? []))
            return response
        },
        PlantedClient("makes an end of a break", .truncation) { request, base in
            changingBody(try await base.send(request)) { _ in nil }
        },
        PlantedClient("says that nothing was sent", .lostConnection) { request, base in
            do { return try await base.send(request) } catch {
                throw HTTPClientError(code: .cannotConnect, message: "no", cause: error)
            }
        },
        PlantedClient("takes nonsense for a bad request", .notHTTP) { request, base in
            do {
                var response = try await base.send(request)
                response.body = .bytes(try await response.body.collect())
                return response
            } catch { throw HTTPClientError(code: .invalidRequest, message: "no", cause: error) }
        },
        PlantedClient("knows one kind of failure", .cannotConnect) { request, base in
            do { return try await base.send(request) } catch {
                throw HTTPClientError(code: .other, message: "\(error)")
            }
        },
        PlantedClient("has patience", .timeout) { request, base in
            var request = request
            request.timeout = .seconds(60)
            return try await base.send(request)
        },
        PlantedClient("takes no time for some", .noTime) { request, base in
            var request = request
            request.timeout = max(request.timeout, .seconds(1))
            return try await base.send(request)
        },
        PlantedClient("lets nothing go", .letsGo) { request, base in
            let response = try await base.send(request)
            kept.append(response)
            let (stream, pieces) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            Task { for try await piece in response.body { pieces.yield(piece) } }
            return HTTPResponse(status: response.status, body: .stream(stream))
        },
        PlantedClient("connects anew", .reuse) { request, _ in try await DefaultHTTPClient().send(request) },
        PlantedClient("tries again", .noRetry) { request, base in
            do { return try await base.send(request) } catch { return try await base.send(request) }
        },
        // On a thread, and not through another client: URLSession ends the exchange when a reader falls behind, as a task does
        // while others compute.
        PlantedClient("reads ahead", .bounded) { request, _ in
            let port = request.target.split(separator: ":").last?.prefix { $0.isNumber }
            let client = try RawClient(port: port.flatMap { Int($0) } ?? 0)
            try client.discardAll()
            try client.sendNow("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            return HTTPResponse(status: 200)
        },
        PlantedClient("tells all", .discreet) { request, base in
            do { return try await base.send(request) } catch {
                throw HTTPClientError(code: .other, message: "\(request.target): \(error)")
            }
        },
    ]

    private static let kept = Recorder<HTTPResponse>()

    /// A response whose body ends otherwise.
    private static func changingBody(
        _ response: HTTPResponse, _ change: @escaping @Sendable (any Error) -> (any Error)?
    ) -> HTTPResponse {
        let (stream, pieces) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        Task {
            do {
                for try await piece in response.body { pieces.yield(piece) }
                pieces.finish()
            } catch { pieces.finish(throwing: change(error)) }
        }
        return HTTPResponse(status: response.status, fields: response.fields, body: .stream(stream))
    }
}
