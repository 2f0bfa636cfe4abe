internal import Synchronization
public import WhatsAppCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A file system in memory that can fail any operation and lose power: what the journal is put through.
///
/// It keeps apart what programs see and what the medium holds. Until a file is synced, each of its writes may reach the
/// medium or not, whole or in part, in any order; until the directory is synced, so may each change of a name. A failed
/// sync drops what it should have made durable, and no later sync of the file makes up for it. The same seed and the same
/// calls give the same outcome.
public final class FaultyFiles: JournalFiles {
    /// Which operations fail, and how.
    public struct Fault: Sendable, Hashable {
        /// What goes wrong.
        public enum Kind: Sendable, Hashable {
            /// The operation throws this error number. A write may have written a part. `ENOSPC` is thrown only by what
            /// takes space: create, write, rename and sync.
            case error(Int32)
            /// A write writes only a part. Other operations work.
            case shortWrite
        }
        /// What goes wrong.
        public var kind: Kind
        /// The number of the first operation that fails, counted from 1.
        public var operation: Int
        /// Whether all later operations fail too.
        public var isSticky: Bool

        /// Makes a fault.
        public init(_ kind: Kind, at operation: Int, isSticky: Bool = false) {
            self.kind = kind
            self.operation = operation
            self.isSticky = isSticky
        }

        /// The machine stops at an operation: nothing works from there on. Go on with ``FaultyFiles/afterPowerLoss()``.
        public static func stop(at operation: Int) -> Fault { Fault(.error(EIO), at: operation, isSticky: true) }
    }

    fileprivate struct State {
        var disk: MemoryDisk
        var random: SeededRandom
        var fault: Fault?
        var capacity: Int?
        var operationCount = 0
        var hasFailed = false
        var isLocked = false
    }
    private let state: Mutex<State>

    /// Makes an empty file system.
    /// - Parameters:
    ///   - seed: decides what a fault or a loss of power leaves.
    ///   - capacity: how many bytes fit; `nil` for no bound.
    public convenience init(seed: UInt64 = 1, capacity: Int? = nil) {
        self.init(State(disk: MemoryDisk(), random: SeededRandom(seed: seed), capacity: capacity))
    }

    private init(_ state: State) { self.state = Mutex(state) }

    /// `memory`.
    public var path: String { "memory" }

    /// The fault to come; `nil` for none.
    public var fault: Fault? {
        get { state.withLock { $0.fault } }
        set { state.withLock { $0.fault = newValue } }
    }

    /// How many bytes fit; `nil` for no bound.
    public var capacity: Int? {
        get { state.withLock { $0.capacity } }
        set { state.withLock { $0.capacity = newValue } }
    }

    /// How many operations there were.
    public var operationCount: Int { state.withLock { $0.operationCount } }

    /// Whether the fault came about.
    public var hasFailed: Bool { state.withLock { $0.hasFailed } }

    /// What programs see: the files' contents by name.
    public var contents: [String: [UInt8]] {
        get { state.withLock { $0.disk.contents } }
        set { state.withLock { $0.disk = MemoryDisk(newValue) } }
    }

    /// The file system as it is when the process has died, and the machine has not: nothing is lost but the lock.
    public func afterProcessDeath() -> FaultyFiles {
        FaultyFiles(state.withLock { State(disk: $0.disk, random: $0.random.split(), capacity: $0.capacity) })
    }

    /// The file system as it may be after a loss of power. Each call may give another outcome.
    public func afterPowerLoss() -> FaultyFiles {
        FaultyFiles(
            state.withLock { state in
                var random = state.random.split()
                let disk = state.disk.afterPowerLoss(&random)
                return State(disk: disk, random: random, capacity: state.capacity)
            })
    }

    /// Counts only: there is one directory, and it is there.
    public func makeDirectory() throws(FileError) { try perform(.makeDirectory, path) { _ in nil } }

    /// Takes the lock, or throws `EWOULDBLOCK`.
    public func lock() throws(FileError) -> any JournalLock {
        try perform(.lock, path) { state in
            defer { state.isLocked = true }
            return state.isLocked ? EWOULDBLOCK : nil
        }
        return Lock(self)
    }

    /// The names in order.
    public func list() throws(FileError) -> [String] {
        var names: [String] = []
        try perform(.list, path) { state in
            names = state.disk.names.keys.sorted()
            return nil
        }
        return names
    }

