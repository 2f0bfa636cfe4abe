internal import WhatsAppCore

/// Judges a simulation by what its fakes saw, and by nothing that the pipeline or its store says of itself but the two
/// things an operator counts: how messages ended, and blind resends.
package struct Checker: Sendable {
    /// An attempt to send a part.
    struct Post: Sendable {
        var part: Int
        var text: String
        var lane: String
        var process: Int
        var index: Int
        var time: Int64
        var takenAt: Int?
        var outcome: (PostOutcome, index: Int, time: Int64)?

        /// Whether it was certain that it had not reached the user.
        var isRefused: Bool {
            switch outcome?.0 {
            case .notSent: true
            case .refused(let disposition, _): disposition != .unknown
            case .sent, .unknown, nil: false
            }
        }
    }
    /// All that concerns one message. Numbers are places in the log.
    struct History: Sendable {
        var delivering: Int?
        var acknowledged: Int?
        var newAt: [Int] = []
        var asks: [Int] = []
        var posts: [Int] = []
        var ends: [(MessageOutcome, index: Int)] = []
        /// The end that was to be recorded when the process died: nobody can know whether it was.
        var unheardEnd: MessageOutcome?
        var begun: [Int: Int] = [:]
        var suspended: Set<Int> = []
        var repliedAt: Int?
        /// From when on it was durable that a part was sent.
        var sentDurable: [Int: Int] = [:]
        var blindResends: [Int: Int] = [:]
    }
    /// When a process was up, and when it had ended.
    struct Run: Sendable {
        var ready: (index: Int, time: Int64)?
        var end: Int?
        /// Whether it ended in good order.
        var isGraceful = false
        var hasJump = false
    }

    let plan: SimulationPlan
    private(set) var histories: [History]
    private(set) var posts: [Int: Post] = [:]
    private(set) var runs: [Int: Run] = [:]
    private(set) var statuses: [String: [(index: Int, time: Int64, process: Int)]] = [:]
    var found: [String] = []
    private let numbers: [MessageKey: Int]
    private let tokens: [String: Int]
    private var calls: [Int: (message: Int, steps: [MessageProgress])] = [:]
    private var deliveries: [Int: [Int]] = [:]

    package init(plan: SimulationPlan) {
        self.plan = plan
        histories = plan.messages.map { _ in History() }
        numbers = Dictionary(plan.messages.map { ($0.key, $0.number) }) { first, _ in first }
        tokens = Dictionary(plan.messages.map { ($0.key.description, $0.number) }) { first, _ in first }
    }

    /// All that is wrong, once everything was taken in.
    package mutating func violations() -> [String] {
        for number in histories.indices {
            checkEnd(of: number)
            checkAsks(of: number)
            checkParts(of: number)
            checkResends(of: number)
        }
        checkLanes()
        checkPauses()
        return found
    }

    /// Takes in a fact. The place in the log orders facts of the same time.
    package mutating func take(_ entry: LogEntry, at index: Int) {
        switch entry.fact {
        case .booted, .bootFailed, .stopping, .disk, .started, .refused: break
        case .ready: runs[entry.process, default: Run()].ready = (index, entry.time)
        case .died: runs[entry.process, default: Run()].end = index
        case .stopped:
            runs[entry.process, default: Run()].end = index
            runs[entry.process]?.isGraceful = true
        case .impossible(let what): found.append(what)
        case .wallJumped: for process in runs.keys where runs[process]?.end == nil { runs[process]?.hasJump = true }
        case .delivering(let delivery, let messages):
            deliveries[delivery] = messages
            for message in messages { histories[message].delivering = histories[message].delivering ?? index }
        case .answered(let delivery, let status):
            guard status == 200 else { return }
            for message in deliveries[delivery] ?? [] {
                histories[message].acknowledged = histories[message].acknowledged ?? index
            }
        case .statusTaken(let token): statuses[token, default: []].append((index, entry.time, entry.process))
        case .asked(let message, _):
            guard histories.indices.contains(message) else { return found.append("asked what nobody wrote") }
            histories[message].asks.append(index)
        case .posted(let post, let token, let text, let user): posted(post, token, text, user, entry, index)
        case .taken(let post): posts[post]?.takenAt = index
        case .learned(let post, let outcome): posts[post]?.outcome = (outcome, index, entry.time)
        case .recording(let call, let key, let steps): recording(call, key, steps, in: entry.process)
        case .recorded(let call): recorded(call, at: index)
        case .newMessage(let key): edit(key) { $0.newAt.append(index) }
        case .finished(let key, let outcome): edit(key) { $0.ends.append((outcome, index)) }
        case .blindResend(let key, let part): edit(key) { $0.blindResends[part, default: 0] += 1 }
        case .interrupted: break
        }
    }

    private mutating func posted(
        _ post: Int, _ token: String, _ text: String, _ user: String, _ entry: LogEntry, _ index: Int
    ) {
        // "key-part"; of an answer the text says to what it belongs, of a notice only the token does.
        let pieces = token.split(separator: "-")
        let number = AnswerText(text)?.message ?? pieces.first.flatMap { tokens[String($0)] }
        guard let number, histories.indices.contains(number), let part = pieces.last.flatMap({ Int($0) }) else {
            return found.append("a text that answers nobody: \(text)")
        }
        let message = plan.messages[number]
        if message.user != user { found.append("the answer to message \(number) went to another user") }
        if pieces.first.map(String.init) != message.key.description {
            found.append("the answer to message \(number) went out under the key of another")
        }
        posts[post] = Post(
            part: part, text: text, lane: message.lane, process: entry.process, index: index, time: entry.time)
        histories[number].posts.append(post)
    }

    private mutating func recording(_ call: Int, _ key: MessageKey, _ steps: [MessageProgress], in process: Int) {
        guard let number = numbers[key] else { return }
        calls[call] = (number, steps)
        for step in steps {
            if case .finished(let outcome) = step { histories[number].unheardEnd = outcome }
        }
    }

    private mutating func recorded(_ call: Int, at index: Int) {
        guard let (number, steps) = calls.removeValue(forKey: call) else { return }
        let process = call / 1_000_000
        for step in steps {
            switch step {
            case .attempted: histories[number].begun[process] = index
            case .suspended: histories[number].suspended.insert(process)
            case .replied: histories[number].repliedAt = index
            case .sent(let part, _): histories[number].sentDurable[part] = index
            case .finished: histories[number].unheardEnd = nil
            case .threadOpened, .sending, .notSent, .replayed: break
            }
        }
    }

    private mutating func edit(_ key: MessageKey, _ change: (inout History) -> Void) {
        if let number = numbers[key] { change(&histories[number]) }
    }
}

/// The text of a part as the fake backend writes it.
struct AnswerText: Sendable {
    var message: Int
    var ask: Int
    var part: Int
    var count: Int

    /// Reads `message.ask.part/count`; `nil` for any other text.
    init?(_ text: String) {
        let numbers = text.split { $0 == "." || $0 == "/" }.map { Int($0) }
        guard numbers.count == 4, let message = numbers[0], let ask = numbers[1], let part = numbers[2],
            let count = numbers[3]
        else { return nil }
        (self.message, self.ask, self.part, self.count) = (message, ask, part, count)
    }
}
