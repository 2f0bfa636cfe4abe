internal import Synchronization
public import WhatsAppCore

/// An HTTP service that works, fails, breaks off or stalls as it is told: what ``BackendConformance`` needs behind a
/// client that talks HTTP.
public final class ConductedHandler: HTTPHandler {
    private let base: any HTTPHandler
    private let state = Mutex(BackendConformance.Conduct.works)

    /// Makes a service that works as `base` does.
    public init(_ base: any HTTPHandler) { self.base = base }

    /// How it behaves from the next request on.
    public var conduct: BackendConformance.Conduct {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    /// Answers as `base` does, as far as its conduct allows.
    public func handle(_ request: HTTPRequest) async -> HTTPResponse {
        let conduct = conduct
        guard conduct != .fails else { return .detail(500, "As told") }
        var response = await base.handle(request)
        guard conduct != .works else { return response }
        do {
            let whole = try await response.body.collect()
            response.body = .stream(
                HalfBody(half: Array(whole[..<((whole.count + 1) / 2)]), stalls: conduct == .stalls))
        } catch {
            response = .detail(500, "\(error)")
        }
        return response
    }
}

/// A body of which the second half is lost, or never comes.
struct HalfBody: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    var half: [UInt8]
    var stalls: Bool

    func makeAsyncIterator() -> Iterator { Iterator(body: self) }

    struct Iterator: AsyncIteratorProtocol {
        let body: HalfBody
        var hasBegun = false

        mutating func next() async throws -> [UInt8]? {
            guard hasBegun || body.half.isEmpty else {
                hasBegun = true
                return body.half
            }
            if body.stalls {
                for await _ in AsyncStream<Never>.makeStream().stream {}
                try Task.checkCancellation()
            }
            throw HTTPClientError(code: .connectionLost, message: "As told.")
        }
    }
}
