import CommandArguments
import Testing
import WhatsAppTesting

@testable import WhatsAppLoad

@Suite struct OptionsTests {
    @Test(arguments: [
        (["--rate"], "The option '--rate' needs a value"),
        (["--rate", "fast"], "The option '--rate' needs messages a second, up to 1000000, or 'max'"),
        (["--rate", "0"], "The option '--rate' needs messages a second, up to 1000000, or 'max'"),
        (["--rate", "nan"], "The option '--rate' needs messages a second, up to 1000000, or 'max'"),
        (["--rate", "1", "--burst"], "Give one of '--rate', '--connections' and '--burst'"),
        (["--messages", "1", "--duration", "2"], "Give '--messages' or '--duration', not both"),
        (["--users", "0"], "The option '--users' needs a number from 1 to 100000"),
        (["--duplicates", "101"], "The option '--duplicates' needs a number from 0 to 100"),
        (["--batch", "5", "--users", "4"], "'--batch' needs as many users: each message of a delivery is another's"),
        (
            ["--graph-errors", "60", "--graph-timeouts", "60"],
            "'--graph-errors' and '--graph-timeouts' are more than 100 together"
        ),
        (["--url", "127.0.0.1"], "The option '--url' needs the URL of the server's webhook"),
        (["--url", "http://a/", "--server", "b"], "Give '--url' or '--server', not both"),
        (["--burst", "--duration", "1"], "What comes at once has no duration: give '--messages'"),
        (["--find-rate", "5", "--rate", "3"], "'--find-rate' looks for the rate itself: leave out what sets it"),
        (
            ["--find-rate", "5", "--fail-if-p99-over", "3"],
            "'--find-rate' has its own limit: leave out '--fail-if-p99-over'"
        ),
        (["--fast"], "Unknown option '--fast'"),
        (["fast"], "Unexpected argument 'fast'"),
    ])
    func whatCannotBeUnderstoodIsToldInOneLine(words: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try Options(words) }
        #expect(error?.message == message)
    }

    @Test func aLoadAsItIsAskedFor() throws {
        let options = try Options([
            "--rate", "250.5", "--duration=12", "--users", "77", "--duplicates", "10", "--reorder", "--statuses",
            "--backend-delay", "40", "--graph-errors", "2", "--graph-timeouts", "0.5", "--seed", "9", "--batch", "7",
            "--long-answers", "--fail-if-p99-over", "5", "--secret", "s", "--url", "http://127.0.0.1:1/w",
        ])
        #expect(options.plan.pace == .rate(250.5))
        #expect(options.plan.extent == .duration(.seconds(12)))
        #expect((options.plan.users, options.plan.batch, options.plan.seed) == (77, 7, 9))
        #expect((options.plan.duplicates, options.plan.isReordered, options.plan.hasLongAnswers) == (0.1, true, true))
        #expect(options.conditions.hasStatuses)
        #expect(options.conditions.thinking == .milliseconds(40))
        #expect((options.conditions.errors, options.conditions.silences, options.conditions.seed) == (0.02, 0.005, 9))
        #expect(options.longestP99 == .milliseconds(5))
        #expect(options.credentials.appSecret == "s")
        #expect(options.target == .url("http://127.0.0.1:1/w"))
        #expect(options.port == Options.defaultPort)
    }

    @Test func withoutAWordOurOwnServerIsAskedAThousandQuestions() throws {
        let options = try Options([])
        #expect(options.target == .child(program: nil))
        #expect(options.plan == LoadPlan())
        #expect(options.port == 0)
    }

    @Test(
        arguments: [
            (["--rate", "max"], .answered), (["--connections", "8"], .acknowledged(connections: 8)),
            (["--burst"], .burst),
            (["--replay-week"], .burst), (["--replay-week", "--rate", "10"], .rate(10)),
        ] as [([String], LoadPlan.Pace)])
    func thePaces(words: [String], pace: LoadPlan.Pace) throws {
        #expect(try Options(words).plan.pace == pace)
    }

    @Test(arguments: [
        (["--find-rate", "5"], 3.0), (["--find-rate", "5", "--duration", "1.5"], 1.5),
        (["--find-rate", "5", "--duration", "2", "--replay-week"], 2.0),
    ])
    func aSearchHasRounds(words: [String], seconds: Double) throws {
        let options = try Options(words)
        #expect(options.searchRound == .seconds(seconds))
        #expect(options.searchLimit == .milliseconds(5))
    }

    @Test func theHelpTellsEveryOption() {
        for option in [
            "--url", "--server", "--port", "--secret", "--phone-number-id", "--access-token", "--backend-key",
            "--messages", "--duration", "--users", "--rate", "--connections", "--burst", "--batch", "--long-answers",
            "--replay-week", "--duplicates", "--reorder", "--statuses", "--backend-delay", "--graph-errors",
            "--graph-timeouts", "--patience", "--seed", "--json", "--svg", "--fail-if-p99-over", "--find-rate",
        ] { #expect(Help.text.contains(" \(option) ") || Help.text.contains("[\(option) "), "\(option)") }
    }
}
