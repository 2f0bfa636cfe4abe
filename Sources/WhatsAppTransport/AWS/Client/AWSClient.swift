internal import WhatsAppCore

/// Calls a JSON service of AWS (`x-amz-json-1.0`): signs, tries again what is worth it, and tells errors by their codes.
struct AWSClient: Sendable {
    enum Service: String, Sendable {
        case sqs, dynamodb

        fileprivate var targetPrefix: String {
            switch self {
            case .sqs: "AmazonSQS."
            case .dynamodb: "DynamoDB_20120810."
            }
        }
    }

    let service: Service
    let configuration: AWSConfiguration
    let http: any HTTPClient
    let clock: any ServiceClock
    /// How long a call may take with all its tries.
    let patience: Duration
    let random: @Sendable () -> Double

    /// Three tries, 50 to 400 ms apart.
    private static let mostTries = 3
    private static let backoff = Backoff(base: .milliseconds(50), cap: .milliseconds(400))
    /// Ten messages of a queue have 1 MiB, escaped six at most.
    private static let longestResponse = 8 << 20

    /// Calls one action.
    /// - Parameters:
    ///   - waiting: how long the service itself may wait before it answers.
    ///   - body: adds the members of the request.
    /// - Throws: ``AWSError``, ``WhatsAppCore/HTTPClientError``, ``AWSCredentialsError``, or `CancellationError`.
    func call(
        _ action: String, waiting: Duration = .zero, _ body: (inout JSONWriter) -> Void
    ) async throws -> JSONValue {
        let bytes = JSONWriter.object(body)
        let begun = clock.now
        // What is left of the patience: each try may wait once more.
        func left(_ tries: Int) -> Duration { patience + waiting * tries - clock.now.duration(since: begun) }
        for failures in 0..<Self.mostTries {
            do {
                let share = max(left(failures), .milliseconds(1)) / (Self.mostTries - failures)
                return try await once(action, bytes, timeout: waiting + share)
            } catch {
                guard failures + 1 < Self.mostTries, Self.isWorthAnotherTry(error) else { throw error }
                if (error as? AWSError)?.isExpiry == true { configuration.credentials.forget() }
                let pause = Self.backoff.delay(after: failures, random: random())
                guard pause < left(failures + 1) else { throw error }
                try await clock.sleep(for: pause)
            }
        }
        preconditionFailure("The last try returns or throws.")
    }

    private func once(_ action: String, _ body: [UInt8], timeout: Duration) async throws -> JSONValue {
        var request = HTTPRequest(
            method: .post, target: configuration.endpoint(of: service),
            fields: [
                "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": service.targetPrefix + action,
            ], body: body, timeout: timeout)
        let signer = SigV4Signer(
            credentials: try await configuration.credentials.current(), region: configuration.region,
            service: service.rawValue)
        signer.sign(&request, at: clock.now)
        let response = try await http.send(request)
        let bytes = try await response.body.collect(upTo: Self.longestResponse)
        guard response.status == 200 else { throw Self.error(in: response, bytes) }
        // Some actions of SQS answer with nothing at all.
        return try JSONDocument(bytes.isEmpty ? Array("{}".utf8) : bytes).root
    }

    /// The pause between two tries of a caller that looks into the answers itself.
    func pause(after failures: Int) async throws {
        try await clock.sleep(for: Self.backoff.delay(after: failures, random: random()))
    }

    private static func isWorthAnotherTry(_ error: any Error) -> Bool {
        if let error = error as? AWSError { return error.isTransient || error.isExpiry }
        switch (error as? HTTPClientError)?.code {
        case .cannotConnect, .timedOut, .connectionLost, .malformedResponse, .other: return true
        case .invalidRequest, .redirectRefused, .bodyTooLarge, nil: return false
        }
    }

    /// The code stands in `__type` after a `#`, or in a field before a `;`; the message has two spellings.
    private static func error(in response: HTTPResponse, _ bytes: [UInt8]) -> any Error {
        let json = try? JSONDocument(bytes).root
        let type = json?["__type"]?.string ?? json?["code"]?.string
        let query = response.fields["x-amzn-query-error"]?.split(separator: ";").first.map { String($0) }
        let code = type?.split(separator: "#").last.map { String($0) } ?? query ?? "HTTP \(response.status)"
        let message = json?["message"]?.string ?? json?["Message"]?.string ?? ""
        if code == ConditionFailure.code { return ConditionFailure(item: json?["Item"]) }
        return AWSError(code: code, message: message, httpStatus: response.status)
    }
}

/// A conditional write of DynamoDB found another state than it wanted: an answer, and no fault.
struct ConditionFailure: Error {
    static let code = "ConditionalCheckFailedException"

    /// The item as it is, where that was asked for and there is one.
    var item: JSONValue?
}
