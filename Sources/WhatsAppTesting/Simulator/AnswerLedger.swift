/// Keeps account of questions and of what came back, and says whether everybody was answered: once, in full, in order.
///
/// A question carries its number, and each sentence of its answer the question's number and its own. So it can be told from
/// the texts alone, whoever carried them, however they were formatted and wherever they were cut.
package struct AnswerLedger: Sendable {
    private struct Entry {
        var user: String
        var sentences: Int
        var acknowledged: Int?
        /// For each sentence, when it came: positions in the order of all texts.
        var came: [[Int]]
    }
    private var entries: [Entry] = []
    private var texts: [String: Int] = [:]
    private var clock = 0

    package init() {}

    /// The number of questions so far.
    package var count: Int { entries.count }
    /// The texts that came more than once to the same user.
    package var repeatedTexts: Int { texts.values.count { $0 > 1 } }
    /// The texts that came more than twice.
    package var oftenRepeatedTexts: Int { texts.values.count { $0 > 2 } }

    /// Notes that a user asks something whose answer has this many sentences.
    /// - Returns: the question's number, and its text.
    package mutating func ask(_ user: String, sentences: Int) -> (number: Int, text: String) {
        entries.append(Entry(user: user, sentences: sentences, came: Array(repeating: [], count: sentences)))
        return (entries.count - 1, "q\(entries.count - 1)x\(sentences)")
    }

    /// The answer to a question of a ledger: sentences in paragraphs of ten.
    package static func answer(to question: String) -> String {
        let numbers = question.drop { $0 != "q" }.dropFirst().split(separator: "x").compactMap { Int($0) }
        guard numbers.count == 2 else { return "That is no question of this ledger." }
        return (0..<numbers[1]).map { index in
            let end = index % 10 == 9 ? "\n\n" : " "
            return "Here s\(numbers[0]).\(index) says what a sentence of some length has to say to its reader.\(end)"
        }.joined()
    }

    /// Notes that the delivery of a question was answered with 200.
    package mutating func acknowledge(_ number: Int) {
        clock += 1
        if entries[number].acknowledged == nil { entries[number].acknowledged = clock }
    }

    /// Notes that a text came.
    package mutating func take(_ text: String, for user: String) {
        clock += 1
        texts[user + "\n" + text, default: 0] += 1
        for word in text.split(whereSeparator: \.isWhitespace) where word.first == "s" {
            let numbers = word.dropFirst().split(separator: ".").compactMap { Int($0) }
            guard numbers.count == 2, entries.indices.contains(numbers[0]),
                entries[numbers[0]].came.indices.contains(numbers[1])
            else { continue }
            entries[numbers[0]].came[numbers[1]].append(clock)
        }
    }

    /// The questions that were acknowledged.
    package var acknowledged: [Int] { entries.indices.filter { entries[$0].acknowledged != nil } }

    /// The questions that were acknowledged and of whose answer something is missing.
    package var unanswered: [Int] { acknowledged.filter { number in entries[number].came.contains { $0.isEmpty } } }

    /// The questions of which a sentence came after a later one of the same answer: by when each came first.
    package var disordered: [Int] {
        entries.indices.filter { number in
            let first = entries[number].came.compactMap(\.first)
            return zip(first, first.dropFirst()).contains { $0 > $1 }
        }
    }

    /// The questions whose answer began before the one to an earlier question of the same user had ended, although that was
    /// acknowledged before this was asked: users of a ledger ask one thing after the other.
    package var overtaken: [Int] {
        var ends: [String: Int] = [:]
        return entries.indices.filter { number in
            let (user, first) = (entries[number].user, entries[number].came.compactMap(\.first))
            defer { ends[user] = max(ends[user] ?? 0, first.max() ?? 0) }
            return (first.min() ?? .max) < ends[user] ?? 0
        }
    }
}
