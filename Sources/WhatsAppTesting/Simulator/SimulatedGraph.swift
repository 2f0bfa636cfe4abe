internal import Synchronization
public import WhatsAppCore

/// Plays the Graph API's `messages` endpoint: it checks what it gets, refuses what Meta refuses, and keeps what a user
/// would see.
public final class SimulatedGraph: HTTPHandler {
    /// What reached a user, or would have.
    public enum Event: Sendable, Hashable {
        /// A text arrived.
        case text(Text)
        /// The typing indicator appeared below the user's message.
        case typing(messageID: String)
        /// The user's message was marked read.
        case read(messageID: String)
        /// A request was refused, with this code.
        case refused(code: Int64)
    }

    /// A text that was taken.
    public struct Text: Sendable, Hashable {
        /// The user: a phone number, or a business-scoped user id.
        public var recipient: String
        /// The text itself.
        public var body: String
        /// The id that it was given.
        public var id: String
        /// What the sender gave as `biz_opaque_callback_data`.
        public var callbackData: String?
        /// What the user can choose, where it came with buttons or a list.
        public var choices: [Choice] = []
    }

    /// A button below a text, or a row of its list.
    public struct Choice: Sendable, Hashable {
        /// What the user chooses among.
        public var source: SimulatedDelivery.Message.Choice.Source
        /// The id that comes back with the choice.
        public var id: String
        /// What the user reads.
        public var title: String
    }

    /// The longest text that is taken, in UTF-16 units.
    public static let longestText = 4096

    /// All that happened, in order.
    public let events: Recorder<Event>
    private struct State {
        var count = 0
        var faults: [GraphFault] = []
        var limits: GraphLimits
    }
    private let accessToken: Secret
    private let phoneNumberID: String
    private let clock: any ServiceClock
    private let chance: @Sendable () -> GraphFault?
    private let accepted: @Sendable (Text) -> Void
    private let state: Mutex<State>

    /// Plays the endpoint for one business number.
    /// - Parameters:
    ///   - phoneNumberID: the number's id.
    ///   - accessToken: the token that callers must give.
    ///   - limits: whether the rates and windows that Meta keeps are kept here too.
    ///   - faults: what goes wrong with a text, asked for each that ``fail(with:)`` has nothing for.
    ///   - remembering: how many events are kept at least; by default all.
    ///   - clock: the time for the limits, and for faults that take time.
    ///   - accepted: is told of each text that was taken, before it is answered.
    public init(
        phoneNumberID: String, accessToken: Secret, limits: GraphLimits = .none,
        faults: @escaping @Sendable () -> GraphFault? = { nil }, remembering limit: Int = .max,
        clock: any ServiceClock = .system, accepted: @escaping @Sendable (Text) -> Void = { _ in }
    ) {
        events = Recorder(limit: limit)
        state = Mutex(State(limits: limits))
        self.phoneNumberID = phoneNumberID
        self.accessToken = accessToken
        self.clock = clock
        chance = faults
        self.accepted = accepted
    }

    /// The texts that arrived at one user, in order.
    public func texts(to user: String) -> [String] {
        events.elements.compactMap { if case .text(let text) = $0, text.recipient == user { text.body } else { nil } }
    }

    /// Lets the next texts fail, one with each fault, in order; those that were to fail already come first.
    public func fail(with faults: [GraphFault]) { state.withLock { $0.faults += faults } }

    /// The faults of the texts to come.
    public var faults: [GraphFault] { state.withLock { $0.faults } }

    /// Lets no text fail any more.
    public func mend() { state.withLock { $0.faults = [] } }

    /// Notes that a user wrote, which opens the customer service window.
    public func noteMessage(from user: String) { state.withLock { $0.limits.noteMessage(from: user, at: clock.now) } }

    /// Answers as the Graph API does.
    public func handle(_ request: HTTPRequest) async -> HTTPResponse {
        guard request.path.hasSuffix("/\(phoneNumberID)/messages") else {
            return refuse(400, 100, "Unsupported request: the path names no phone number of this account")
        }
        guard request.method == .post else { return refuse(400, 100, "Unsupported method") }
        guard Secret(request.fields["Authorization"] ?? "") == Secret("Bearer \(accessToken.expose())") else {
            return refuse(401, 190, "Invalid OAuth access token")
        }
        guard let json = try? JSONDocument(request.body).root, json["messaging_product"]?.string == "whatsapp" else {
            return refuse(400, 100, "The parameter messaging_product is required.")
        }
        return json["status"] == nil ? await take(textOf: json) : take(statusOf: json)
    }

    private func take(textOf json: JSONValue) async -> HTTPResponse {
        guard let user = json["to"]?.string ?? json["recipient"]?.string, !user.isEmpty else {
            return refuse(400, 100, "The parameter to is required.")
        }
        let content: Content
        do { content = try Content(json) } catch { return refuse(400, 100, error.message) }
        guard (json["biz_opaque_callback_data"]?.string?.count ?? 0) <= 512 else {
            return refuse(400, 100, "Param biz_opaque_callback_data must be at most 512 characters long.")
        }
        let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() } ?? chance()
        switch fault {
        case .error(let status, let code, let delay): return refuse(status, code, "As told", retryAfter: delay)
        case .badGateway:
            events.append(.refused(code: 502))
            return HTTPResponse(
                status: 502, fields: ["Content-Type": "text/html"],
                body: .bytes(Array("<html><body><h1>502 Bad Gateway</h1></body></html>".utf8)))
        case .slow(let delay): try? await clock.sleep(for: delay)
        case .silence, nil: break
        }
        if let code = state.withLock({ $0.limits.refusal(of: user, at: clock.now) }) {
            return refuse(400, code, "The limits of this number or user do not allow it.")
        }
        let text = accept(content, for: user, callbackData: json["biz_opaque_callback_data"]?.string)
        // The sender has hung up long before that.
        if fault == .silence { try? await clock.sleep(for: .seconds(600)) }
        return success(text)
    }

    private func accept(_ content: Content, for user: String, callbackData: String?) -> Text {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        let text = Text(
            recipient: user, body: content.body, id: "wamid.simulated.\(number)", callbackData: callbackData,
            choices: content.choices)
        events.append(.text(text))
        accepted(text)
        return text
    }

    private func success(_ text: Text) -> HTTPResponse {
        .json(200) {
            $0.add("messaging_product", "whatsapp")
            $0.array("contacts") {
                $0.object {
                    $0.add("input", text.recipient)
                    $0.add("wa_id", text.recipient)
                }
            }
            $0.array("messages") { $0.object { $0.add("id", text.id) } }
        }
    }

    private func take(statusOf json: JSONValue) -> HTTPResponse {
        guard json["status"]?.string == "read", let id = json["message_id"]?.string else {
            return refuse(400, 100, "The parameter message_id is required.")
        }
        if let typing = json["typing_indicator"] {
            guard typing["type"]?.string == "text" else { return refuse(400, 100, "Invalid typing_indicator") }
            events.append(.typing(messageID: id))
        } else {
            events.append(.read(messageID: id))
        }
        return .json(200) { $0.add("success", true) }
    }

    private func refuse(
        _ status: Int, _ code: Int64, _ message: String, retryAfter delay: Duration? = nil
    ) -> HTTPResponse {
        events.append(.refused(code: code))
        var response = HTTPResponse.json(status) {
            $0.object("error") {
                $0.add("message", "(#\(code)) \(message)")
                $0.add("type", "OAuthException")
                $0.add("code", code)
                $0.add("fbtrace_id", "simulated")
            }
        }
        if let delay { response.fields["Retry-After"] = String(delay.components.seconds) }
        return response
    }
}
