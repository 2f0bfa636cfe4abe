internal import CommandArguments
internal import WhatsAppCore

/// The command `dead-letters`: messages that could not be answered, and what is to become of them.
enum DeadLettersCommand {
    static func run(_ arguments: inout Arguments) throws -> ExitCode {
        let word = try arguments.word(["list", "show", "replay", "drop"], of: "dead-letters")
        let directory = try JournalCommand.directory(&arguments)
        let takesAll = arguments.flag("--all")
        let named = try arguments.rest().map(key)
        let wantsAll = takesAll && word != "show"
        if word == "list", !named.isEmpty { throw UsageError(message: "'dead-letters list' takes no keys") }
        if word != "list", !wantsAll, named.isEmpty {
            throw UsageError(message: "'dead-letters \(word)' needs keys" + (word == "show" ? "" : " or --all"))
        }
        do {
            let letters = try JournalStore.deadLetters(directory: directory)
            if word == "list" {
                letters.forEach { print(line(of: $0)) }
                return .success
            }
            let keys = wantsAll ? letters.map(\.message.key) : named
            if let unknown = keys.first(where: { key in !letters.contains { $0.message.key == key } }) {
                throw StartError(message: "No dead letter has the key \(unknown).", code: .noInput)
            }
            switch word {
            case "show": letters.filter { keys.contains($0.message.key) }.forEach { print(text(of: $0)) }
            case "replay":
                let count = try JournalStore.replay(keys, directory: directory)
                print("Put back to work: \(count). The next start of the server takes them up.")
            default:
                print("Dropped: \(try JournalStore.drop(keys, directory: directory)).")
            }
            return .success
        } catch let error as JournalError {
            throw StartError(error, directory: directory)
        }
    }

    private static func key(_ word: String) throws -> MessageKey {
        guard let key = MessageKey(word) else { throw UsageError(message: "'\(word)' is no key of 32 digits") }
        return key
    }

    /// One line, without what the user wrote.
    private static func line(of letter: DeadLetter) -> String {
        let message = letter.message
        let user = Log.masked(message.user.phoneNumberOrID)
        return "\(message.key)  \(message.acceptedAt.iso8601)  \(user)  \(letter.reason)"
    }

    /// All of it: an operator asked for this one.
    private static func text(of letter: DeadLetter) -> String {
        let message = letter.message
        var sent = 0
        var reply: Reply?
        for step in letter.progress {
            if case .sent = step { sent += 1 }
            if case .replied(let settled) = step { reply = settled }
        }
        return """
            key       \(message.key)
            accepted  \(message.acceptedAt.iso8601)
            from      \(message.user.phoneNumberOrID)
            kind      \(message.kind)
            reason    \(letter.reason)
            sent      \(sent) of \(reply?.parts.count ?? 0) parts
            text      \(message.text ?? "")
            """
    }
}
