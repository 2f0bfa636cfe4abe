public import WhatsAppCore

/// The Ansari backend with guest accounts: it registers users it does not know, and keeps their questions in threads.
public struct AnsariBackend: BackendClient {
    private let api: AnsariAPI
    private let retention: Duration

    /// Makes a backend.
    /// - Parameters:
    ///   - api: the backend's endpoints.
    ///   - retention: how long after its last message a thread is continued; after that a new one is made.
    public init(_ api: AnsariAPI, retention: Duration = .seconds(3 * 3600)) {
        self.api = api
        self.retention = retention
    }

    /// Registers the user, unless the backend knows them.
    public func register(_ guest: Guest) async throws {
        let number = guest.user.phoneNumberOrID
        guard try await !api.userExists(number) else { return }
        try await api.registerUser(number, preferredLanguage: guest.preferredLanguage)
    }

    /// The last thread, if its last message is young enough, else a new one.
    public func openThread(for request: ThreadRequest) async throws -> String? {
        let number = request.user.phoneNumberOrID
        let last = try await api.lastThread(of: number)
        if let id = last.id, id != request.lostThreadID, let time = last.lastMessageTime,
            request.now.duration(since: time) <= retention
        {
            return id
        }
        return try await api.makeThread(for: number, title: request.title)
    }

    /// Asks within the thread.
    public func answer(to question: Question) async throws -> any AsyncSequence<String, any Error> & Sendable {
        guard let threadID = question.threadID else {
            throw BackendError(operation: .answer, message: "A question to this backend needs a thread.")
        }
        return try await api.process(question.text, threadID: threadID, phoneNumber: question.user.phoneNumberOrID)
    }
}

/// The Ansari backend without accounts or threads (`/api/v1/complete`): each question stands by itself, and nothing of the
/// user but the question leaves the service.
public struct StatelessAnsariBackend: BackendClient {
    private let api: AnsariAPI

    /// Makes a backend.
    public init(_ api: AnsariAPI) { self.api = api }

    /// Asks without a thread.
    public func answer(to question: Question) async throws -> any AsyncSequence<String, any Error> & Sendable {
        try await api.complete(question.text)
    }
}
