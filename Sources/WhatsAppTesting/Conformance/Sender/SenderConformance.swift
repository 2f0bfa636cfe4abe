public import WhatsAppCore

/// Checks the promises of ``WhatsAppCore/MessageSender``, against a Graph API on 127.0.0.1 that counts what it is asked.
///
/// ```swift
/// let violations = await SenderConformance.check { graph in
///     var configuration = CloudAPIClient.Configuration(
///         phoneNumberID: graph.phoneNumberID, accessToken: graph.accessToken)
///     configuration.graphURL = graph.url
///     return CloudAPIClient(configuration: configuration, http: DefaultHTTPClient())
/// }
/// ```
public enum SenderConformance {
    /// What is checked, each by itself.
    public enum Promise: String, Sendable, CaseIterable {
        /// Texts of all scripts, up to Graph's limit, to phone numbers and to user ids.
        case arrives = "A text arrives as it is, with its token, and is sent under the id that Graph gave it"
        /// With the code, the HTTP status, `is_transient` and `Retry-After`.
        case refusalIsRejected = "What Graph refuses is rejected, with all that Graph tells of it"
        /// Pages of proxies, odd answers, and connections that break after the request.
        case doubtIsUnknown = "What does not tell whether the text was taken is unknown"
        /// Nobody listens.
        case unreachableIsNotSent = "What never left the machine is not sent"
        /// The task is cancelled while Graph is silent.
        case cancelledIsUnknown = "A send that is cut off by a cancellation is unknown"
        /// Whatever comes of it.
        case oneRequest = "An attempt is one request: nothing is sent again"
        /// Of ``WhatsAppCore/MessageSender/showTyping(for:)``.
        case typing = "The typing indicator is shown below the message; a refusal is thrown"
        /// Many sends at the same time.
        case manyAtOnce = "Of many sends at once each has its own outcome"
    }

    /// The Graph API that a sender is to send through.
    public struct Graph: Sendable {
        /// Its base URL, without a slash at its end.
        public var url: String
        /// The business number.
        public var phoneNumberID = "100000000000002"
        /// The token that it wants.
        public var accessToken = Secret("conformance")
    }

    /// Checks a sender.
    /// - Parameters:
    ///   - promises: what is checked; by default all.
    ///   - limit: how long a check may take; a sender that hangs does not keep its promise.
    ///   - make: makes a sender that sends through the given Graph API, once or several times for each promise.
    /// - Returns: what was found; nothing if all is well.
    public static func check(
        _ promises: [Promise] = Promise.allCases, within limit: Duration = .seconds(30),
        _ make: @escaping @Sendable (Graph) async throws -> any MessageSender
    ) async -> [Violation] {
        await violations(of: promises, within: limit) { promise, findings in
            switch promise {
            case .arrives: try await arrives(make, findings)
            case .refusalIsRejected: try await refusalIsRejected(make, findings)
            case .doubtIsUnknown: try await doubtIsUnknown(make, findings)
            case .unreachableIsNotSent: try await unreachableIsNotSent(make, findings)
            case .cancelledIsUnknown: try await cancelledIsUnknown(make, findings)
            case .oneRequest: try await oneRequest(make, findings)
            case .typing: try await typing(make, findings)
            case .manyAtOnce: try await manyAtOnce(make, findings)
            }
        }
    }

    typealias Make = @Sendable (Graph) async throws -> any MessageSender
}
