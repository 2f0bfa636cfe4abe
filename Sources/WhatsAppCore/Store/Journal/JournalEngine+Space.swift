// A full disk. The ballast is a file of zeros: removing it makes room for what is under way, and as long as it cannot be
// written again there is no room for anything new.
extension JournalEngine {
    /// Notes that the disk is full, and frees the ballast.
    mutating func enterFull(now: UnixTime) throws(JournalError) {
        if fullSince == nil { report(.diskFull) }
        fullSince = now
        do {
            try files.remove(JournalName.ballast.text)
        } catch {
            // It was freed before, or there never was one.
            guard error.errno == SystemErrno.missing else { throw fail(error) }
        }
    }

    /// Tries, when it is time, whether there is room again.
    mutating func probeForRoom(now: UnixTime) throws(JournalError) {
        guard let since = fullSince else { return }
        let waited = now.duration(since: since)
        guard waited >= configuration.roomProbeInterval || waited < .zero else { return }
        fullSince = now
        do {
            try files.makeBallast(bytes: configuration.ballastBytes)
            fullSince = nil
            report(.roomAgain)
        } catch {
            guard error.isHarmlesslyFull else { throw fail(error) }
        }
    }
}

extension JournalFiles {
    /// Makes the ballast unless it is there already. When there is no room for it, nothing is left of it.
    func makeBallast(bytes: Int) throws(FileError) {
        let name = JournalName.ballast.text
        guard bytes > 0 else { return }
        do {
            if try open(name).size() == bytes { return }
            try remove(name)
        } catch {
            guard error.errno == SystemErrno.missing else { throw error }
        }
        let file = try create(name)
        do {
            try file.reserve(bytes)
        } catch {
            if error.isDiskFull { try remove(name) }
            throw error
        }
        try file.sync()
    }
}

extension FileError {
    /// Whether the disk is full and nothing else happened: a sync that found it full may have lost data.
    var isHarmlesslyFull: Bool { isDiskFull && operation != .sync && operation != .syncDirectory }
}
