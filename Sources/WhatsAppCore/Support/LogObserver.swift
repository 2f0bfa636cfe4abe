internal import Synchronization

/// Writes what happens in the pipeline to a log: message keys, masked senders, numbers; never a text, a phone number or an
/// id that holds one. In what others report, long runs of digits are masked.
public final class LogObserver: PipelineObserver {
    private let log: Log
    /// The foreign numbers that were told of: each once, because where a number is shared they come all the time.
    private let foreign = Mutex<Set<String>>([])

    /// Makes an observer that writes to `log`.
    public init(_ log: Log) { self.log = log }

    /// Writes the event.
    public func observe(_ event: PipelineEvent) {
        switch event {
        case .signatureRefused:
            log(.warning, "Delivery refused: its signature is missing or wrong")
        case .payloadRefused(let reason):
            log(.warning, "Delivery refused: not a webhook payload", [("reason", reason)])
        case .foreign(let id):
            let id = id ?? "missing"
            let isNew = foreign.withLock { $0.count < 64 && $0.insert(id).inserted }
            log(isNew ? .warning : .debug, "Passed over: not for our number", [("phone_number_id", id)])
        case .statusReceived(let status):
            log(
                status.status == "failed" ? .warning : .debug, "Status received",
                [("status", status.status ?? "missing")] + Self.field(status.errors))
        case .undecodable(let reason):
            log(.warning, "Part of a payload was not understood", [("reason", reason)])
        case .changeReceived(let field, let errors):
            log(
                errors.isEmpty ? .debug : .warning, "Change received",
                [("field", field ?? "missing")] + Self.field(errors))
        case .accepted(let message):
            log(
                .info, "Message accepted",
                [
                    ("key", message.key.description), ("kind", message.kind.rawValue),
                    ("from", Log.masked(message.user.phoneNumberOrID)), ("plan", message.plan.name),
                ])
        case .duplicate(let key):
            log(.info, "Message arrived once more", of(key))
        case .intakeFailed(let reason):
            log(
                .error, "Messages could not be taken in; Meta will deliver them again",
                [("reason", Log.maskingNumbers(reason))])
        case .started(let key):
            log(.debug, "Work on a message began", of(key))
        case .backendAnswered(let key, let bytes, let duration):
            log(
                .info, "Backend answered",
                of(key) + [("bytes", "\(bytes)"), ("milliseconds", "\(duration.wholeMilliseconds)")])
        case .backendFailed(let key, let error):
            log(.error, "Backend failed", of(key) + [("error", Log.maskingNumbers("\(error)"))])
        case .unexpectedFailure(let key, let error):
            log(.error, "Unexpected failure", of(key) + [("error", Log.maskingNumbers("\(error)"))])
        case .typingFailed(let key, let error):
            log(.debug, "Typing indicator not shown", of(key) + [("error", Log.maskingNumbers("\(error)"))])
        case .backendRetried(let key, let delay):
            log(.warning, "The backend is asked again", of(key) + [("milliseconds", "\(delay.wholeMilliseconds)")])
        case .held(let key, let hold):
            log(.warning, "Texts are held back", of(key) + [("hold", "\(hold)")])
        case .sendUnknown(let key, let part):
            log(.warning, "Nobody learned whether a part was sent", of(key) + [("part", "\(part + 1)")])
        case .resolvedByStatus(let key, let part):
            log(.info, "A status shows that the part was sent", of(key) + [("part", "\(part + 1)")])
        case .blindResend(let key, let part):
            log(.warning, "A part is sent once more: the user may get it twice", of(key) + [("part", "\(part + 1)")])
        case .partSent(let key, let part, let count):
            log(.debug, "Part sent", of(key) + [("part", "\(part + 1)/\(count)")])
        case .partFailed(let key, let part, let outcome):
            log(
                .error, "Part not sent",
                of(key) + [("part", "\(part + 1)"), ("outcome", Log.maskingNumbers(outcome.summary))])
        case .recordRetried(let key, let error, let delay):
            log(
                .error, "A step could not be recorded, and is recorded again",
                of(key) + [("error", Log.maskingNumbers("\(error)")), ("milliseconds", "\(delay.wholeMilliseconds)")])
        case .finished(let key, let outcome):
            log(
                outcome.isFailure ? .error : .info, "Message finished",
                of(key) + [("outcome", Log.maskingNumbers(outcome.name))])
        case .interrupted(let key, let error):
            let reason = error is CancellationError ? "the service stops" : Log.maskingNumbers("\(error)")
            log(.warning, "Work on a message was interrupted", of(key) + [("reason", reason)])
        case .queueFailed(let error):
            log(.error, "The queue failed", [("error", Log.maskingNumbers("\(error)"))])
        }
    }

    private static func field(_ errors: [CloudAPIError]) -> [Log.Field] {
        guard !errors.isEmpty else { return [] }
        return [("errors", Log.maskingNumbers(errors.map(\.description).joined(separator: "; ")))]
    }

    private func of(_ key: MessageKey) -> [Log.Field] { [("key", key.description)] }
}

extension MessagePlan {
    fileprivate var name: String {
        switch self {
        case .answer: "answer"
        case .notice(let notice): "notice \(notice.name)"
        case .ignore(let reason): "ignore \(reason.rawValue)"
        }
    }
}

extension MessageOutcome {
    fileprivate var name: String {
        switch self {
        case .answered(let parts): "answered in \(parts) \(parts == 1 ? "part" : "parts")"
        case .noticed(let notice): "notice \(notice.name)"
        case .ignored(let reason): "ignored \(reason.rawValue)"
        case .failed(let reason): "failed: \(reason)"
        case .deadLettered(let reason): "dead letter: \(reason)"
        }
    }

    fileprivate var isFailure: Bool {
        switch self {
        case .failed, .deadLettered: true
        case .answered, .noticed, .ignored: false
        }
    }
}

extension Notice {
    fileprivate var name: String {
        switch self {
        case .unsupported(let kind): "unsupported \(kind.rawValue)"
        default: "\(self)"
        }
    }
}

extension SendOutcome {
    fileprivate var summary: String {
        switch self {
        case .sent: "sent"
        case .rejected(let error): "refused, \(error)"
        case .notSent(let reason): "not sent, \(reason)"
        case .unknown(let reason): "unknown, \(reason)"
        }
    }
}
