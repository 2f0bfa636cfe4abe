import Testing
import WhatsAppTesting

@testable import WhatsAppCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The file system that the journal is tried on must itself be as unkind as it claims.
@Suite struct FaultyFilesTests {
    /// What a loss of power left of the file `a`, over many outcomes.
    private func outcomes(_ files: FaultyFiles) -> Set<[UInt8]?> {
        Set((0..<200).map { _ in files.afterPowerLoss().contents["a"] })
    }

    @Test func whatWasNotSyncedMayBeLostTornOrKept() throws {
        let files = FaultyFiles()
        let file = try files.create("a")
        try file.writeAll([UInt8](repeating: 1, count: 20), at: 0)
        // The name was not synced either.
        #expect(outcomes(files).contains(nil))
        try files.syncDirectory()
        let left = outcomes(files)
        #expect(!left.contains(nil))
        #expect(left.contains([]) && left.contains([UInt8](repeating: 1, count: 20)) && left.count > 4)
        #expect(files.afterProcessDeath().contents["a"]?.count == 20)
    }

    @Test func whatWasSyncedStays() throws {
        let files = FaultyFiles()
        let file = try files.create("a")
        try files.syncDirectory()
        try file.writeAll([1, 2, 3], at: 0)
        try file.sync()
        #expect(outcomes(files) == [[1, 2, 3]])
        try file.truncate(to: 1)
        #expect(outcomes(files) == [[1, 2, 3], [1]])
    }

    @Test func aFailedSyncIsNotMadeUpForByALaterOne() throws {
        let files = FaultyFiles()
        let file = try files.create("a")
        try files.syncDirectory()
        try file.writeAll([1, 2, 3], at: 0)
        files.fault = .init(.error(EIO), at: files.operationCount + 1)
        #expect(throws: FileError(.sync, "a", errno: EIO)) { try file.sync() }
        try file.sync()
        #expect(try file.readAll() == [1, 2, 3])
        #expect(outcomes(files).contains([]))
    }

    @Test func anUnsyncedRenameIsOneNameOrTheOther() throws {
        let files = FaultyFiles()
        files.contents = ["a": [1], "b": [2]]
        try files.rename("b", to: "a")
        let left = Set((0..<50).map { _ in files.afterPowerLoss().contents })
        #expect(left == [["a": [1], "b": [2]], ["a": [2]]])
    }

    @Test func theSameSeedGivesTheSameOutcome() throws {
        let traces = try (0..<2).map { _ in
            let files = FaultyFiles(seed: 9)
            try files.create("a").writeAll([UInt8](repeating: 1, count: 99), at: 0)
            return (0..<20).map { _ in files.afterPowerLoss().contents }
        }
        #expect(traces[0] == traces[1])
    }
}
