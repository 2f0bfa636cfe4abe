import Synchronization
import Testing
import WhatsAppCore
import WhatsAppTesting

@testable import WhatsAppTransport

/// Answers as it is told, one answer after the other, the last again and again.
final class ScriptedAWS: HTTPClient {
    enum Answer: Sendable {
        case json(Int, String)
        case fails(HTTPClientError.Code)
        /// Takes the time that the request has, and fails.
        case timesOut(HeldClock)
    }
    let requests = Recorder<HTTPRequest>()
    private let answers: [Answer]
    private let next = Mutex(0)

    init(_ answers: Answer...) { self.answers = answers }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        requests.append(request)
        let answer = next.withLock { next in
            defer { next += 1 }
            return answers[min(next, answers.count - 1)]
        }
        switch answer {
        case .json(let status, let text): return HTTPResponse(status: status, body: .text(text))
        case .timesOut(let clock):
            clock.advance(by: request.timeout)
            throw HTTPClientError(code: .timedOut, message: "as told")
        case .fails(let code): throw HTTPClientError(code: code, message: "as told")
        }
    }
}

extension AWSConfiguration {
    static let test = AWSConfiguration(
        region: "us-east-1",
        credentials: AWSCredentialsCache(AWSCredentials(accessKeyID: "id", secretAccessKey: Secret("secret"))))
}

@Suite(.timeLimit(.minutes(1))) struct AWSClientTests {
    private let clock = HeldClock()

    /// Moves the clock whenever the client waits.
    private func call(_ http: ScriptedAWS, _ configuration: AWSConfiguration = .test) async throws -> JSONValue {
        let client = AWSClient(
            service: .dynamodb, configuration: configuration, http: http, clock: clock, patience: .seconds(2),
            random: { 1 })
        let mover = Task {
            while !Task.isCancelled {
                await clock.waitForSleepers(1)
                clock.advance(by: .milliseconds(50))
            }
        }
        defer { mover.cancel() }
        return try await client.call("GetItem") { $0.add("TableName", "t") }
    }

    @Test func aCallIsSignedAndNamesItsAction() async throws {
        let http = ScriptedAWS(.json(200, #"{"Item":{"a":{"S":"b"}}}"#))
        #expect(try await call(http)["Item"]?["a"]?["S"]?.string == "b")
        let request = try #require(http.requests.elements.first)
        #expect(request.target == "https://dynamodb.us-east-1.amazonaws.com/")
        #expect(request.fields["X-Amz-Target"] == "DynamoDB_20120810.GetItem")
        #expect(request.fields["Content-Type"] == "application/x-amz-json-1.0")
        #expect(request.fields["Authorization"]?.contains("/us-east-1/dynamodb/aws4_request") == true)
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"TableName":"t"}"#)
    }

    @Test(arguments: [
        (400, #"{"__type":"com.amazon.coral.availability#ThrottlingException","Message":"Rate exceeded"}"#),
        (400, #"{"__type":"com.amazonaws.sqs#RequestThrottled","message":"Request is throttled."}"#),
        (400, #"{"__type":"ProvisionedThroughputExceededException"}"#), (500, ""), (503, "<html>"), (429, "{}"),
    ])
    func whatPassesIsTriedThreeTimes(status: Int, body: String) async throws {
        let http = ScriptedAWS(.json(status, body))
        await #expect(throws: AWSError.self) { try await call(http) }
        #expect(http.requests.elements.count == 3)
        let success = ScriptedAWS(.json(status, body), .fails(.connectionLost), .json(200, "{}"))
        _ = try await call(success)
        #expect(success.requests.elements.count == 3)
    }

    @Test(arguments: [
        (#"{"__type":"com.amazon.coral.validate#ValidationException","message":"m"}"#, "ValidationException", "m"),
        (#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","Message":"m"}"#, "QueueDoesNotExist", "m"),
        (#"{"__type":"AccessDeniedException"}"#, "AccessDeniedException", ""), ("no JSON", "HTTP 400", ""),
    ])
    func whatStaysIsTriedOnce(body: String, code: String, message: String) async throws {
        let http = ScriptedAWS(.json(400, body))
        let error = await #expect(throws: AWSError.self) { try await call(http) }
        #expect(error == AWSError(code: code, message: message, httpStatus: 400))
        #expect(http.requests.elements.count == 1)
    }

    @Test func aConditionThatDoesNotHoldIsNoFault() async throws {
        let http = ScriptedAWS(
            .json(
                400,
                #"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","Item":{"a":{"N":"5"}}}"#
            ))
        let failure = await #expect(throws: ConditionFailure.self) { try await call(http) }
        #expect(failure?.item?["a"]?["N"]?.string == "5")
    }

    @Test func aWrongClockIsNamed() async throws {
        let http = ScriptedAWS(
            .json(
                403,
                #"{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired: 20260701T0"}"#
            ))
        let error = await #expect(throws: AWSError.self) { try await call(http) }
        #expect(error?.description.hasPrefix("This machine's clock is wrong") == true)
    }

    @Test func expiredCredentialsAreFetchedAnew() async throws {
        let count = Recorder<Int>()
        var configuration = AWSConfiguration.test
        configuration.credentials = AWSCredentialsCache {
            count.append(1)
            return AWSCredentials(accessKeyID: "id\(count.elements.count)", secretAccessKey: Secret("s"))
        }
        let http = ScriptedAWS(
            .json(400, #"{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"m"}"#), .json(200, "{}"))
        _ = try await call(http, configuration)
        #expect(http.requests.elements.last?.fields["Authorization"]?.contains("Credential=id2/") == true)
    }

    /// Whoever waits for a call is told within the patience: tries that take their time are fewer.
    @Test func theTriesShareThePatience() async throws {
        let http = ScriptedAWS(.timesOut(clock))
        await #expect(throws: HTTPClientError.self) { try await call(http) }
        #expect(http.requests.elements.count == 3)
        #expect(http.requests.elements.map(\.timeout).reduce(.zero, +) <= .seconds(2))
    }

    @Test(arguments: [
        (["AWS_REGION": "eu-west-1"], "https://sqs.eu-west-1.amazonaws.com/"),
        (["AWS_DEFAULT_REGION": "cn-north-1"], "https://sqs.cn-north-1.amazonaws.com.cn/"),
        (["AWS_REGION": "r", "AWS_ENDPOINT_URL": "http://localhost:4566"], "http://localhost:4566/"),
        (
            ["AWS_REGION": "r", "AWS_ENDPOINT_URL": "http://other", "AWS_ENDPOINT_URL_SQS": "http://own/"],
            "http://own/"
        ),
    ])
    func endpoints(environment: [String: String], url: String) {
        let configuration = AWSConfiguration(
            environment: environment, credentials: AWSConfiguration.test.credentials)
        #expect(configuration?.endpoint(of: .sqs) == url)
    }

    @Test func withoutARegionThereIsNoConfiguration() {
        #expect(AWSConfiguration(environment: [:], credentials: AWSConfiguration.test.credentials) == nil)
    }
}
