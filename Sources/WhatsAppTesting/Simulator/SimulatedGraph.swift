internal import Synchronization
public import WhatsAppCore

/// Plays the Graph API's `messages` endpoint: it checks what it gets, refuses what Meta refuses, and keeps what a user
/// would see.
public final class SimulatedGraph: HTTPHandler {
    /// What reached a user, or would have.
    public enum Event: Sendable, Hashable {
        /// A text arrived.
        case text(to: String, body: String, id: String)
        /// The typing indicator appeared below the user's message.
        case typing(messageID: String)
        /// The user's message was marked read.
        case read(messageID: String)
        /// A request was refused, with this code.
        case refused(code: Int64)
    }

    /// The longest text that is taken, in UTF-16 units.
    public static let longestText = 4096

    /// All that happened, in order.
    public let events: Recorder<Event>
    private let accessToken: Secret
    private let phoneNumberID: String
    private let count = Mutex(0)

    /// Plays the endpoint for one business number.
    /// - Parameter remembering: how many events are kept at least; by default all.
    public init(phoneNumberID: String, accessToken: Secret, remembering limit: Int = .max) {
        events = Recorder(limit: limit)
        self.phoneNumberID = phoneNumberID
        self.accessToken = accessToken
    }

    /// The texts that arrived at one user, in order.
    public func texts(to user: String) -> [String] {
        events.elements.compactMap { if case .text(user, let body, _) = $0 { body } else { nil } }
    }

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
        return json["status"] == nil ? take(textOf: json) : take(statusOf: json)
    }

    private func take(textOf json: JSONValue) -> HTTPResponse {
        guard let user = json["to"]?.string ?? json["recipient"]?.string, !user.isEmpty else {
            return refuse(400, 100, "The parameter to is required.")
        }
        guard (json["type"]?.string ?? "text") == "text", let body = json["text"]?["body"]?.string, !body.isEmpty else {
            return refuse(400, 100, "The parameter text['body'] is required.")
        }
        guard body.utf16.count <= Self.longestText else {
            return refuse(400, 100, "Param text['body'] must be at most \(Self.longestText) characters long.")
        }
        guard (json["biz_opaque_callback_data"]?.string?.count ?? 0) <= 512 else {
            return refuse(400, 100, "Param biz_opaque_callback_data must be at most 512 characters long.")
        }
        let number = count.withLock { count in
            count += 1
            return count
        }
        let id = "wamid.simulated.\(number)"
        events.append(.text(to: user, body: body, id: id))
        return .json(200) {
            $0.add("messaging_product", "whatsapp")
            $0.array("contacts") {
                $0.object {
                    $0.add("input", user)
                    $0.add("wa_id", user)
                }
            }
            $0.array("messages") { $0.object { $0.add("id", id) } }
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

    private func refuse(_ status: Int, _ code: Int64, _ message: String) -> HTTPResponse {
        events.append(.refused(code: code))
        return .json(status) {
            $0.object("error") {
                $0.add("message", "(#\(code)) \(message)")
                $0.add("type", "OAuthException")
                $0.add("code", code)
                $0.add("fbtrace_id", "simulated")
            }
        }
    }
}
