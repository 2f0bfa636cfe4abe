/// Who is worked on, and who waits: one lane per user, so that one user's messages go one after the other, and a bound on
/// the lanes that are active at once. A pure value.
///
/// Lanes that wait for a place are served in the order in which they began to wait, and a lane that has had its turn goes
/// to the end: a user with a hundred messages delays nobody by more than one.
public struct Lanes<Item: Sendable>: Sendable {
    private let maximumActive: Int
    private var waiting: [String: [Item]] = [:]
    private var active: Set<String> = []
    private var queue: [String] = []
    private var queueHead = 0

    /// How many items wait in one lane.
    public func waitingCount(in lane: String) -> Int { waiting[lane]?.count ?? 0 }

    /// Takes out all that waits, lane by lane.
    public mutating func removeWaiting() -> [Item] {
        defer {
            waiting = [:]
            queue = []
            queueHead = 0
            waitingCount = 0
        }
        return waiting.keys.sorted().flatMap { waiting[$0] ?? [] }
    }

    /// How many items wait.
    public private(set) var waitingCount = 0

    /// Makes lanes without items.
    /// - Parameter maximumActive: how many lanes may be worked on at once; at least 1.
    public init(maximumActive: Int) {
        precondition(maximumActive > 0, "At least one lane must be allowed to be active.")
        self.maximumActive = maximumActive
    }

    /// Whether nothing is being worked on and nothing waits.
    public var isIdle: Bool { active.isEmpty && waitingCount == 0 }

    /// Adds an item to the end of its lane. Returns what is to be started now: this item, or nothing.
    public mutating func add(_ item: Item, to lane: String) -> Item? {
        if !active.contains(lane), waiting[lane] == nil, active.count < maximumActive {
            active.insert(lane)
            return item
        }
        if waiting[lane] == nil, !active.contains(lane) { queue.append(lane) }
        waiting[lane, default: []].append(item)
        waitingCount += 1
        return nil
    }

    /// Ends the work on a lane. Returns what is to be started now, and in which lane.
    public mutating func finish(_ lane: String) -> (item: Item, lane: String)? {
        precondition(active.remove(lane) != nil, "A lane that is not active cannot be finished.")
        if waiting[lane] != nil { queue.append(lane) }
        guard queueHead < queue.count else { return nil }
        let next = queue[queueHead]
        queueHead += 1
        if queueHead * 2 > queue.count {
            queue.removeFirst(queueHead)
            queueHead = 0
        }
        guard var items = waiting.removeValue(forKey: next) else { return nil }
        let item = items.removeFirst()
        waitingCount -= 1
        if !items.isEmpty { waiting[next] = items }
        active.insert(next)
        return (item, next)
    }
}
