/// Files and their names, once as programs see them and once as the medium holds them.
struct MemoryDisk: Sendable {
    private enum Change: Sendable {
        case write([UInt8], offset: Int)
        case truncate(Int)
    }
    private struct File: Sendable {
        var seen: [UInt8] = []
        var durable: [UInt8] = []
        /// What was done since the last sync.
        var pending: [Change] = []
        /// What a failed sync dropped: it may be on the medium, and no sync will bring it there.
        var dropped: [Change] = []
    }
    /// Changes of names that reach the medium together: a new number for a name, or none.
    private typealias NameChange = [(name: String, number: Int?)]

    private var files: [File] = []
    private(set) var names: [String: Int] = [:]
    private var durableNames: [String: Int] = [:]
    private var pendingNames: [NameChange] = []

    init() {}

    /// A disk that holds `contents`, all durable.
    init(_ contents: [String: [UInt8]]) {
        for (name, bytes) in contents.sorted(by: { $0.key < $1.key }) {
            names[name] = files.count
            files.append(File(seen: bytes, durable: bytes))
        }
        durableNames = names
    }

    var contents: [String: [UInt8]] { names.mapValues { files[$0].seen } }

    /// The size of all files that have a name.
    var totalSize: Int { names.values.reduce(0) { $0 + files[$1].seen.count } }

    func size(of number: Int) -> Int { files[number].seen.count }

    func read(_ count: Int, at offset: Int, from number: Int) -> [UInt8] {
        Array(files[number].seen.dropFirst(offset).prefix(count))
    }

    mutating func create(_ name: String) -> Int {
        files.append(File())
        names[name] = files.count - 1
        pendingNames.append([(name, files.count - 1)])
        return files.count - 1
    }

    mutating func rename(_ name: String, to newName: String) -> Bool {
        guard let number = names.removeValue(forKey: name) else { return false }
        names[newName] = number
        pendingNames.append([(name, nil), (newName, number)])
        return true
    }

    mutating func remove(_ name: String) -> Bool {
        guard names.removeValue(forKey: name) != nil else { return false }
        pendingNames.append([(name, nil)])
        return true
    }

    mutating func syncNames() {
        durableNames = names
        pendingNames = []
    }

    mutating func write(_ bytes: [UInt8], at offset: Int, to number: Int) {
        Self.apply(.write(bytes, offset: offset), to: &files[number].seen)
        files[number].pending.append(.write(bytes, offset: offset))
    }

    mutating func truncate(_ number: Int, to size: Int) {
        Self.apply(.truncate(size), to: &files[number].seen)
        files[number].pending.append(.truncate(size))
    }

    mutating func sync(_ number: Int) {
        for change in files[number].pending { Self.apply(change, to: &files[number].durable) }
        files[number].pending = []
    }

    mutating func failSync(of number: Int) {
        files[number].dropped += files[number].pending
        files[number].pending = []
    }

    /// What the medium may hold when power is lost.
    func afterPowerLoss(_ random: inout SeededRandom) -> MemoryDisk {
        var names = durableNames
        for change in pendingNames where Bool.random(using: &random) {
            for (name, number) in change { names[name] = number }
        }
        var contents: [String: [UInt8]] = [:]
        for (name, number) in names.sorted(by: { $0.key < $1.key }) {
            var bytes = files[number].durable
            for change in (files[number].dropped + files[number].pending).shuffled(using: &random) {
                Self.applyPart(of: change, to: &bytes, &random)
            }
            contents[name] = bytes
        }
        return MemoryDisk(contents)
    }

    /// Brings a change to the medium whole, in part, or not at all.
    private static func applyPart(of change: Change, to bytes: inout [UInt8], _ random: inout SeededRandom) {
        switch (change, Int.random(in: 0..<4, using: &random)) {
        case (_, 0):
            break
        case (.write(let written, let offset), 1) where !written.isEmpty:
            // It is torn: some stretches of it are there.
            for start in stride(from: 0, to: written.count, by: 16) where Bool.random(using: &random) {
                apply(
                    .write(Array(written[start..<min(start + 16, written.count)]), offset: offset + start), to: &bytes)
            }
        case (.write(let written, let offset), 2):
            apply(
                .write(Array(written.prefix(Int.random(in: 0...written.count, using: &random))), offset: offset),
                to: &bytes)
        default:
            apply(change, to: &bytes)
        }
    }

    private static func apply(_ change: Change, to bytes: inout [UInt8]) {
        switch change {
        case .write(let written, let offset):
            guard !written.isEmpty else { return }
            let end = offset + written.count
            if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
            bytes.replaceSubrange(offset..<end, with: written)
        case .truncate(let size):
            if bytes.count > size { bytes.removeLast(bytes.count - size) }
            if bytes.count < size { bytes += [UInt8](repeating: 0, count: size - bytes.count) }
        }
    }
}
