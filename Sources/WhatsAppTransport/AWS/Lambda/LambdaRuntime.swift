public import WhatsAppCore

/// An AWS Lambda function's side of the runtime API, version 2018-06-01: takes one invocation after the other.
///
/// ```swift
/// let runtime = LambdaRuntime(address: environment["AWS_LAMBDA_RUNTIME_API"]!, http: CurlHTTPClient())
/// try await runtime.run { invocation in try await handler.answer(invocation) }
/// ```
///
/// Between an answer and the next invocation Lambda freezes the process: nothing may be left to do then.
/// Source: docs.aws.amazon.com, "Using the Lambda runtime API for custom runtimes".
public struct LambdaRuntime: Sendable {
    /// One call of the function.
    public struct Invocation: Sendable {
        /// Its id, as the function's logs name it.
        public var requestID: String
        /// When Lambda ends it.
        public var deadline: UnixTime
        /// What it is about: one JSON text.
        public var event: [UInt8]

        /// Makes an invocation.
        public init(requestID: String, deadline: UnixTime, event: [UInt8]) {
            self.requestID = requestID
            self.deadline = deadline
            self.event = event
        }
    }

    private let base: String
    private let http: any HTTPClient

    /// Makes a runtime.
    /// - Parameters:
    ///   - address: host and port of the API: what `AWS_LAMBDA_RUNTIME_API` says.
    ///   - http: the way there.
    public init(address: String, http: any HTTPClient) {
        base = "http://\(address)/2018-06-01/runtime"
        self.http = http
    }

    /// Takes invocations until the calling task is cancelled.
    ///
    /// - Parameter function: answers an invocation with JSON, at most 6 MB. What it throws fails that invocation, and its
    ///   description goes to whoever invoked the function, and into its log.
    /// - Throws: ``LambdaError`` or `HTTPClientError` when the API cannot be spoken to. The process is to end then; Lambda
    ///   starts another.
    public func run(_ function: @Sendable (Invocation) async throws -> [UInt8]) async throws {
        while !Task.isCancelled {
            do {
                guard let invocation = try await next() else { continue }
                await answer(invocation, by: function)
            } catch is CancellationError {
                return
            }
        }
    }

    /// Tells that the function cannot begin at all. Call it in place of ``run(_:)``, and end the process.
    /// - Throws: as ``run(_:)`` does.
    public func fail(_ error: any Error) async throws {
        try await post("/init/error", failure: error)
    }

    private func next() async throws -> Invocation? {
        // The API answers when there is something to do. A frozen process is not kept for as long as this.
        let request = HTTPRequest(target: base + "/invocation/next", timeout: .seconds(24 * 3600))
        let response: HTTPResponse
        do { response = try await http.send(request) } catch let error as HTTPClientError where error.code == .timedOut
        {
            return nil
        }
        let event = try await response.body.collect(upTo: Self.largestPayload)
        guard response.status == 200, let id = response.fields["Lambda-Runtime-Aws-Request-Id"],
            let deadline = response.fields["Lambda-Runtime-Deadline-Ms"].flatMap({ Int64($0) })
        else { throw LambdaError(message: "The runtime API answered \(response.status) when asked for an invocation.") }
        return Invocation(requestID: id, deadline: UnixTime(milliseconds: deadline), event: event)
    }

    /// An answer that Lambda does not take fails the invocation. One that failed is failed again, to no harm.
    private func answer(_ invocation: Invocation, by function: @Sendable (Invocation) async throws -> [UInt8]) async {
        let path = "/invocation/" + PercentEncoding.encode(invocation.requestID)
        do {
            try await post(path + "/response", try await function(invocation))
        } catch {
            try? await post(path + "/error", failure: error)
        }
    }

    private func post(_ path: String, failure: any Error) async throws {
        let type = "\(Swift.type(of: failure))"
        let body = JSONWriter.object {
            $0.add("errorMessage", "\(failure)")
            $0.add("errorType", type)
            $0.array("stackTrace") { _ in }
        }
        try await post(path, body, fields: ["Lambda-Runtime-Function-Error-Type": "Runtime.\(type)"])
    }

    private func post(_ path: String, _ body: [UInt8], fields: HTTPFields = [:]) async throws {
        var fields = fields
        fields.add("Content-Type", "application/json")
        let response = try await http.send(
            HTTPRequest(method: .post, target: base + path, fields: fields, body: body))
        _ = try await response.body.collect()
        guard response.status == 202 else {
            throw LambdaError(message: "The runtime API answered \(response.status) to \(path).")
        }
    }

    /// A synchronous invocation carries 6 MB at most.
    private static let largestPayload = 8 << 20
}

/// Why an invocation could not be taken, understood or answered.
public struct LambdaError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, in words for an operator.
    public var message: String

    /// The message.
    public var description: String { message }
}
