internal import Synchronization

/// The messages that were taken from the queue and not yet deleted or given back, and a wait for room among them.
final class MessagesInHand: Sendable {
    private let state = Mutex<(handles: Set<String>, isClosed: Bool)>(([], false))
    private let bell = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    var count: Int { state.withLock { $0.handles.count } }
    var handles: [String] { state.withLock { $0.handles.sorted() } }
    /// Whether no more are to be taken.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    func add(_ handles: [String]) { state.withLock { $0.handles.formUnion(handles) } }

    func remove(_ handles: [String]) {
        state.withLock { $0.handles.subtract(handles) }
        bell.continuation.yield()
    }

    func close() {
        state.withLock { $0.isClosed = true }
        bell.continuation.yield()
    }

    /// Returns `true` as soon as there are fewer than `limit`, and `false` when no more are to be taken. One may wait at a time.
    func waitForRoom(below limit: Int) async -> Bool {
        var rings = bell.stream.makeAsyncIterator()
        while !isClosed {
            if count < limit { return true }
            guard await rings.next() != nil else { return false }
        }
        return false
    }
}
