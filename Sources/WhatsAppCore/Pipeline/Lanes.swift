/// Who is worked on, and who waits: one lane per user, so that one user's messages go one after the other, and a bound on
/// the lanes that are active at once. A pure value.
///
/// Lanes that wait for a place are served in the order in which they began to wait, and a lane that has had its turn goes
/// to the end: a user with a hundred messages delays nobody by more than one. Of items that are suspected to kill the
/// process one at a time is worked on: whichever dies with it, no other suspect does. A lane that only waits for news takes
/// no place meanwhile.
package struct Lanes<Item: Sendable>: Sendable {
    private let maximumActive: Int
    private let isSuspect: @Sendable (Item) -> Bool
    private var waiting: [String: [Item]] = [:]
    private var active: Set<String> = []
    private var paused: Set<String> = []
    private var activeSuspect: String?
    private var queue = Queue()
    /// Lanes whose first item is a suspect.
    private var suspects = Queue()
    /// How many items wait.
    package private(set) var waitingCount = 0

    /// Makes lanes without items.
    /// - Parameters:
    ///   - maximumActive: how many lanes may be worked on at once; at least 1.
    ///   - isSuspect: whether an item is worked on without another suspect beside it.
    package init(maximumActive: Int, isSuspect: @escaping @Sendable (Item) -> Bool = { _ in false }) {
        precondition(maximumActive > 0, "At least one lane must be allowed to be active.")
        self.maximumActive = maximumActive
        self.isSuspect = isSuspect
    }

    /// Whether nothing is being worked on and nothing waits.
    package var isIdle: Bool { active.isEmpty && paused.isEmpty && waitingCount == 0 }

    /// How many items wait in one lane.
    package func waitingCount(in lane: String) -> Int { waiting[lane]?.count ?? 0 }

    /// Takes out all that waits, lane by lane.
    package mutating func removeWaiting() -> [Item] {
        defer { (waiting, queue, suspects, waitingCount) = ([:], Queue(), Queue(), 0) }
        return waiting.keys.sorted().flatMap { waiting[$0] ?? [] }
    }

    /// Adds an item to the end of its lane. Returns what is to be started now: this item, or nothing.
    package mutating func add(_ item: Item, to lane: String) -> Item? {
        if !active.contains(lane), !paused.contains(lane), waiting[lane] == nil {
            if active.count < maximumActive, activeSuspect == nil || !isSuspect(item) {
                activate(lane, for: item)
                return item
            }
            wait(lane, behind: item)
        }
        waiting[lane, default: []].append(item)
        waitingCount += 1
        return nil
    }

    /// Ends the work on a lane. Returns what is to be started now: seldom more than one item.
    package mutating func finish(_ lane: String) -> [Item] {
        precondition(active.remove(lane) != nil, "A lane that is not active cannot be finished.")
        if activeSuspect == lane { activeSuspect = nil }
        if let first = waiting[lane]?.first { wait(lane, behind: first) }
        return startWaiting()
    }

    /// Gives up an active lane's place, but not the lane: its next item does not begin. Returns what is to be started now.
    package mutating func pause(_ lane: String) -> [Item] {
        precondition(active.remove(lane) != nil, "A lane that is not active cannot be paused.")
        if activeSuspect == lane { activeSuspect = nil }
        paused.insert(lane)
        return startWaiting()
    }

    /// Makes a paused lane active again, at once: there may be more than the bound for a while, and nothing begins meanwhile.
    package mutating func resume(_ lane: String) {
        precondition(paused.remove(lane) != nil, "A lane that is not paused cannot be resumed.")
        active.insert(lane)
    }

    /// Fills the places that are free.
    private mutating func startWaiting() -> [Item] {
        var started: [Item] = []
        while active.count < maximumActive {
            let suspect = activeSuspect == nil ? suspects.popFirst() : nil
            guard let next = suspect ?? queue.popFirst(), var items = waiting.removeValue(forKey: next) else { break }
            let item = items.removeFirst()
            waitingCount -= 1
            if !items.isEmpty { waiting[next] = items }
            activate(next, for: item)
            started.append(item)
        }
        return started
    }

    private mutating func activate(_ lane: String, for item: Item) {
        active.insert(lane)
        if isSuspect(item) { activeSuspect = lane }
    }

    private mutating func wait(_ lane: String, behind first: Item) {
        if isSuspect(first) { suspects.append(lane) } else { queue.append(lane) }
    }
}

/// First in, first out.
private struct Queue: Sendable {
    private var lanes: [String] = []
    private var head = 0

    mutating func append(_ lane: String) { lanes.append(lane) }

    mutating func popFirst() -> String? {
        guard head < lanes.count else { return nil }
        defer {
            head += 1
            if head * 2 > lanes.count {
                lanes.removeFirst(head)
                head = 0
            }
        }
        return lanes[head]
    }
}
