internal import Synchronization

/// A list that grows, and that can be waited for. The base of what records.
public final class Recorder<Element: Sendable>: Sendable {
    private struct Waiter {
        var condition: @Sendable ([Element]) -> Bool
        var continuation: AsyncStream<[Element]>.Continuation

        func resume(returning elements: [Element]) {
            continuation.yield(elements)
            continuation.finish()
        }
    }
    private struct State {
        var elements: [Element] = []
        var waiters: [Waiter] = []
        var hasEnded = false
    }
    private let state = Mutex(State())
    private let limit: Int

    /// Makes an empty list.
    /// - Parameter limit: how many elements are kept at least; the oldest go when there are twice as many. By default all.
    public init(limit: Int = .max) { self.limit = limit }

    /// All that was recorded, in order.
    public var elements: [Element] { state.withLock { $0.elements } }

    /// Adds an element.
    public func append(_ element: Element) {
        let (elements, ready) = state.withLock { state in
            state.elements.append(element)
            state.elements.forgetOldest(remembering: limit)
            let elements = state.elements
            let ready = state.waiters.filter { $0.condition(elements) }
            if !ready.isEmpty { state.waiters.removeAll { $0.condition(elements) } }
            return (elements, ready)
        }
        for waiter in ready { waiter.resume(returning: elements) }
    }

    /// Says that no more will come: nobody waits any longer, now or later.
    package func end() {
        let (elements, waiters) = state.withLock { state in
            state.hasEnded = true
            defer { state.waiters = [] }
            return (state.elements, state.waiters)
        }
        for waiter in waiters { waiter.resume(returning: elements) }
    }

    /// Waits until the list satisfies `condition`, which is asked after each addition, and returns the list. If the task is
    /// cancelled, or no more will come, it returns the list as it is.
    @discardableResult
    public func wait(until condition: @escaping @Sendable ([Element]) -> Bool) async -> [Element] {
        let (stream, continuation) = AsyncStream<[Element]>.makeStream()
        let waiter = Waiter(condition: condition, continuation: continuation)
        state.withLock { state in
            if state.hasEnded || condition(state.elements) {
                waiter.resume(returning: state.elements)
            } else {
                state.waiters.append(waiter)
            }
        }
        for await elements in stream { return elements }
        return elements
    }
}
