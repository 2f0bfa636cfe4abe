internal import WhatsAppCore
internal import WhatsAppTesting
internal import WhatsAppTransport

/// One run of the command: a server, a load on it, and a report.
struct LoadCommand: Sendable {
    private let options: Options
    private let test: LoadTest
    private let http: any HTTPClient
    private let client: String

    /// Begins to listen.
    init(_ options: Options) throws {
        self.options = options
        let isPlain = if case .url(let url) = options.target { KeepAliveHTTPClient.speaks(to: url) } else { true }
        http = isPlain ? KeepAliveHTTPClient() : DefaultHTTPClient()
        client = isPlain ? "the package's own client" : "\(DefaultHTTPClient.self)"
        do {
            test = try LoadTest(
                port: options.port, credentials: options.credentials, conditions: options.conditions, http: http)
        } catch let error as HTTP1ServerError {
            throw LoadError(
                error.message + " Give another one with --port.", code: error.code == .addressInUse ? 75 : 78)
        }
    }

    /// Returns the report. Once the calling task is cancelled it ends soon.
    func run() async throws -> LoadReport {
        try await test.run {
            switch options.target {
            case .url(let url):
                tellSettings()
                test.deliver(to: url)
                try await awaitServer(url)
                return await load { nil }
            case .child(let program):
                return try await ChildServer.run(program, settings: test.simulator.environment) { server in
                    test.deliver(to: server.webhook)
                    return await load { server.usage }
                }
            }
        }
    }

    private func tellSettings() {
        // The server's own port is its own affair.
        for (name, value) in test.simulator.environment.sorted(by: { $0.key < $1.key }) where name != "PORT" {
            Terminal.print("\(name)=\(value)")
        }
    }

    /// Waits until the server answers, and sees to it that it takes our signature.
    private func awaitServer(_ url: String) async throws {
        var tries = 0
        while true {
            switch await test.probe(http) {
            case 200: return
            case nil:
                guard tries < 120 else { throw LoadError("Nobody answers at \(url).", code: 78) }
                if tries == 0 { Log.standardError("Waiting for a server with these settings at \(url)\n") }
            case 401, 403:
                throw LoadError(
                    "\(url) does not take our signature: give it the settings above, or --secret.", code: 78)
            case let status?:
                throw LoadError("\(url) answers a status with \(status): is it the webhook?", code: 78)
            }
            tries += 1
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    // MARK: The load

    private func load(usage: () -> ProcessUsage?) async -> LoadReport {
        if let texts = options.plan.textsPastPairRate {
            Log.standardError(
                "Some \(texts) texts go to each user, and Meta lets 45 pass at once, then one in six seconds: "
                    + "more --users, or the answers wait for that.\n")
        }
        let before = (server: usage(), own: ProcessUsage.own)
        var report: LoadReport
        if let limit = options.searchLimit {
            report = await search(under: limit)
        } else {
            report = await self.report(options.plan, figures(of: options.plan, titled: "load"))
        }
        report.server = usage()?.since(before.server)
        report.generator = ProcessUsage.own?.since(before.own)
        return report
    }

    private func report(_ plan: LoadPlan, _ figures: LoadFigures) async -> LoadReport {
        LoadReport(plan: plan, figures: figures, truth: test.truth, client: client, longestP99: options.longestP99)
    }

    /// Plays one plan; after old messages, which hear nothing, some fresh ones, whose answers show that all goes on.
    private func figures(of plan: LoadPlan, titled title: String) async -> LoadFigures {
        let line = ProgressLine(title: title, total: plan.deliveries.map { $0 * plan.batch })
        defer { line.end() }
        var figures = await test.round(plan) { line.show($0) }
        guard plan.isReplay, !Task.isCancelled else { return figures }
        var fresh = plan
        (fresh.isReplay, fresh.pace, fresh.extent) = (false, .answered, .messages(100))
        (fresh.firstUser, fresh.users) = (plan.firstUser + plan.users, 100)
        let after = await test.round(fresh) { line.show($0) }
        figures.answered = after.answered
        figures.answering = after.answering
        figures.texts += after.texts
        return figures
    }

    private func search(under limit: Duration) async -> LoadReport {
        var search = RateSearch()
        var plan = options.plan
        var rounds: [LoadReport.Round] = []
        while let rate = search.next, !Task.isCancelled {
            plan.pace = .rate(rate)
            plan.extent = .messages(RateSearch.messages(at: rate, in: options.searchRound))
            let figures = await figures(of: plan, titled: "\(Int(rate))/s")
            let p99 = figures.acknowledged.percentile(0.99) ?? .zero
            let isBorne = p99 <= limit && figures.refusedAttempts == 0 && test.truth.violations.isEmpty
            rounds.append(.init(rate: rate, figures: figures, isBorne: isBorne))
            plan.firstUser += plan.users * 2 + 100
            // What is broken is broken at any rate.
            guard test.truth.violations.isEmpty else { break }
            search.take(isBorne)
        }
        let best = rounds.last { $0.isBorne && $0.rate == search.best } ?? rounds.last
        var report = await report(plan, best?.figures ?? LoadFigures())
        report.rounds = rounds
        report.highestRate = (search.best, limit)
        return report
    }
}
