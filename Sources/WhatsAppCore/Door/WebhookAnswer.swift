internal import Synchronization

/// What a delivery is answered. The rows and their words are those of the service that this one replaces.
enum WebhookAnswer: Int, Sendable, CaseIterable {
    case invalidPayload, foreignNumber, statusesOnly, maintenance, developmentFilter, tooOld, unsupportedKind
    case duplicate, processed

    /// One answer for all messages of a delivery: that of the first one to be worked on, else that of the first.
    static func ofAll(_ answers: [WebhookAnswer], _ acceptances: [Acceptance]) -> WebhookAnswer {
        var first: WebhookAnswer?
        for (answer, acceptance) in zip(answers, acceptances) {
            if answer == .processed, acceptance == .new { return .processed }
            first = first ?? (answer == .processed ? .duplicate : answer)
        }
        return first ?? answers[0]
    }

    /// The answer's fields, and its status where Meta is not always told 200.
    var row: (success: Bool, message: String, errorCode: String?, status: Int) {
        switch self {
        case .invalidPayload: (false, "Error processing webhook payload", "INVALID_PAYLOAD", 400)
        case .foreignNumber:
            (true, "Skipping, as this webhook is not intended for our WhatsApp business number", nil, 200)
        case .statusesOnly: (true, "Status message processed (ignored)", "STATUS_MESSAGE", 200)
        case .maintenance: (false, "Service under maintenance", "MAINTENANCE_MODE", 503)
        case .developmentFilter: (false, "Message filtered for local development", "DEV_FILTER", 202)
        case .tooOld: (false, "Message too old, notified user", "MESSAGE_TOO_OLD", 422)
        case .unsupportedKind: (false, "Unsupported message type handled", "UNSUPPORTED_MESSAGE_TYPE", 415)
        case .duplicate: (true, "Duplicate message ignored", "DUPLICATE_MESSAGE", 200)
        case .processed: (true, "Message processed successfully", nil, 200)
        }
    }
}

/// The responses to deliveries. They tell the time in seconds, so each is made once a second at most.
final class WebhookAnswers: Sendable {
    private struct Made {
        var second = Int64.min
        /// By raw value of the answer.
        var responses = [HTTPResponse?](repeating: nil, count: WebhookAnswer.allCases.count)
    }

    private let alwaysOK: Bool
    private let made = Mutex(Made())

    /// - Parameter alwaysOK: whether the status is 200 whatever the answer says.
    init(alwaysOK: Bool) { self.alwaysOK = alwaysOK }

    func response(_ answer: WebhookAnswer, at time: UnixTime) -> HTTPResponse {
        made.withLock { made in
            if made.second != time.seconds { made = Made(second: time.seconds) }
            if let response = made.responses[answer.rawValue] { return response }
            let (success, message, errorCode, status) = answer.row
            let response = Self.response(alwaysOK ? 200 : status, success, message, errorCode, at: time)
            made.responses[answer.rawValue] = response
            return response
        }
    }

    /// That nothing was taken in: Meta is to deliver it again.
    static func unavailable(at time: UnixTime) -> HTTPResponse {
        var response = response(503, false, "Service temporarily unavailable", "UNAVAILABLE", at: time)
        response.fields["Retry-After"] = "5"
        return response
    }

    private static func response(
        _ status: Int, _ success: Bool, _ message: String, _ errorCode: String?, at time: UnixTime
    ) -> HTTPResponse {
        .json(status) {
            $0.add("success", success)
            $0.add("message", message)
            $0.add("timestamp", time.seconds)
            $0.add("error_code", errorCode)
        }
    }
}
