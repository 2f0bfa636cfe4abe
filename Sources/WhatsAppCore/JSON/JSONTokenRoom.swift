internal import Synchronization

/// Keeps the room of one index for the next text. The room is for the most values that there can be, and asking the system for
/// so much takes longer than to read a text as short as most are.
enum JSONTokenRoom {
    private static let spare = Mutex<[JSONToken]>([])
    /// So many values may stay; more were needed for one large text.
    private static let limit = 4096

    /// An empty array with room.
    static func take(forAtLeast count: Int) -> [JSONToken] {
        var tokens: [JSONToken] = []
        spare.withLock { swap(&$0, &tokens) }
        tokens.removeAll(keepingCapacity: true)
        tokens.reserveCapacity(count)
        return tokens
    }

    /// Takes the room of an index that is read no more, in place of a smaller one.
    static func putBack(_ tokens: consuming [JSONToken]) {
        guard tokens.capacity <= limit else { return }
        spare.withLock { spare in
            if spare.capacity < tokens.capacity { swap(&spare, &tokens) }
        }
    }
}
