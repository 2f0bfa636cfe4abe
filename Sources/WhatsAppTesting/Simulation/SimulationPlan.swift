package import WhatsAppCore

/// What a seed has in store: who writes what and when, and what goes wrong.
package struct SimulationPlan: Sendable {
    /// A message that a user writes.
    package struct Message: Sendable {
        package var number: Int
        package var phoneNumberID: String
        package var id: String
        package var user: String
        package var kind: MessageKind
        /// How old it is when it is first delivered, in seconds.
        package var age: Int64

        package var key: MessageKey { MessageKey(phoneNumberID: phoneNumberID, messageID: id) }
        package var text: String? { kind == .text ? "question \(number)" : nil }
        /// Whether it is to be remembered only.
        package var isIgnorable: Bool { age > 86_400 || kind.expectsNoAnswer }
        package var lane: String { phoneNumberID + "/" + user }
    }
    /// When a process dies: after so many steps of its tasks or operations on files, or after some time.
    package struct Death: Sendable {
        package enum Trigger: Sendable { case step(Int), operation(Int), time(Int64) }
        package enum Kind: String, Sendable { case kill, powerLoss, graceful }
        package var trigger: Trigger
        package var kind: Kind
    }
    /// A time from which on something is out of order, and for how long, in microseconds.
    package struct Spell: Sendable {
        package var start: Int64
        package var length: Int64
    }

    package var messages: [Message] = []
    /// When which messages are delivered together.
    package var deliveries: [(at: Int64, messages: [Int])] = []
    package var deaths: [Death] = []
    /// Operations on files that fail, counted from the start of a process; one for each of the first processes.
    package var diskFaults: [Int?] = []
    package var fullDisks: [Spell] = []
    package var wallJumps: [(at: Int64, milliseconds: Int64)] = []
    /// While these last Graph refuses everything: throttled, and closed.
    package var throttles: [Spell] = []
    package var closures: [Spell] = []
    package var backendOutages: [Spell] = []
    /// How often, of a hundred, a thing goes wrong by itself.
    package var graphTrouble = 0
    package var backendTrouble = 0
    package var statusLoss = 0
    package var maximumActiveUsers = 64

    package static let second: Int64 = 1_000_000
    package static let hour = 3600 * second

    package init(seed: UInt64) {
        var random = SeededRandom(seed: seed &* 0x2545_f491_4f6c_dd1d)
        addMessages(&random)
        addDeliveries(&random)
        addFaults(&random)
        graphTrouble = [0, 5, 20, 40].randomElement(using: &random) ?? 0
        backendTrouble = [0, 5, 20, 40].randomElement(using: &random) ?? 0
        statusLoss = [0, 20, 60].randomElement(using: &random) ?? 0
        maximumActiveUsers = [1, 2, 64].randomElement(using: &random) ?? 64
    }

    private mutating func addMessages(_ random: inout SeededRandom) {
        let users = Int.random(in: 1...4, using: &random)
        for number in 0..<Int.random(in: 3...10, using: &random) {
            var message = Message(
                number: number, phoneNumberID: random.isIn(5) ? "8" : "9", id: "wamid.\(number)",
                user: "1555010000\(Int.random(in: 0..<users, using: &random))", kind: .text, age: 0)
            switch Int.random(in: 0..<12, using: &random) {
            case 0: message.kind = .image
            case 1: message.kind = .reaction
            case 2: message.age = 2 * 86_400
            case 3:
                // Two business numbers may see the same id.
                if let twin = messages.last, !messages.contains(where: { $0.id == twin.id && $0.number != twin.number })
                {
                    message.id = twin.id
                    message.phoneNumberID = twin.phoneNumberID == "9" ? "8" : "9"
                }
            default: break
            }
            messages.append(message)
        }
    }

    private mutating func addDeliveries(_ random: inout SeededRandom) {
        let spread = [1, 30, 600].randomElement(using: &random) ?? 1
        for message in messages {
            let first = Int64.random(in: 0..<Int64(spread) * Self.second, using: &random)
            deliveries.append((first, [message.number]))
            for _ in 0..<(random.isIn(3) ? Int.random(in: 1...10, using: &random) : 0) {
                let delay =
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: Int64.random(in: 0..<1000, using: &random)
                    case 1: Int64.random(in: 0..<60 * Self.second, using: &random)
                    case 2: Int64.random(in: 0..<6 * Self.hour, using: &random)
                    default: Int64.random(in: 0..<6 * 24 * Self.hour, using: &random)
                    }
                // Meta may put other messages of the same number beside it.
                let others = messages.filter { $0.phoneNumberID == message.phoneNumberID && random.isIn(8) }
                deliveries.append((first + delay, [message.number] + others.map(\.number)))
            }
        }
    }

    private mutating func addFaults(_ random: inout SeededRandom) {
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let trigger: Death.Trigger =
                switch Int.random(in: 0..<3, using: &random) {
                case 0: .step(random.magnitude(upTo: 12))
                case 1: .operation(random.magnitude(upTo: 8))
                default: .time(Int64(random.magnitude(upTo: 30)))
                }
            let kinds: [Death.Kind] = [.kill, .powerLoss, .powerLoss, .graceful]
            deaths.append(Death(trigger: trigger, kind: kinds.randomElement(using: &random) ?? .kill))
        }
        for _ in 0..<8 { diskFaults.append(random.isIn(6) ? random.magnitude(upTo: 8) : nil) }
        if random.isIn(8) { fullDisks.append(spell(&random)) }
        if random.isIn(8) { throttles.append(spell(&random)) }
        if random.isIn(12) { closures.append(spell(&random)) }
        if random.isIn(8) { backendOutages.append(spell(&random)) }
        if random.isIn(5) {
            for _ in 0..<2 {
                wallJumps.append(
                    (
                        Int64.random(in: 0..<600 * Self.second, using: &random),
                        Int64.random(in: -3_600_000...3_600_000, using: &random)
                    ))
            }
        }
    }

    private func spell(_ random: inout SeededRandom) -> Spell {
        Spell(
            start: Int64.random(in: 0..<60 * Self.second, using: &random),
            length: Int64(random.magnitude(upTo: 36)))
    }
}

extension [SimulationPlan.Spell] {
    /// Whether one of them is on.
    func cover(_ time: Int64) -> Bool { contains { $0.start <= time && time < $0.start + $0.length } }
}

extension SeededRandom {
    /// Whether something happens whose chance is one in `count`.
    mutating func isIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

    /// Whether something happens whose chance is so many of a hundred.
    mutating func isPercent(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    /// A number from 1 to 2ⁿ, of which each order of magnitude is as likely as any other.
    mutating func magnitude(upTo bits: Int) -> Int {
        Int.random(in: 1...(2 << Int.random(in: 0..<bits, using: &self)), using: &self)
    }
}