    /// Creates a file.
    public func create(_ name: String) throws(FileError) -> any JournalFile {
        var number = 0
        try perform(.create, name) { state in
            guard state.disk.names[name] == nil else { return EEXIST }
            number = state.disk.create(name)
            return nil
        }
        return File(files: self, number: number, name: name)
    }

    /// Opens a file.
    public func open(_ name: String) throws(FileError) -> any JournalFile {
        var number = 0
        try perform(.open, name) { state in
            guard let found = state.disk.names[name] else { return ENOENT }
            number = found
            return nil
        }
        return File(files: self, number: number, name: name)
    }

    /// Renames a file: what programs see changes at once, the medium perhaps.
    public func rename(_ name: String, to newName: String) throws(FileError) {
        try perform(.rename, name) { $0.disk.rename(name, to: newName) ? nil : ENOENT }
    }

    /// Removes a file. Whoever has it open goes on with it.
    public func remove(_ name: String) throws(FileError) {
        try perform(.remove, name) { $0.disk.remove(name) ? nil : ENOENT }
    }

    /// Makes all changes of names durable.
    public func syncDirectory() throws(FileError) {
        try perform(.syncDirectory, path) { state in
            state.disk.syncNames()
            return nil
        }
    }

    /// Counts an operation, and fails it when its turn has come.
    /// - Parameters:
    ///   - failing: what a failure leaves behind.
    ///   - body: the operation. It gives `nil`, or an error number.
    private func perform(
        _ operation: FileError.Operation, _ name: String, failing: (inout State) -> Void = { _ in },
        _ body: (inout State) -> Int32?
    ) throws(FileError) {
        let failure = state.withLock { state -> Int32? in
            state.operationCount += 1
            if case .error(let number) = state.fault?.kind, state.strikes(operation, number) {
                state.hasFailed = true
                failing(&state)
                return number
            }
            return body(&state)
        }
        if let failure { throw FileError(operation, name, errno: failure) }
    }

    private struct Lock: JournalLock {
        private let files: FaultyFiles
        private let isHeld = Held()
        init(_ files: FaultyFiles) { self.files = files }
        func release() { if isHeld.end() { files.state.withLock { $0.isLocked = false } } }
    }

    private final class Held: Sendable {
        private let isHeld = Mutex(true)
        func end() -> Bool {
            isHeld.withLock { isHeld in
                defer { isHeld = false }
                return isHeld
            }
        }
    }

    private struct File: JournalFile {
        let files: FaultyFiles
        let number: Int
        let name: String

        func write(_ bytes: [UInt8], from start: Int, at offset: Int) throws(FileError) -> Int {
            var count = bytes.count - start
            try files.perform(.write, name) { state in
                // A failed write may have written a part.
                let part = Int.random(in: 0..<max(count, 1), using: &state.random)
                state.disk.write(Array(bytes[start..<start + part]), at: offset, to: number)
            } _: { state in
                if state.fault?.kind == .shortWrite, state.hasTurn {
                    state.hasFailed = true
                    count = Int.random(in: min(1, count)...count, using: &state.random)
                }
                if let capacity = state.capacity {
                    count = min(count, max(0, state.disk.size(of: number) + capacity - state.disk.totalSize - offset))
                    if count == 0, start < bytes.count { return ENOSPC }
                }
                state.disk.write(Array(bytes[start..<start + count]), at: offset, to: number)
                return nil
            }
            return count
        }

        func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8] {
            var bytes: [UInt8] = []
            try files.perform(.read, name) { state in
                bytes = state.disk.read(count, at: offset, from: number)
                return nil
            }
            return bytes
        }

        func sync() throws(FileError) {
            try files.perform(.sync, name) {
                $0.disk.failSync(of: number)
            } _: { state in
                state.disk.sync(number)
                return nil
            }
        }

        func truncate(to size: Int) throws(FileError) {
            try files.perform(.truncate, name) { state in
                state.disk.truncate(number, to: size)
                return nil
            }
        }

        func size() throws(FileError) -> Int {
            var size = 0
            try files.perform(.size, name) { state in
                size = state.disk.size(of: number)
                return nil
            }
            return size
        }
    }
}

extension FaultyFiles.State {
    /// Whether the operation that was counted last is one that the fault is meant for.
    fileprivate var hasTurn: Bool {
        guard let fault else { return false }
        return fault.isSticky ? operationCount >= fault.operation : operationCount == fault.operation
    }

    fileprivate func strikes(_ operation: FileError.Operation, _ number: Int32) -> Bool {
        guard hasTurn else { return false }
        return number != ENOSPC || [.create, .write, .rename, .sync].contains(operation)
    }
}
