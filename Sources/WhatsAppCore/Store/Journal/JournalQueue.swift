/// What waits for a commit: requests, and whom to tell what became of each.
struct JournalQueue {
    typealias Completion = @Sendable (Result<JournalReply, JournalError>) -> Void

    /// Who waits for a request. Bare closures in an array would each be wrapped in another.
    struct Waiter {
        var complete: Completion
    }

    /// How much there is to write.
    struct Size {
        /// About how long the records will be: the texts, and something for the rest.
        var bytes: Int
        var records: Int
    }

    private(set) var requests: [JournalRequest] = []
    private(set) var waiters: [Waiter] = []
    /// Who asks for what is unfinished after all the requests.
    var inquiries: [CheckedContinuation<[(message: AcceptedMessage, progress: [MessageProgress])], any Error>] = []
    private var size = Size(bytes: 0, records: 0)

    var isEmpty: Bool { waiters.isEmpty && inquiries.isEmpty }

    mutating func append(_ request: JournalRequest, size more: Size, _ completion: @escaping Completion) {
        requests.append(request)
        waiters.append(Waiter(complete: completion))
        size.bytes += more.bytes
        size.records += more.records
    }

    /// Empties it, and keeps its memory if that is what a commit needs.
    mutating func removeAll() {
        let keeps = waiters.count <= 4096
        requests.removeAll(keepingCapacity: keeps)
        waiters.removeAll(keepingCapacity: keeps)
        inquiries = []
        size = Size(bytes: 0, records: 0)
    }

    /// Moves all there is to `other`, which is empty, or as many of the first requests as come to the limit: then who asks
    /// what is unfinished waits for the rest.
    mutating func move(to other: inout JournalQueue, upTo limit: Size) {
        if size.bytes <= limit.bytes, size.records <= limit.records { return swap(&self, &other) }
        for (request, waiter) in zip(requests, waiters) {
            guard other.size.bytes < limit.bytes, other.size.records < limit.records else { break }
            other.append(request, size: Size(of: request), waiter.complete)
        }
        requests.removeFirst(other.requests.count)
        waiters.removeFirst(other.waiters.count)
        size.bytes -= other.size.bytes
        size.records -= other.size.records
    }

    /// Tells all that it failed.
    func fail(_ error: JournalError) {
        for waiter in waiters { waiter.complete(.failure(error)) }
        for inquiry in inquiries { inquiry.resume(throwing: error) }
    }
}

extension JournalQueue.Size {
    init(of request: JournalRequest) {
        switch request {
        case .accept(let messages):
            bytes = messages.reduce(0) { $0 + 128 + ($1.text?.utf8.count ?? 0) + ($1.messageID?.utf8.count ?? 0) }
            records = messages.count
        case .record(let steps, _):
            bytes = steps.reduce(64) { sum, step in
                guard case .replied(let reply) = step else { return sum + 64 }
                return reply.parts.reduce(sum) { $0 + 8 + $1.utf8.count }
            }
            records = 1
        }
    }
}
