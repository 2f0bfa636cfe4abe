public import WhatsAppCore

/// The endpoints of the Ansari backend that serve WhatsApp guests, one method each.
public struct AnsariAPI: Sendable {
    /// Where the backend is, and as whom to call it.
    public struct Configuration: Sendable {
        /// The base URL; a trailing slash does no harm.
        public var serverURL: String
        /// The key that goes into `X-Whatsapp-Api-Key`.
        public var apiKey: Secret
        /// The time for a request that is answered at once.
        public var timeout = Duration.seconds(30)
        /// The time for a whole answer.
        public var answerTimeout = Duration.seconds(300)

        /// Makes a configuration.
        public init(serverURL: String, apiKey: Secret) {
            self.serverURL = serverURL
            self.apiKey = apiKey
        }
    }

    /// A user's last thread.
    public struct LastThread: Sendable, Hashable {
        /// The thread's id; `nil` when the user has none.
        public var id: String?
        /// When its last message was written; `nil` when nobody knows.
        public var lastMessageTime: UnixTime?
    }

    /// One message of a thread's history.
    public struct HistoryMessage: Sendable, Hashable {
        /// `user` or `assistant`.
        public var role: String
        /// The text; messages that hold something else have none.
        public var text: String?
    }

    private let configuration: Configuration
    private let baseURL: String
    private let http: any HTTPClient

    /// Makes a client that calls through `http`.
    public init(configuration: Configuration, http: any HTTPClient) {
        self.configuration = configuration
        self.baseURL = configuration.serverURL.droppingTrailingSlashes
        self.http = http
    }

    /// Whether the backend knows the user with this phone number.
    public func userExists(_ phoneNumber: String) async throws -> Bool {
        try await json(.register, get("/whatsapp/v2/users/exists", phoneNumber))["exists"]?.bool ?? false
    }

    /// Registers a user. The backend reports some failures with status 200; they are thrown too.
    public func registerUser(_ phoneNumber: String, preferredLanguage: String) async throws {
        let request = post("/whatsapp/v2/users/register") {
            $0.add("phone_num", phoneNumber)
            $0.add("preferred_language", preferredLanguage)
        }
        let answer = try await json(.register, request)
        guard answer["status"]?.string == "success", answer["user_id"]?["status"]?.string != "failure" else {
            throw BackendError(operation: .register, message: "The backend reports a failure.", httpStatus: 200)
        }
    }

    /// The user's last thread.
    public func lastThread(of phoneNumber: String) async throws -> LastThread {
        let answer = try await json(.findThread, get("/whatsapp/v2/threads/last", phoneNumber))
        let id = answer["thread_id"]?.stringOrNumber
        return LastThread(
            id: id.flatMap { $0.isNoThread ? nil : $0 },
            lastMessageTime: answer["last_message_time"]?.string.flatMap { UnixTime(iso8601: $0) })
    }

    /// Makes a thread and returns its id.
    public func makeThread(for phoneNumber: String, title: String) async throws -> String {
        let request = post("/whatsapp/v2/threads") {
            $0.add("phone_num", phoneNumber)
            $0.add("title", title)
        }
        guard let id = try await json(.makeThread, request)["thread_id"]?.stringOrNumber, !id.isNoThread else {
            throw BackendError(operation: .makeThread, message: "The backend gave no thread id.", httpStatus: 200)
        }
        return id
    }

    /// The messages of a thread, oldest first.
    public func history(of threadID: String, phoneNumber: String) async throws -> [HistoryMessage] {
        let path = "/whatsapp/v2/threads/\(PercentEncoding.encode(threadID))/history"
        return try await json(.findThread, get(path, phoneNumber))["messages"]?.elements.map {
            HistoryMessage(role: $0["role"]?.string ?? "", text: $0["content"]?.string)
        } ?? []
    }

    /// Asks within a thread. The answer's pieces come as they arrive.
    public func process(_ text: String, threadID: String, phoneNumber: String) async throws -> AnswerStream {
        try await stream(
            post("/whatsapp/v2/messages/process") {
                $0.add("phone_num", phoneNumber)
                $0.add("thread_id", threadID)
                $0.add("message", text)
            })
    }

    /// Asks without an account or a thread. The answer's pieces come as they arrive.
    public func complete(_ text: String) async throws -> AnswerStream {
        try await stream(
            post("/api/v1/complete") {
                $0.array("messages") {
                    $0.object {
                        $0.add("role", "user")
                        $0.add("content", text)
                    }
                }
            })
    }

    private func get(_ path: String, _ phoneNumber: String) -> HTTPRequest {
        HTTPRequest(
            method: .get, target: "\(baseURL)\(path)?phone_num=\(PercentEncoding.encode(phoneNumber))", fields: fields,
            timeout: configuration.timeout)
    }

    private func post(_ path: String, _ body: (inout JSONWriter) -> Void) -> HTTPRequest {
        HTTPRequest(
            method: .post, target: baseURL + path, fields: fields, body: JSONWriter.object(body),
            timeout: configuration.timeout)
    }

    private var fields: HTTPFields {
        ["X-Whatsapp-Api-Key": configuration.apiKey.expose(), "Content-Type": "application/json"]
    }

    private func stream(_ request: HTTPRequest) async throws -> AnswerStream {
        var request = request
        request.timeout = configuration.answerTimeout
        return AnswerStream(try await send(.answer, request).body)
    }

    private func json(_ operation: BackendError.Operation, _ request: HTTPRequest) async throws -> JSONValue {
        let response = try await send(operation, request)
        do {
            return try JSONDocument(try await response.body.collect()).root
        } catch let error as JSONError {
            throw BackendError(
                operation: operation, message: "The answer is not JSON: \(error)", httpStatus: response.status)
        } catch {
            throw try BackendError.wrapping(error, operation)
        }
    }

    private func send(_ operation: BackendError.Operation, _ request: HTTPRequest) async throws -> HTTPResponse {
        let response: HTTPResponse
        do { response = try await http.send(request) } catch { throw try BackendError.wrapping(error, operation) }
        guard (200..<300).contains(response.status) else {
            throw BackendError(
                operation: operation, message: "HTTP status \(response.status)", httpStatus: response.status,
                retryAfter: response.retryAfter)
        }
        return response
    }
}

extension BackendError {
    /// A transport's failure as a backend's; a cancellation goes on as it is.
    static func wrapping(_ error: any Error, _ operation: Operation) throws -> BackendError {
        if error is CancellationError { throw error }
        return BackendError(operation: operation, message: "\(error)", cause: error)
    }
}

extension String {
    /// The backend writes a missing id as the text that Python has for it.
    fileprivate var isNoThread: Bool { isEmpty || self == "None" }
}
