internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A directory of the real file system.
public struct POSIXFiles: JournalFiles {
    /// The directory's path.
    public let path: String

    /// Names a directory, which need not exist yet.
    public init(directory: String) { path = directory }

    /// `mkdir` with mode 0700, made durable; an existing directory stays as it is.
    public func makeDirectory() throws(FileError) {
        let isNew = mkdir(path, 0o700) == 0
        guard isNew || errno == EEXIST else { throw FileError(.makeDirectory, path, errno: errno) }
        do {
            try syncDirectory("..")
        } catch {
            // One may use a directory without the right to read the one that it is in: then whoever made it has seen to it.
            guard !isNew, error.errno == EACCES else { throw error }
        }
    }

    /// Takes `flock` on the file `lock`. A crash lets go of it.
    public func lock() throws(FileError) -> any JournalLock {
        let descriptor = try openFile("lock", O_RDWR | O_CREAT, for: .lock)
        // `flock` rather than `fcntl`: the latter's lock goes when any other descriptor of the file is closed.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error = FileError(.lock, path, errno: errno)
            _ = close(descriptor)
            throw error
        }
        return POSIXLock(descriptor)
    }

    /// `readdir`, without `.` and `..`.
    public func list() throws(FileError) -> [String] {
        guard let directory = opendir(path) else { throw FileError(.list, path, errno: errno) }
        defer { closedir(directory) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(directory) else { break }
            // Unsafe: the name is a C array within the entry, which lives until the next call of `readdir`.
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw FileError(.list, path, errno: errno) }
        return names
    }

    /// `open` with `O_EXCL` and mode 0600.
    public func create(_ name: String) throws(FileError) -> any JournalFile {
        POSIXFile(try openFile(name, O_RDWR | O_CREAT | O_EXCL, for: .create), name: name)
    }

    /// `open` for reading. `O_NOFOLLOW` makes it `ELOOP` for a symbolic link.
    public func open(_ name: String) throws(FileError) -> any JournalFile {
        POSIXFile(try openFile(name, O_RDONLY, for: .open), name: name)
    }

    /// `rename`, which is atomic.
    public func rename(_ name: String, to newName: String) throws(FileError) {
        guard renameFile(path + "/" + name, path + "/" + newName) == 0 else {
            throw FileError(.rename, name, errno: errno)
        }
    }

    /// `unlink`.
    public func remove(_ name: String) throws(FileError) {
        guard unlink(path + "/" + name) == 0 else { throw FileError(.remove, name, errno: errno) }
    }

    /// Syncs the directory itself.
    public func syncDirectory() throws(FileError) { try syncDirectory(".") }

    private func syncDirectory(_ name: String) throws(FileError) {
        let descriptor = try openFile(name, O_RDONLY | O_DIRECTORY, for: .syncDirectory)
        defer { _ = close(descriptor) }
        guard synchronize(descriptor) == 0 else { throw FileError(.syncDirectory, path, errno: errno) }
    }

    private func openFile(
        _ name: String, _ flags: Int32, for operation: FileError.Operation
    ) throws(FileError) -> Int32 {
        let descriptor = openDescriptor(path + "/" + name, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw FileError(operation, name, errno: errno) }
        return descriptor
    }
}

/// A file descriptor, closed when the last reference goes.
private final class POSIXFile: JournalFile {
    private let descriptor: Int32
    private let name: String

    init(_ descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    deinit { _ = close(descriptor) }

    func write(_ bytes: [UInt8], from start: Int, at offset: Int) throws(FileError) -> Int {
        // Unsafe: the system call reads through a pointer, valid for the call and bounded by `count`.
        let count = bytes[start...].withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
        guard count >= 0 else { throw FileError(.write, name, errno: errno) }
        guard count > 0 || start == bytes.count else { throw FileError(.write, name, errno: EIO) }
        return count
    }

    #if !canImport(Darwin)
    /// `posix_fallocate`, which writes zeros itself where the file system cannot do without.
    func reserve(_ count: Int) throws(FileError) {
        var error: Int32
        repeat { error = posix_fallocate(descriptor, 0, off_t(count)) } while error == EINTR
        guard error == 0 else { throw FileError(.write, name, errno: error) }
    }
    #endif

    func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8] {
        var result = 0
        // Unsafe: the system call writes through a pointer, valid for the call and bounded by `count`.
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
            result = pread(descriptor, buffer.baseAddress, count, off_t(offset))
            length = max(result, 0)
        }
        guard result >= 0 else { throw FileError(.read, name, errno: errno) }
        return bytes
    }

    func sync() throws(FileError) {
        guard synchronize(descriptor) == 0 else { throw FileError(.sync, name, errno: errno) }
    }

    func truncate(to size: Int) throws(FileError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw FileError(.truncate, name, errno: errno) }
    }

    func size() throws(FileError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(.size, name, errno: errno) }
        return Int(status.st_size)
    }
}

/// A descriptor that holds a lock: closing it lets go.
private final class POSIXLock: JournalLock {
    private let descriptor: Mutex<Int32?>

    init(_ descriptor: Int32) { self.descriptor = Mutex(descriptor) }

    deinit { release() }

    func release() {
        descriptor.withLock { descriptor in
            if let open = descriptor { _ = close(open) }
            descriptor = nil
        }
    }
}

/// Flushes to the medium itself: on Darwin `fsync` stops at the drive's cache.
private func synchronize(_ descriptor: Int32) -> Int32 {
    #if canImport(Darwin)
    fcntl(descriptor, F_FULLFSYNC)
    #else
    fdatasync(descriptor)
    #endif
}

// The methods above hide the C functions of the same names.
private func openDescriptor(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
private func renameFile(_ name: String, _ newName: String) -> Int32 { rename(name, newName) }

/// The system's error numbers that the journal tells apart.
enum SystemErrno {
    static let interrupted = EINTR
    static let noSpace = ENOSPC
    static let quota = EDQUOT
    static let wouldBlock = EWOULDBLOCK
    static let exists = EEXIST
    static let missing = ENOENT

    /// What the system calls an error, and its number.
    static func text(_ number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        _ = strerror_r(number, &buffer, buffer.count)
        let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "\(String(decoding: text, as: UTF8.self)) (errno \(number))"
    }
}
