import Synchronization
import WhatsAppCore

/// One request under way, as both clients see it: the place where a transfer's callbacks meet the task that waits.
///
/// The transfer calls ``begin(status:fields:)`` once, ``receive(_:)`` for each piece, and ``finish(_:)`` at the end,
/// in this order, on any thread. The caller of `send` awaits ``response()``.
final class ResponseExchange: Sendable {
    private enum Head {
        case awaited
        case asked(CheckedContinuation<HTTPResponse, any Error>)
        case arrived(status: Int, fields: HTTPFields)
        case failed(any Error)
        case over
    }

    private let head = Mutex(Head.awaited)
    private let body: BodyChannel

    /// Makes an exchange.
    ///
    /// - Parameters:
    ///   - capacity: the bytes of the body that may wait for the reader before the transfer has to pause.
    ///   - resume: lets a paused transfer go on.
    ///   - stop: ends the transfer: nobody is interested any more. Called once at most.
    init(capacity: Int, resume: @escaping @Sendable () -> Void, stop: @escaping @Sendable () -> Void) {
        body = BodyChannel(capacity: capacity, resume: resume, stop: stop)
    }

    /// Waits for the head. Cancelling the task stops the transfer.
    func response() async throws -> HTTPResponse {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { caller in
                let known = head.withLock { head -> Result<HTTPResponse, any Error>? in
                    switch head {
                    case .arrived(let status, let fields):
                        head = .over
                        return .success(response(status, fields))
                    case .failed(let error):
                        head = .over
                        return .failure(error)
                    case .awaited:
                        head = .asked(caller)
                        return nil
                    case .asked, .over:
                        return .failure(HTTPClientError(code: .other, message: "The response has been taken."))
                    }
                }
                if let known { caller.resume(with: known) }
            }
        } onCancel: {
            if failHead(CancellationError()) { body.abandon() }
        }
    }

    /// Tells that the head has arrived.
    func begin(status: Int, fields: HTTPFields) {
        let caller = head.withLock { head -> CheckedContinuation<HTTPResponse, any Error>? in
            switch head {
            case .awaited:
                head = .arrived(status: status, fields: fields)
                return nil
            case .asked(let caller):
                head = .over
                return caller
            case .arrived, .failed, .over:
                return nil
            }
        }
        caller?.resume(returning: response(status, fields))
    }

    /// Hands over a piece of the body.
    func receive(_ piece: [UInt8]) -> BodyChannel.Flow {
        body.push(piece)
    }

    /// Ends the exchange: the call fails if it still waits for the head, otherwise the body ends or fails.
    func finish(_ error: (any Error)? = nil) {
        _ = failHead(error ?? HTTPClientError(code: .malformedResponse, message: "There was no response."))
        body.finish(error)
    }

    /// Fails the call unless the head has been handed over. Returns whether it did.
    private func failHead(_ error: any Error) -> Bool {
        let (failed, caller) = head.withLock { head -> (Bool, CheckedContinuation<HTTPResponse, any Error>?) in
            switch head {
            case .awaited:
                head = .failed(error)
                return (true, nil)
            case .asked(let caller):
                head = .over
                return (true, caller)
            case .arrived, .failed, .over:
                return (false, nil)
            }
        }
        caller?.resume(throwing: error)
        return failed
    }

    private func response(_ status: Int, _ fields: HTTPFields) -> HTTPResponse {
        HTTPResponse(status: status, fields: fields, body: .stream(BodyStream(body)))
    }
}
