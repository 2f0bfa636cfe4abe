/// The ids of finished messages, for as long as they are remembered: 16 bytes a slot, 21 to 32 bytes an id.
///
/// Open addressing in 1024 small tables. Each grows on its own, so that no insertion moves more than a thousandth of all
/// ids, and a copy taken for a snapshot costs as much as what changes meanwhile. An expired slot is taken by a new id.
package struct IDIndex: Sendable {
    /// A remembered id. `acceptedAt` is in seconds since 1970, as ``second(_:)`` gives them; 0 is an empty slot.
    package struct Slot: Sendable, Hashable {
        package var fingerprintLow: UInt64
        package var fingerprintHigh: UInt32
        package var acceptedAt: UInt32

        package init(_ fingerprint: IDFingerprint, acceptedAt: UInt32) {
            fingerprintLow = fingerprint.low
            fingerprintHigh = fingerprint.high
            self.acceptedAt = acceptedAt
        }

        /// Whose id it is.
        var fingerprint: IDFingerprint { IDFingerprint(low: fingerprintLow, high: fingerprintHigh) }

        fileprivate static let empty = Slot(IDFingerprint(low: 0, high: 0), acceptedAt: 0)

        fileprivate func has(_ fingerprint: IDFingerprint) -> Bool {
            fingerprintLow == fingerprint.low && fingerprintHigh == fingerprint.high
        }
    }

    /// How long an id is remembered after its acceptance, in seconds.
    package let retention: UInt32
    private var tables = [Table](repeating: Table(), count: 1 << tableBits)
    private static let tableBits = 10

    /// Makes an empty index.
    package init(retention: Duration) {
        self.retention = UInt32(clamping: retention.components.seconds)
    }

    /// How many tables there are. Together they hold every slot.
    package var tableCount: Int { tables.count }

    /// How many slots are in use, those included that have expired and were not reused yet.
    package var count: Int { tables.reduce(0) { $0 + $1.used } }

    /// The memory of the slots, in bytes.
    package var byteCount: Int { tables.reduce(0) { $0 + $1.slots.count * MemoryLayout<Slot>.stride } }

    /// A time as slots hold it: whole seconds since 1970, from 1 to 2³² − 1 (the year 2106).
    package static func second(_ time: UnixTime) -> UInt32 { max(1, UInt32(clamping: time.seconds)) }

    /// Whether an id is remembered at the time `now`.
    package func contains(_ fingerprint: IDFingerprint, at now: UnixTime) -> Bool {
        tables[table(of: fingerprint)].contains(fingerprint, oldest: oldest(at: now))
    }

    /// Remembers an id until its retention has passed. What has expired at the time `now` may give way to it.
    package mutating func insert(_ fingerprint: IDFingerprint, acceptedAt: UInt32, now: UnixTime) {
        let oldest = oldest(at: now)
        guard acceptedAt >= oldest else { return }
        tables[table(of: fingerprint)].insert(Slot(fingerprint, acceptedAt: acceptedAt), oldest: oldest)
    }

    /// The ids of one table that have not expired at the time `now`.
    package func slots(ofTable number: Int, at now: UnixTime) -> [Slot] {
        let oldest = oldest(at: now)
        return tables[number].slots.filter { $0.acceptedAt != 0 && $0.acceptedAt >= oldest }
    }

    /// The first second of acceptance that is still remembered.
    private func oldest(at now: UnixTime) -> UInt32 {
        let now = Self.second(now)
        return now > retention ? now - retention : 1
    }

    private func table(of fingerprint: IDFingerprint) -> Int { Int(fingerprint.high >> (32 - UInt32(Self.tableBits))) }
}

extension IDIndex {
    /// One table with linear probing, at most three quarters full.
    private struct Table: Sendable {
        var slots: [Slot] = []
        /// How many slots are not empty.
        var used = 0

        func contains(_ fingerprint: IDFingerprint, oldest: UInt32) -> Bool {
            guard !slots.isEmpty else { return false }
            var at = start(of: fingerprint.low)
            while slots[at].acceptedAt != 0 {
                if slots[at].has(fingerprint) { return slots[at].acceptedAt >= oldest }
                at = at + 1 == slots.count ? 0 : at + 1
            }
            return false
        }

        mutating func insert(_ slot: Slot, oldest: UInt32) {
            if (used + 1) * 4 > slots.count * 3 { grow(oldest: oldest) }
            let fingerprint = slot.fingerprint
            var at = start(of: fingerprint.low)
            var expired: Int?
            while slots[at].acceptedAt != 0 {
                if slots[at].has(fingerprint) {
                    slots[at].acceptedAt = max(slots[at].acceptedAt, slot.acceptedAt)
                    return
                }
                if expired == nil, slots[at].acceptedAt < oldest { expired = at }
                at = at + 1 == slots.count ? 0 : at + 1
            }
            if expired == nil { used += 1 }
            slots[expired ?? at] = slot
        }

        /// Makes room by half as much again, and drops what has expired.
        private mutating func grow(oldest: UInt32) {
            let kept = slots.filter { $0.acceptedAt != 0 && $0.acceptedAt >= oldest }
            slots = Array(repeating: .empty, count: max(4, (kept.count + 1) * 2))
            used = 0
            for slot in kept { insert(slot, oldest: oldest) }
        }

        /// Scales a hash to the table's size, which need not be a power of two.
        private func start(of hash: UInt64) -> Int { Int(hash.multipliedFullWidth(by: UInt64(slots.count)).high) }
    }
}
