internal import Synchronization
public import WhatsAppCore

/// Plays the Ansari backend: guests, threads, and answers that arrive in pieces.
public final class SimulatedBackend: HTTPHandler {
    private struct Thread {
        var id: String
        var messages: [(role: String, text: String)] = []
        var lastMessageTime: UnixTime
    }
    private struct State {
        var threads: [String: [Thread]] = [:]
        /// The users in the order in which they became known.
        var users: [String] = []
        var count = 0
        var delay: Duration

        /// Makes a user known, and forgets those who have been the longest.
        mutating func register(_ user: String, remembering limit: Int) {
            guard threads[user] == nil else { return }
            threads[user] = []
            users.append(user)
            let known = users
            users.forgetOldest(remembering: limit)
            for user in known.dropLast(users.count) { threads[user] = nil }
        }
    }

    /// The requests so far: method and path, in order.
    public let requests: Recorder<String>
    /// How long it thinks before the first piece of an answer, from the next answer on.
    public var delay: Duration {
        get { state.withLock { $0.delay } }
        set { state.withLock { $0.delay = newValue } }
    }
    private let state: Mutex<State>
    private let limit: Int
    private let apiKey: Secret
    private let clock: any ServiceClock
    private let answer: @Sendable (String) async -> String

    /// Makes a backend that knows nobody.
    /// - Parameters:
    ///   - apiKey: the key that callers must give.
    ///   - remembering: how many requests, users, threads of a user and messages of a thread are kept at least; by default
    ///     all. Who was forgotten is new.
    ///   - delay: how long it thinks before the first piece of an answer.
    ///   - answer: the answer to a question.
    public init(
        apiKey: Secret, remembering limit: Int = .max, clock: any ServiceClock = .system, delay: Duration = .zero,
        answer: @escaping @Sendable (String) async -> String = ScriptedAnswers.answer(to:)
    ) {
        requests = Recorder(limit: limit)
        self.limit = limit
        self.apiKey = apiKey
        self.clock = clock
        state = Mutex(State(delay: delay))
        self.answer = answer
    }

    /// Answers as the backend does.
    public func handle(_ request: HTTPRequest) async -> HTTPResponse {
        requests.append("\(request.method) \(request.path)")
        guard request.fields["X-Whatsapp-Api-Key"].map({ Secret($0) }) == apiKey else {
            return .detail(401, "Unauthorized")
        }
        let json = try? JSONDocument(request.body).root
        let user = json?["phone_num"]?.string ?? request.queryItems.first { $0.name == "phone_num" }?.value ?? ""
        switch (request.method, request.path) {
        case (.get, "/whatsapp/v2/users/exists"):
            let exists = state.withLock { $0.threads[user] != nil }
            return .json(200) { $0.add("exists", exists) }
        case (.post, "/whatsapp/v2/users/register"):
            state.withLock { $0.register(user, remembering: limit) }
            return .json(200) {
                $0.add("status", "success")
                $0.add("user_id", "guest-\(user)")
            }
        case (.get, "/whatsapp/v2/threads/last"):
            return lastThread(of: user)
        case (.post, "/whatsapp/v2/threads"):
            return makeThread(for: user)
        case (.post, "/whatsapp/v2/messages/process"):
            guard let question = json?["message"]?.string, let thread = json?["thread_id"]?.string else {
                return .detail(422, "message and thread_id are required")
            }
            return await reply(to: question, of: user, in: thread)
        case (.post, "/api/v1/complete"):
            guard let question = json?["messages"]?.elements.last?["content"]?.string else {
                return .detail(422, "messages is required")
            }
            return await reply(to: question, of: nil, in: "")
        case (.get, let path) where path.hasPrefix("/whatsapp/v2/threads/") && path.hasSuffix("/history"):
            return history(of: String(path.dropFirst(21).dropLast(8)), user: user)
        default:
            return .detail(404, "Not Found")
        }
    }

    private func lastThread(of user: String) -> HTTPResponse {
        let last = state.withLock { $0.threads[user]?.last }
        return .json(200) {
            guard let last else {
                $0.addNull("thread_id")
                return $0.addNull("last_message_time")
            }
            $0.add("thread_id", last.id)
            $0.add("last_message_time", last.lastMessageTime.iso8601)
        }
    }

    private func makeThread(for user: String) -> HTTPResponse {
        let now = clock.now
        let id = state.withLock { state in
            state.count += 1
            let id = "thread-\(state.count)"
            state.register(user, remembering: limit)
            state.threads[user]?.append(Thread(id: id, lastMessageTime: now))
            state.threads[user]?.forgetOldest(remembering: limit)
            return id
        }
        return .json(200) { $0.add("thread_id", id) }
    }

    private func reply(to question: String, of user: String?, in thread: String) async -> HTTPResponse {
        let text = await answer(question)
        let now = clock.now
        if let user {
            let isKnown = state.withLock { state in
                guard let index = state.threads[user]?.firstIndex(where: { $0.id == thread }) else { return false }
                state.threads[user]?[index].messages += [("user", question), ("assistant", text)]
                state.threads[user]?[index].messages.forgetOldest(remembering: limit)
                state.threads[user]?[index].lastMessageTime = now
                return true
            }
            guard isKnown else { return .detail(404, "Thread not found") }
        }
        let pieces = DelayedPieces(bytes: Array(text.utf8), delay: delay, clock: clock)
        return HTTPResponse(status: 200, fields: ["Content-Type": "text/plain; charset=utf-8"], body: .stream(pieces))
    }

    private func history(of thread: String, user: String) -> HTTPResponse {
        guard let thread = state.withLock({ $0.threads[user]?.first { $0.id == thread } }) else {
            return .detail(404, "Thread not found")
        }
        return .json(200) {
            $0.add("thread_name", thread.messages.first?.text ?? "")
            $0.array("messages") { array in
                for message in thread.messages {
                    array.object {
                        $0.add("role", message.role)
                        $0.add("content", message.text)
                    }
                }
            }
        }
    }
}

/// Text in pieces after a delay. Their odd length cuts Arabic letters in the middle, as a network does.
private struct DelayedPieces: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error
    static let pieceLength = 251

    var bytes: [UInt8]
    var delay: Duration
    var clock: any ServiceClock

    func makeAsyncIterator() -> Iterator { Iterator(pieces: self) }

    struct Iterator: AsyncIteratorProtocol {
        var pieces: DelayedPieces
        var position = 0

        mutating func next() async throws -> [UInt8]? {
            if position == 0 { try await pieces.clock.sleep(for: pieces.delay) }
            guard position < pieces.bytes.count else { return nil }
            let end = Swift.min(position + pieceLength, pieces.bytes.count)
            defer { position = end }
            return Array(pieces.bytes[position..<end])
        }
    }
}
