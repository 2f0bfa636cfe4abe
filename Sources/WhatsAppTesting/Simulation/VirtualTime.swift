internal import Synchronization
package import WhatsAppCore

/// Time that passes only when nothing else can happen: it jumps to the next thing that is due. In microseconds.
package final class VirtualTime: Sendable {
    fileprivate struct Due {
        var time: Int64
        var number: Int
        func isBefore(_ other: Due) -> Bool { (time, number) < (other.time, other.number) }
    }
    fileprivate struct Timer {
        var isBackground: Bool
        var action: @Sendable () -> Void
    }
    fileprivate struct State {
        var now: Int64 = 0
        /// How far the clock on the wall is ahead of its beginning plus `now`, in milliseconds.
        var wallOffset: Int64 = 0
        var nextNumber = 0
        var heap: [Due] = []
        /// By number. Those that were cancelled are in the heap still, and not here.
        var timers: [Int: Timer] = [:]
        var foreground = 0
    }
    private let state = Mutex(State())

    /// What the clock on the wall shows at the beginning.
    package static let start = UnixTime(seconds: 1_782_900_000)

    package init() {}

    /// The time since the beginning. It never jumps.
    package var now: Int64 { state.withLock { $0.now } }

    /// What the clock on the wall shows.
    package var wall: UnixTime {
        state.withLock { UnixTime(milliseconds: Self.start.milliseconds + $0.wallOffset + $0.now / 1000) }
    }

    /// Sets the clock on the wall forward or back.
    package func jumpWall(by milliseconds: Int64) { state.withLock { $0.wallOffset += milliseconds } }

    /// Does something later.
    /// - Parameter isBackground: whether it is no reason to go on when nothing else is due.
    /// - Returns: a number by which it can be cancelled.
    @discardableResult
    package func after(
        _ microseconds: Int64, isBackground: Bool = false, _ action: @escaping @Sendable () -> Void
    ) -> Int {
        state.withLock { state in
            let number = state.nextNumber
            state.nextNumber += 1
            state.timers[number] = Timer(isBackground: isBackground, action: action)
            if !isBackground { state.foreground += 1 }
            state.push(Due(time: state.now + max(0, microseconds), number: number))
            return number
        }
    }

    /// Sees to it that something is not done, unless it was done already.
    package func cancel(_ number: Int) {
        state.withLock { _ = $0.take(number) }
    }

    /// Sees to it that nothing more is done.
    package func cancelAll() {
        // What the timers hold may end with them, and cancel others on its way: not under the lock.
        let timers = state.withLock { state in
            defer { (state.timers, state.heap, state.foreground) = ([:], [], 0) }
            return state.timers
        }
        withExtendedLifetime(timers) {}
    }

    /// Lets time pass until the next thing is due, and does it.
    /// - Returns: `false` when nothing but background is left.
    package func fireNext() -> Bool {
        let action = state.withLock { state -> (@Sendable () -> Void)? in
            while state.foreground > 0, let due = state.pop() {
                guard let timer = state.take(due.number) else { continue }
                state.now = due.time
                return timer.action
            }
            return nil
        }
        guard let action else { return false }
        action()
        return true
    }
}

extension VirtualTime.State {
    fileprivate mutating func take(_ number: Int) -> VirtualTime.Timer? {
        guard let timer = timers.removeValue(forKey: number) else { return nil }
        if !timer.isBackground { foreground -= 1 }
        return timer
    }

    /// A binary heap: what is due first is at the front.
    fileprivate mutating func push(_ due: VirtualTime.Due) {
        heap.append(due)
        var child = heap.count - 1
        while child > 0, case let parent = (child - 1) / 2, heap[child].isBefore(heap[parent]) {
            heap.swapAt(child, parent)
            child = parent
        }
    }

    fileprivate mutating func pop() -> VirtualTime.Due? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = 2 * parent + 1
            guard least < heap.count else { break }
            if least + 1 < heap.count, heap[least + 1].isBefore(heap[least]) { least += 1 }
            guard heap[least].isBefore(heap[parent]) else { break }
            heap.swapAt(parent, least)
            parent = least
        }
        return first
    }
}
