/// Keeps account of questions and of what came back, and says whether everybody was answered: once, in full, in order.
///
/// A question carries its number, and each sentence of its answer the question's number and its own. So it can be told from
/// the texts alone, whoever carried them, however they were formatted and wherever they were cut.
package struct AnswerLedger: Sendable {
    private struct Entry {
        var user: String
        var asked: Int
        var acknowledged: Int?
        var wantsAnswer: Bool
        /// For each sentence, when it came first: a position in the order of all that happened, or 0.
        var came: [Int]
        /// How many sentences have not come.
        var missing: Int
        /// Whether a sentence came again.
        var isRepeated = false

        /// When what has come began, and ended.
        var begun: Int? { came.lazy.filter { $0 > 0 }.min() }
        var ended: Int { came.max() ?? 0 }
    }
    private var entries: [Entry] = []
    /// How often each text came, by its hash: of a million texts not two will share one.
    private var texts: [Int: Int] = [:]
    /// Who asked only what is not to be answered.
    private var silentUsers: Set<String> = []
    private var clock = 0
    /// How many questions wait for something of their answer, acknowledged or not.
    package private(set) var open = 0
    /// The texts with a sentence for another user.
    package private(set) var misdirected = 0
    /// The texts of an answer, or of anything else, to users who were to hear nothing.
    package private(set) var unwanted = 0
    /// The texts without a sentence of an answer: notices, apologies. The first of them.
    package private(set) var notices: (count: Int, first: String?) = (0, nil)

    package init() {}

    /// The number of questions so far.
    package var count: Int { entries.count }
    /// The texts that came more than once to the same user.
    package var repeatedTexts: Int { texts.values.count { $0 > 1 } }
    /// The texts that came more than twice.
    package var oftenRepeatedTexts: Int { texts.values.count { $0 > 2 } }

    /// Notes that a user asks something whose answer has this many sentences.
    /// - Parameter wantsAnswer: whether it is to be answered; a user whose questions are not is to hear nothing at all.
    /// - Returns: the question's number, and its text.
    package mutating func ask(
        _ user: String, sentences: Int, wantsAnswer: Bool = true
    ) -> (number: Int, text: String) {
        clock += 1
        entries.append(
            Entry(
                user: user, asked: clock, wantsAnswer: wantsAnswer, came: Array(repeating: 0, count: sentences),
                missing: sentences))
        if wantsAnswer { open += 1 } else { silentUsers.insert(user) }
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
    /// - Returns: the questions whose answer it made complete.
    @discardableResult
    package mutating func take(_ text: String, for user: String) -> [Int] {
        clock += 1
        texts[(user + "\n" + text).hashValue, default: 0] += 1
        var completed: [Int] = []
        var (isForAnother, isOfAnswer, isUnwanted) = (false, false, silentUsers.contains(user))
        for word in text.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }) where word.first == UInt8(ascii: "s")
        {
            let numbers = word.dropFirst().split(separator: UInt8(ascii: ".")).compactMap { Int(Substring($0)) }
            guard numbers.count == 2, entries.indices.contains(numbers[0]),
                entries[numbers[0]].came.indices.contains(numbers[1])
            else { continue }
            let (number, sentence) = (numbers[0], numbers[1])
            isOfAnswer = true
            isForAnother = isForAnother || entries[number].user != user
            isUnwanted = isUnwanted || !entries[number].wantsAnswer
            guard entries[number].came[sentence] == 0 else {
                entries[number].isRepeated = true
                continue
            }
            entries[number].came[sentence] = clock
            entries[number].missing -= 1
            if entries[number].missing == 0, entries[number].wantsAnswer { completed.append(number) }
        }
        open -= completed.count
        if isForAnother { misdirected += 1 }
        if isUnwanted { unwanted += 1 }
        if !isOfAnswer { notices = (notices.count + 1, notices.first ?? text) }
        return completed
    }

    /// Whether nothing is waited for: the whole answer came, or none is wanted.
    package func isSettled(_ number: Int) -> Bool { entries[number].missing == 0 || !entries[number].wantsAnswer }

    /// The questions that were acknowledged.
    package var acknowledged: [Int] { entries.indices.filter { entries[$0].acknowledged != nil } }

    /// The questions that were acknowledged and of whose answer something is missing.
    package var unanswered: [Int] {
        acknowledged.filter { entries[$0].wantsAnswer && entries[$0].missing > 0 }
    }

    /// Those of them of whose answer something came.
    package var incomplete: [Int] { unanswered.filter { entries[$0].missing < entries[$0].came.count } }

    /// The questions of whose answer a sentence came more than once.
    package var repeated: [Int] { entries.indices.filter { entries[$0].isRepeated } }

    /// The questions of which a sentence came after a later one of the same answer: by when each came first.
    package var disordered: [Int] {
        entries.indices.filter { number in
            let came = entries[number].came.filter { $0 > 0 }
            return zip(came, came.dropFirst()).contains { $0 > $1 }
        }
    }

    /// The questions whose answer began before the one to an earlier question of the same user had ended, although that
    /// was acknowledged before this was asked. Of questions that were under way together nobody knows which is the first.
    package var overtaken: [Int] {
        /// Of each user: when the answers ended that a later question has to wait for, and the questions of which that is
        /// not known yet.
        var users: [String: (ended: Int, others: [Int])] = [:]
        return entries.indices.filter { number in
            let entry = entries[number]
            var user = users[entry.user] ?? (0, [])
            user.others.removeAll { other in
                guard let acknowledged = entries[other].acknowledged, acknowledged < entry.asked else { return false }
                user.ended = max(user.ended, entries[other].ended)
                return true
            }
            user.others.append(number)
            users[entry.user] = user
            return (entry.begun ?? .max) < user.ended
        }
    }
}
