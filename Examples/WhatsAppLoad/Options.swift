internal import CommandArguments
internal import WhatsAppTesting

/// What the command line asks for.
struct Options {
    /// Whose server is loaded.
    enum Target: Equatable {
        /// One that runs elsewhere, by the URL of its webhook.
        case url(String)
        /// Our own, started from this file; `nil` for the one beside this program.
        case child(program: String?)
    }

    var target = Target.child(program: nil)
    var plan = LoadPlan()
    var conditions = LoadTest.Conditions()
    var credentials = Simulator.Credentials()
    var port = Self.defaultPort
    /// The p99 of the 200 under which the highest rate is looked for.
    var searchLimit: Duration?
    var longestP99: Duration?
    var json: String?
    var svg: String?

    static let defaultPort = 8002

    /// How long a round of a search is: `--duration`, or three seconds.
    var searchRound: Duration { if case .duration(let duration) = plan.extent { duration } else { .seconds(3) } }

    init(_ words: [String]) throws {
        var arguments = Arguments(words)
        try readTarget(&arguments)
        searchLimit = try Self.number(&arguments, "--find-rate", in: 0.001...60_000).map { .milliseconds($0) }
        try readLoad(&arguments)
        try readTrouble(&arguments)
        longestP99 = try Self.number(&arguments, "--fail-if-p99-over", in: 0.001...600_000).map { .milliseconds($0) }
        json = try arguments.value("--json")
        svg = try arguments.value("--svg")
        try arguments.end()
        if searchLimit != nil { try checkSearch() }
    }

    private mutating func readTarget(_ arguments: inout Arguments) throws {
        let program = try arguments.value("--server")
        let url = try arguments.value("--url")
        let isOurs = url == nil
        target = url.map { .url($0) } ?? .child(program: program)
        if let url {
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw UsageError(message: "The option '--url' needs the URL of the server's webhook")
            }
            guard program == nil else { throw UsageError(message: "Give '--url' or '--server', not both") }
        }
        credentials.appSecret = try arguments.value("--secret") ?? credentials.appSecret
        credentials.phoneNumberID = try arguments.value("--phone-number-id") ?? credentials.phoneNumberID
        credentials.accessToken = try arguments.value("--access-token") ?? credentials.accessToken
        credentials.backendKey = try arguments.value("--backend-key") ?? credentials.backendKey
        port = try arguments.number("--port", in: 0...65_535) ?? (isOurs ? 0 : Self.defaultPort)
    }

    private mutating func readLoad(_ arguments: inout Arguments) throws {
        plan.users = try arguments.number("--users", in: 1...100_000) ?? plan.users
        plan.batch = try arguments.number("--batch", in: 1...1000) ?? plan.batch
        guard plan.batch <= plan.users else {
            throw UsageError(message: "'--batch' needs as many users: each message of a delivery is another's")
        }
        plan.hasLongAnswers = arguments.flag("--long-answers")
        plan.isReplay = arguments.flag("--replay-week")
        let messages = try arguments.number("--messages", in: 1...10_000_000)
        let duration = try Self.number(&arguments, "--duration", in: 0.1...86_400)
        guard messages == nil || duration == nil else {
            throw UsageError(message: "Give '--messages' or '--duration', not both")
        }
        if let messages { plan.extent = .messages(messages) }
        if let duration { plan.extent = .duration(.seconds(duration)) }

        let rate = try arguments.value("--rate")
        let connections = try arguments.number("--connections", in: 1...256)
        let isBurst = arguments.flag("--burst")
        let isAtRate = rate != nil && rate != "max"
        guard [isAtRate, connections != nil, isBurst].count(where: { $0 }) <= 1 else {
            throw UsageError(message: "Give one of '--rate', '--connections' and '--burst'")
        }
        if let rate, isAtRate {
            guard let rate = Double(rate), 0.01...1_000_000 ~= rate else {
                throw UsageError(message: "The option '--rate' needs messages a second, up to 1000000, or 'max'")
            }
            plan.pace = .rate(rate)
        } else if let connections {
            plan.pace = .acknowledged(connections: connections)
        } else if isBurst || plan.isReplay {
            plan.pace = .burst
        }
        guard plan.pace != .burst || duration == nil || searchLimit != nil else {
            throw UsageError(message: "What comes at once has no duration: give '--messages'")
        }
    }

    private mutating func readTrouble(_ arguments: inout Arguments) throws {
        plan.duplicates = try Self.number(&arguments, "--duplicates", in: 0...100).map { $0 / 100 } ?? 0
        plan.isReordered = arguments.flag("--reorder")
        conditions.hasStatuses = arguments.flag("--statuses")
        conditions.thinking =
            try Self.number(&arguments, "--backend-delay", in: 0...600_000).map { .milliseconds($0) } ?? .zero
        conditions.errors = try Self.number(&arguments, "--graph-errors", in: 0...100).map { $0 / 100 } ?? 0
        conditions.silences = try Self.number(&arguments, "--graph-timeouts", in: 0...100).map { $0 / 100 } ?? 0
        guard conditions.errors + conditions.silences <= 1 else {
            throw UsageError(message: "'--graph-errors' and '--graph-timeouts' are more than 100 together")
        }
        conditions.patience =
            try Self.number(&arguments, "--patience", in: 1...86_400).map { .seconds($0) } ?? conditions.patience
        let seed = try arguments.number("--seed", in: 0...Int.max).map { UInt64($0) } ?? 1
        (plan.seed, conditions.seed) = (seed, seed)
    }

    private func checkSearch() throws {
        guard plan.pace == .answered || plan.isReplay && plan.pace == .burst else {
            throw UsageError(message: "'--find-rate' looks for the rate itself: leave out what sets it")
        }
        guard longestP99 == nil else {
            throw UsageError(message: "'--find-rate' has its own limit: leave out '--fail-if-p99-over'")
        }
    }

    private static func number(
        _ arguments: inout Arguments, _ name: String, in range: ClosedRange<Double>
    ) throws -> Double? {
        guard let value = try arguments.value(name) else { return nil }
        guard let number = Double(value), range.contains(number) else {
            let bounds = [range.lowerBound, range.upperBound].map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }
            throw UsageError(message: "The option '\(name)' needs a number from \(bounds[0]) to \(bounds[1])")
        }
        return number
    }
}
