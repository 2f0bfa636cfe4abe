internal import WhatsAppCore

/// Files that say that they are synced when they are not.
struct PlantedFiles: JournalFiles {
    let files: any JournalFiles
    let defect: PlantedDefect?

    var path: String { files.path }
    func makeDirectory() throws(FileError) { try files.makeDirectory() }
    func lock() throws(FileError) -> any JournalLock { try files.lock() }
    func list() throws(FileError) -> [String] { try files.list() }
    func create(_ name: String) throws(FileError) -> any JournalFile {
        PlantedFile(file: try files.create(name), defect: defect)
    }
    func open(_ name: String) throws(FileError) -> any JournalFile {
        PlantedFile(file: try files.open(name), defect: defect)
    }
    func rename(_ name: String, to newName: String) throws(FileError) { try files.rename(name, to: newName) }
    func remove(_ name: String) throws(FileError) { try files.remove(name) }
    func syncDirectory() throws(FileError) {
        if defect != .skipDirectorySync { try files.syncDirectory() }
    }
}

private struct PlantedFile: JournalFile {
    let file: any JournalFile
    let defect: PlantedDefect?

    func write(_ bytes: [UInt8], from start: Int, at offset: Int) throws(FileError) -> Int {
        try file.write(bytes, from: start, at: offset)
    }
    func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8] { try file.read(count, at: offset) }
    func sync() throws(FileError) {
        switch defect {
        case .skipSync: return
        case .swallowSyncFailure: try? file.sync()
        default: try file.sync()
        }
    }
    func truncate(to size: Int) throws(FileError) { try file.truncate(to: size) }
    func size() throws(FileError) -> Int { try file.size() }
}
