internal import WhatsAppTesting

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// What the demo shows: on a terminal with WhatsApp's marks drawn, elsewhere as the plain text that was sent.
@MainActor
struct DemoScreen {
    let isTerminal: Bool

    func welcome() {
        print("Ansari on WhatsApp, played in this terminal: no account, no network. Ask, or leave with Ctrl-D. Try:")
        for suggestion in ScriptedAnswers.suggestions { print("  \(suggestion)") }
    }

    /// The next line of the standard input; `nil` at its end.
    func nextLine(withPrompt: Bool) -> String? {
        if withPrompt {
            print("\nYou: ", terminator: "")
            flush()
        }
        let line = readLine()
        if withPrompt, line == nil { print() }
        return line
    }

    func showTyping() {
        guard isTerminal else { return }
        print("Ansari is typing…", terminator: "")
        flush()
    }

    func show(_ parts: [String]) {
        if isTerminal { print("\r\u{1b}[K", terminator: "") }
        for (index, part) in parts.enumerated() {
            print("╭─ Ansari, part \(index + 1) of \(parts.count), \(part.utf16.count) characters")
            for line in part.split(separator: "\n", omittingEmptySubsequences: false) {
                print("│ \(isTerminal ? TerminalMarks.draw(String(line)) : String(line))")
            }
            print("╰─")
        }
        flush()
    }

    private func flush() { fflush(nil) }
}

/// Draws WhatsApp's marks in one line with the terminal's own bold, italic and strikethrough.
enum TerminalMarks {
    private static let styles: [Character: (on: String, off: String)] = [
        "*": ("\u{1b}[1m", "\u{1b}[22m"), "_": ("\u{1b}[3m", "\u{1b}[23m"), "~": ("\u{1b}[9m", "\u{1b}[29m"),
    ]

    static func draw(_ line: String) -> String {
        let characters = Array(line)
        var out = ""
        var open: [Character] = []
        for (index, character) in characters.enumerated() {
            let before = index > 0 ? characters[index - 1] : " "
            let after = index + 1 < characters.count ? characters[index + 1] : " "
            guard let style = styles[character] else {
                out.append(character)
                continue
            }
            if open.last == character, before != " ", !after.isWordCharacter {
                out += style.off
                open.removeLast()
            } else if !open.contains(character), !before.isWordCharacter, after != " ",
                closes(character, in: characters[(index + 1)...])
            {
                out += style.on
                open.append(character)
            } else {
                out.append(character)
            }
        }
        return out + open.reversed().compactMap { styles[$0]?.off }.joined()
    }

    private static func closes(_ mark: Character, in rest: ArraySlice<Character>) -> Bool {
        rest.indices.dropFirst().contains { index in
            rest[index] == mark && rest[index - 1] != " "
                && (index + 1 == rest.endIndex || !rest[index + 1].isWordCharacter)
        }
    }
}

extension Character {
    fileprivate var isWordCharacter: Bool { isLetter || isNumber }
}
