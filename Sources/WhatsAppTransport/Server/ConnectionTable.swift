/// Names a connection for as long as it lasts, and nothing after it: slots are used again, generations are not.
struct Ticket: Sendable, Hashable {
    fileprivate var slot: UInt32
    fileprivate var generation: UInt32

    /// The ticket as a number.
    var token: UInt64 { UInt64(generation) << 32 | UInt64(slot) }

    fileprivate init(slot: Int, generation: UInt32) {
        self.slot = UInt32(slot)
        self.generation = generation
    }

    /// The ticket that a number stands for.
    init(token: UInt64) {
        slot = UInt32(truncatingIfNeeded: token)
        generation = UInt32(truncatingIfNeeded: token >> 32)
    }
}

/// The open connections, found in constant time by a ticket that may be stale.
struct ConnectionTable<Connection: AnyObject> {
    private var slots: [(generation: UInt32, connection: Connection?)] = []
    private var free: [Int] = []

    /// The number of connections.
    private(set) var count = 0

    /// The places in use and free; see ``connection(at:)``.
    var places: Range<Int> { slots.indices }

    /// The connection in a place, if there is one.
    func connection(at place: Int) -> Connection? { slots[place].connection }

    /// The connection that `ticket` was made for, while it is in the table.
    subscript(ticket: Ticket) -> Connection? {
        let slot = Int(ticket.slot)
        guard slot < slots.count, slots[slot].generation == ticket.generation else { return nil }
        return slots[slot].connection
    }

    /// A ticket for a new connection, which has to be inserted for it.
    mutating func takeTicket() -> Ticket {
        let slot = free.popLast() ?? slots.count
        if slot == slots.count { slots.append((0, nil)) }
        slots[slot].generation &+= 1
        return Ticket(slot: slot, generation: slots[slot].generation)
    }

    /// Adds the connection for which `ticket` was taken.
    mutating func insert(_ connection: Connection, for ticket: Ticket) {
        slots[Int(ticket.slot)].connection = connection
        count += 1
    }

    /// Removes the connection of `ticket`, if it is still there.
    mutating func remove(_ ticket: Ticket) {
        guard self[ticket] != nil else { return }
        slots[Int(ticket.slot)].connection = nil
        free.append(Int(ticket.slot))
        count -= 1
    }
}
