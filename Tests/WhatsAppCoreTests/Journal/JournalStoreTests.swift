import Testing
import WhatsAppTesting

@testable import WhatsAppCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The store with its thread, on real files.
@Suite struct JournalStoreTests {
    @Test func aSecondHolderIsRefusedUntilTheFirstIsGone() async throws {
        let directory = try TemporaryDirectory()
        var store: JournalStore? = try JournalStore.small(directory)
        #expect(throws: JournalError.alreadyRunning(directory: directory.path)) { try JournalStore.small(directory) }
        #expect(throws: JournalError.alreadyRunning(directory: directory.path)) {
            try JournalStore.forget(user: "1", directory: directory.path)
        }
        #expect(try JournalStore.inspect(directory: directory.path).verdict == .clean)
        await store?.close()
        try await JournalStore.small(directory).close()
        // Dropped without a word, it lets go as well.
        store = try JournalStore.small(directory)
        _ = try await store?.accept([.sample()])
        store = nil
        var next: JournalStore?
        while next == nil {
            next = try? JournalStore.small(directory)
            await Task.yield()
        }
        #expect(try await next?.accept([.sample()]) == [.duplicate])
        await next?.close()
    }

    @Test func whatIsClosedRefuses() async throws {
        let directory = try TemporaryDirectory()
        let store = try JournalStore.small(directory)
        await store.close()
        await store.close()
        #expect(store.failure == .closed)
        await #expect(throws: JournalError.closed) { try await store.accept([.sample()]) }
        await #expect(throws: JournalError.closed) { try await store.unfinished() }
    }

    @Test func aFailureReachesEveryWaiterAndIsReported() async throws {
        let files = FaultyFiles()
        let events = Recorder<JournalEvent>()
        let store = try JournalStore(files: files, configuration: JournalModel.configuration) { events.append($0) }
        files.fault = .init(.error(EIO), at: files.operationCount + 1, isSticky: true)
        let failures = await withTaskGroup { group in
            for number in 0..<50 {
                group.addTask { (try? await store.accept([.sample(id: "\(number)")])) == nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 50)
        await store.close()
        guard case .failed = store.failure else { throw JournalError.closed }
        #expect(events.elements.count { if case .failed = $0 { true } else { false } } == 1)
    }

    @Test func whoWaitsForTheFailureIsTold() async throws {
        let files = FaultyFiles()
        let store = try JournalStore(files: files, configuration: JournalModel.configuration)
        async let early = store.waitForFailure()
        let cancelled = Task { await store.waitForFailure() }
        cancelled.cancel()
        #expect(await cancelled.value == nil)
        files.fault = .init(.error(EIO), at: files.operationCount + 1, isSticky: true)
        _ = try? await store.accept([.sample()])
        let failure = await early
        guard case .failed = failure else { throw JournalError.closed }
        #expect(await store.waitForFailure() == failure)
        await store.close()
    }

    @Test func whatIsNotThereIsSaid() throws {
        let directory = try TemporaryDirectory()
        let missing = directory.path + "/missing"
        #expect(throws: JournalError.noDirectory(missing)) { try JournalStore.inspect(directory: missing) }
        #expect(throws: JournalError.noDirectory(missing)) { try JournalStore.forget(user: "1", directory: missing) }
        #expect(throws: JournalError.noDirectory(missing)) { try JournalStore.replay([], directory: missing) }
        #expect(throws: JournalError.noDirectory(missing)) { try JournalStore(directory: missing + "/data") }
    }

    @Test func filesAreTheOwnersAlone() async throws {
        let directory = try TemporaryDirectory()
        let store = try JournalStore.small(directory)
        _ = try await store.accept([.sample()])
        #expect(try directory.mode("") == 0o700)
        for name in try POSIXFiles(directory: directory.path).list() { #expect(try directory.mode(name) == 0o600) }
        await store.close()
    }

    @Test func aSymbolicLinkIsNotFollowed() throws {
        let directory = try TemporaryDirectory()
        let files = POSIXFiles(directory: directory.path)
        try files.makeDirectory()
        #expect(symlink("/dev/null", directory.path + "/lock") == 0)
        #expect(throws: FileError(.lock, "lock", errno: ELOOP)) { try files.lock() }
        #expect(throws: FileError(.open, "missing", errno: ENOENT)) { try files.open("missing") }
        #expect("\(FileError(.open, "missing", errno: ENOENT))" == "open missing: No such file or directory (errno 2)")
    }

    @Test func filesReadBackAsWritten() throws {
        let directory = try TemporaryDirectory()
        let files = POSIXFiles(directory: directory.path)
        try files.makeDirectory()
        try files.makeDirectory()
        let file = try files.create("a")
        #expect(throws: FileError(.create, "a", errno: EEXIST)) { try files.create("a") }
        try file.writeAll([1, 2, 3, 4], at: 2)
        try file.truncate(to: 5)
        try file.sync()
        #expect(try file.size() == 5)
        #expect(try files.open("a").readAll() == [0, 0, 1, 2, 3])
        let reserved = try files.create("reserved")
        try reserved.reserve(1_500_000)
        #expect(try reserved.readAll() == [UInt8](repeating: 0, count: 1_500_000))
        var status = stat()
        #expect(stat(directory.path + "/reserved", &status) == 0)
        #expect(Int(status.st_blocks) * 512 >= 1_500_000)
        try files.remove("reserved")
        try files.rename("a", to: "b")
        try files.syncDirectory()
        #expect(try files.list() == ["b"])
        try files.remove("b")
        #expect(try files.list() == [])
    }

    @Test func thePipelineAnswersOverAJournal() async throws {
        let directory = try TemporaryDirectory()
        let store = try JournalStore.small(directory)
        let bench = Bench(store: store)
        try await bench.run { _ = try await $0.accept([.sample()]) }
        #expect(bench.sender.texts.count == 1)
        #expect(try await store.unfinished().isEmpty)
        await store.close()
    }
}

extension JournalStore {
    /// A journal without a large ballast.
    fileprivate static func small(_ directory: TemporaryDirectory) throws -> JournalStore {
        var configuration = JournalConfiguration()
        configuration.ballastBytes = 4096
        return try JournalStore(directory: directory.path, configuration: configuration, clock: HeldClock())
    }
}

/// A directory that is gone after the test, with the files in it.
private final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var random = SystemRandomNumberGenerator()
        path = "/tmp/journal-test-\(random.next())"
    }

    deinit {
        let files = POSIXFiles(directory: path)
        for name in (try? files.list()) ?? [] { try? files.remove(name) }
        rmdir(path)
    }

    /// The permission bits of a file.
    func mode(_ name: String) throws -> mode_t {
        var status = stat()
        guard stat(path + "/" + name, &status) == 0 else { throw FileError(.size, name, errno: errno) }
        return status.st_mode & 0o777
    }
}
