/// The seam between the journal and the disk: one flat directory of files.
///
/// Each call is one operation that may fail, so that tests can fail any of them. Interrupted calls and short writes are
/// reported, not hidden: the journal deals with them. Calls block, and are meant for a thread of their own.
public protocol JournalFiles: Sendable {
    /// What the directory is called in messages to people.
    var path: String { get }

    /// Makes the directory, for its owner only (mode 0700), unless it exists.
    func makeDirectory() throws(FileError)

    /// Takes the directory for this process until the lock is released or the process ends.
    /// - Throws: `EWOULDBLOCK` when another holder has it.
    func lock() throws(FileError) -> any JournalLock

    /// The names of the files in the directory, in no order.
    func list() throws(FileError) -> [String]

    /// Creates a file, for its owner only (mode 0600).
    /// - Throws: `EEXIST` when there is one of that name.
    func create(_ name: String) throws(FileError) -> any JournalFile

    /// Opens an existing file for reading. A symbolic link is refused.
    func open(_ name: String) throws(FileError) -> any JournalFile

    /// Gives a file another name, in place of any file that had it: after a crash there is one or the other.
    func rename(_ name: String, to newName: String) throws(FileError)

    /// Removes a file.
    func remove(_ name: String) throws(FileError)

    /// Makes durable which files exist under which names.
    func syncDirectory() throws(FileError)
}

/// An open file. It is closed when the last reference goes.
public protocol JournalFile: Sendable {
    /// Writes some of `bytes`, from the index `start` on, at `offset` in the file.
    /// - Returns: how many were written: one at least, perhaps not all.
    func write(_ bytes: [UInt8], from start: Int, at offset: Int) throws(FileError) -> Int

    /// Fills an empty file with `count` zeros, whose space on the disk is taken when this returns. The default writes them.
    func reserve(_ count: Int) throws(FileError)

    /// Reads at most `count` bytes at `offset`; none at the end of the file.
    func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8]

    /// Makes durable what was written.
    ///
    /// When it throws, what was written may be lost although it still reads back, and a second call may succeed without
    /// having made it durable. So call it never again on this file.
    func sync() throws(FileError)

    /// Cuts the file off, or extends it with zeros.
    func truncate(to size: Int) throws(FileError)

    /// The size in bytes.
    func size() throws(FileError) -> Int
}

/// A directory that is held by one process.
public protocol JournalLock: Sendable {
    /// Lets go. Later calls do nothing.
    func release()
}

/// A failed operation on a file.
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was tried.
    public enum Operation: String, Sendable, Hashable, CaseIterable {
        case makeDirectory, lock, list, create, open, rename, remove, syncDirectory, write, read, sync, truncate, size
    }
    /// What was tried.
    public var operation: Operation
    /// The file's name, or the directory's.
    public var name: String
    /// The system's error number.
    public var errno: Int32

    /// Makes an error.
    public init(_ operation: Operation, _ name: String, errno: Int32) {
        self.operation = operation
        self.name = name
        self.errno = errno
    }

    /// Whether the disk has no room, or the user's share of it is used up.
    public var isDiskFull: Bool { errno == SystemErrno.noSpace || errno == SystemErrno.quota }

    /// The operation, the name, and what the system calls the error.
    public var description: String { "\(operation.rawValue) \(name): \(SystemErrno.text(errno))" }
}

extension JournalFile {
    /// Writes `count` zeros.
    public func reserve(_ count: Int) throws(FileError) {
        let piece = [UInt8](repeating: 0, count: min(count, 1 << 20))
        for offset in stride(from: 0, to: count, by: 1 << 20) {
            try writeAll(Array(piece.prefix(count - offset)), at: offset)
        }
    }

    /// Writes all of `bytes` at `offset`, however many calls it takes.
    func writeAll(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        var written = 0
        while written < bytes.count {
            do {
                written += try write(bytes, from: written, at: offset + written)
            } catch {
                guard error.errno == SystemErrno.interrupted else { throw error }
            }
        }
    }

    /// Reads the whole file.
    func readAll() throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        let size = try size()
        bytes.reserveCapacity(size)
        while true {
            do {
                let piece = try read(max(size - bytes.count, 1), at: bytes.count)
                if piece.isEmpty { return bytes }
                if bytes.isEmpty { bytes = piece } else { bytes += piece }
            } catch {
                guard error.errno == SystemErrno.interrupted else { throw error }
            }
        }
    }
}
