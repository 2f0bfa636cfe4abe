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

/// The responses to deliveries. They are made once, but for the time that each of them tells, because every delivery gets
/// one.
struct WebhookAnswers: Sendable {
    /// By raw value of the answer.
    private let rows: [Row]

    /// - Parameter alwaysOK: whether the status is 200 whatever the answer says.
    init(alwaysOK: Bool) {
        rows = WebhookAnswer.allCases.map { answer in
            let row = answer.row
            return Row(alwaysOK ? 200 : row.status, row.success, row.message, row.errorCode)
        }
    }

    func response(_ answer: WebhookAnswer, at time: UnixTime) -> HTTPResponse {
        rows[answer.rawValue].response(at: time)
    }

    /// That nothing was taken in: Meta is to deliver it again.
    static func unavailable(at time: UnixTime) -> HTTPResponse {
        var response = Row(503, false, "Service temporarily unavailable", "UNAVAILABLE").response(at: time)
        response.fields["Retry-After"] = "5"
        return response
    }

    private struct Row {
        let status: Int
        /// The JSON object up to the time, and what comes after it.
        let head: [UInt8]
        let tail: [UInt8]

        init(_ status: Int, _ success: Bool, _ message: String, _ errorCode: String?) {
            self.status = status
            let object = JSONWriter.object {
                $0.add("success", success)
                $0.add("message", message)
            }
            head = object.dropLast() + Array(#","timestamp":"#.utf8)
            tail = errorCode.map { Array(#","error_code":"\#($0)"}"#.utf8) } ?? [UInt8(ascii: "}")]
        }

        func response(at time: UnixTime) -> HTTPResponse {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(head.count + tail.count + 20)
            bytes.append(contentsOf: head)
            bytes.append(decimal: time.seconds)
            bytes.append(contentsOf: tail)
            return .json(status, bytes)
        }
    }
}
