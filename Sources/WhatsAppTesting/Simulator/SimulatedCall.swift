internal import Synchronization
public import WhatsAppCore

/// A request of the service to one of its neighbours, and what it was answered.
public struct SimulatedCall: Sendable {
    /// The answer, once the last of its body is written.
    public struct Answer: Sendable {
        /// The status.
        public var status: Int
        /// The body, where it was there at once.
        public var body: [UInt8]?
        /// How long it took.
        public var after: Duration
    }
    /// Counts the calls from 0.
    public var number: Int
    /// The request.
    public var request: HTTPRequest
    /// The answer; none while it is under way. A caller that hangs up gets none.
    public var answer: Answer?
}

/// Tells of each call twice: when it comes and when it is answered.
struct ObservedHandler<Base: HTTPHandler>: HTTPHandler {
    private let base: Base
    private let observe: @Sendable (SimulatedCall) -> Void
    private let count = Counter()

    private final class Counter: Sendable {
        private let value = Atomic(0)
        func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
    }

    init(_ base: Base, observe: @escaping @Sendable (SimulatedCall) -> Void) {
        self.base = base
        self.observe = observe
    }

    func handle(_ request: HTTPRequest) async -> HTTPResponse {
        var call = SimulatedCall(number: count.next(), request: request)
        let begun = ContinuousClock.now
        observe(call)
        var response = await base.handle(request)
        call.answer = .init(status: response.status, body: response.body.knownBytes, after: ContinuousClock.now - begun)
        if call.answer?.body != nil {
            observe(call)
        } else {
            let observe = observe
            response.body = .stream(
                ReportedBody(base: response.body) { [call] in
                    var call = call
                    call.answer?.after = ContinuousClock.now - begun
                    observe(call)
                })
        }
        return response
    }
}

/// A body that tells of its end.
private struct ReportedBody: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    var base: HTTPBody
    var ended: @Sendable () -> Void

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), ended: ended) }

    struct Iterator: AsyncIteratorProtocol {
        var base: HTTPBody.Iterator
        var ended: @Sendable () -> Void

        mutating func next() async throws -> [UInt8]? {
            let piece = try await base.next()
            if piece == nil { ended() }
            return piece
        }
    }
}
