/// The command line, taken apart by hand, for all commands of the package. What is not asked for is an error at the end.
package struct Arguments {
    private var words: [String]

    package init(_ words: [String]) { self.words = words }

    /// Takes the command: the first word, unless it is an option.
    package mutating func command(_ known: [String], default: String) throws -> String {
        guard let first = words.first, !first.hasPrefix("-") else { return `default` }
        guard known.contains(first) else { throw UsageError(message: "Unknown command '\(first)'") }
        return words.removeFirst()
    }

    /// Takes the word that comes next, which must be one of `known`.
    package mutating func word(_ known: [String], of command: String) throws -> String {
        guard let first = words.first, known.contains(first) else {
            let list = known.joined(separator: ", ")
            throw UsageError(message: "'\(command)' needs one of: \(list)")
        }
        return words.removeFirst()
    }

    /// Takes an option without a value.
    package mutating func flag(_ name: String) -> Bool {
        let isGiven = words.contains(name)
        words.removeAll { $0 == name }
        return isGiven
    }

    /// Takes an option with a value, written `--name value` or `--name=value`.
    package mutating func value(_ name: String) throws -> String? {
        if let index = words.firstIndex(where: { $0.hasPrefix(name + "=") }) {
            return String(words.remove(at: index).dropFirst(name.count + 1))
        }
        guard let index = words.firstIndex(of: name) else { return nil }
        guard words.count(where: { $0 == name }) == 1 else {
            throw UsageError(message: "The option '\(name)' is given twice")
        }
        guard index + 1 < words.count else { throw UsageError(message: "The option '\(name)' needs a value") }
        words.remove(at: index)
        return words.remove(at: index)
    }

    /// Takes an option whose value is a whole number.
    package mutating func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let value = try value(name) else { return nil }
        guard let number = Int(value), range.contains(number) else {
            throw UsageError(
                message: "The option '\(name)' needs a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Takes all words that are left; an option among them is unknown.
    package mutating func rest() throws -> [String] {
        if let option = words.first(where: { $0.hasPrefix("-") && $0 != "-" }) {
            throw UsageError(message: "Unknown option '\(option)'")
        }
        return words
    }

    /// Checks that nothing is left.
    package mutating func end() throws {
        if let word = try rest().first { throw UsageError(message: "Unexpected argument '\(word)'") }
    }
}

/// A command line that cannot be understood.
package struct UsageError: Error, Equatable {
    package var message: String

    package init(message: String) { self.message = message }
}
