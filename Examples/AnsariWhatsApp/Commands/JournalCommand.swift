internal import CommandArguments
internal import WhatsAppCore

/// The command `journal`: what an operator asks of the files in `DATA_DIRECTORY`.
enum JournalCommand {
    static func run(_ arguments: inout Arguments) throws -> ExitCode {
        let word = try arguments.word(["check", "stats", "forget"], of: "journal")
        let directory = try Self.directory(&arguments)
        let user = word == "forget" ? try arguments.value("--user") : nil
        try arguments.end()
        do {
            switch word {
            case "check": return try check(directory)
            case "stats": return try stats(directory)
            default:
                guard let user, !user.isEmpty else { throw UsageError(message: "'journal forget' needs --user ID") }
                let count = try JournalStore.forget(user: user, directory: directory)
                print(
                    count > 0
                        ? "Removed what the journal held of the user; unfinished messages and dead letters: \(count)."
                        : "No unfinished message or dead letter is of this user; what was finished is removed from the files."
                )
                return .success
            }
        } catch let error as JournalError {
            throw StartError(error, directory: directory)
        }
    }

    /// Where the journal is: `--directory`, else the setting of the server.
    static func directory(_ arguments: inout Arguments) throws -> String {
        if let directory = try arguments.value("--directory") { return directory }
        let file = try Files.readIfPresent(".env").map { DotEnv.parse($0).values } ?? [:]
        var settings = SettingsReader(file.merging(Files.environment()) { _, winner in winner })
        return ServiceConfiguration.dataDirectory(&settings)
    }

    private static func check(_ directory: String) throws -> ExitCode {
        switch try JournalStore.inspect(directory: directory).verdict {
        case .clean:
            print("The journal is sound.")
            return .success
        case .tornTail(let file, let offset, let bytes):
            print("The journal is sound. \(file) ends in \(bytes) bytes, from \(offset), that were never acknowledged.")
            return .success
        case .damaged(let places):
            for place in places { print("Damaged: \(place.file), offset \(place.offset): \(place.reason)") }
            return .damagedData
        }
    }

    private static func stats(_ directory: String) throws -> ExitCode {
        let report = try JournalStore.inspect(directory: directory)
        print(
            """
            unfinished messages  \(report.unfinished)
            oldest unfinished    \(report.oldestUnfinished?.iso8601 ?? "none")
            dead letters         \(report.deadLetters)
            remembered ids       \(report.finishedIDs)
            records so far       \(report.records)
            log files            \(report.segments)
            bytes                \(report.bytes)
            """)
        return .success
    }
}

extension StartError {
    /// A journal that cannot be used, and what to do about it.
    init(_ error: JournalError, directory: String) {
        switch error {
        case .alreadyRunning:
            self.init(message: "\(error): stop it, or set DATA_DIRECTORY to another directory.", code: .alreadyRunning)
        case .noDirectory:
            self.init(
                message: "\(error): set DATA_DIRECTORY or --directory to where the journal is, or is to be.",
                code: .noInput)
        case .damaged:
            let advice = "with --salvage the server starts without what is lost there"
            self.init(message: "In \(directory): \(error); \(advice).", code: .damagedData)
        case .newerFormat:
            self.init(message: "In \(directory): \(error).", code: .damagedData)
        case .diskFull, .failed, .tooLarge, .closed:
            self.init(message: "In \(directory): \(error).", code: .disk)
        }
    }
}
