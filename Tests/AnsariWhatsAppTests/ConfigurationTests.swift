import AnsariClient
import CommandArguments
import Testing
import WhatsAppCore
import WhatsAppTransport

@testable import AnsariWhatsApp

private let required = [
    "DEPLOYMENT_TYPE": "production", "META_BUSINESS_PHONE_NUMBER_ID": "9",
    "META_ACCESS_TOKEN_FROM_SYS_USER": "token-value",
    "META_WEBHOOK_VERIFY_TOKEN": "verify-value", "META_ANSARI_APP_SECRET": "secret-value",
    "WHATSAPP_SERVICE_API_KEY": "key-value",
]

@Suite struct ConfigurationTests {
    private func read(_ settings: [String: String], dotEnv: String? = nil) throws -> ServiceConfiguration {
        try ServiceConfiguration(environment: required.merging(settings) { $1 }, dotEnv: dotEnv)
    }

    private func problems(_ environment: [String: String], dotEnv: String? = nil) -> [String] {
        do {
            _ = try ServiceConfiguration(environment: environment, dotEnv: dotEnv)
            return []
        } catch let error as StartError {
            #expect(error.code == .configuration)
            return error.message.split(separator: "\n").filter { $0.hasPrefix("  - ") }.map { String($0.dropFirst(4)) }
        } catch {
            return ["\(error)"]
        }
    }

    @Test func defaults() throws {
        let configuration = try read([:])
        #expect(configuration.host == "0.0.0.0")
        #expect(configuration.port == 8001)
        #expect(configuration.webhook.alwaysReturnsOK)
        #expect(configuration.graph.graphURL == "https://graph.facebook.com")
        #expect(configuration.graph.version == "v22.0")
        #expect(configuration.backend.serverURL == "http://localhost:8000")
        #expect(configuration.retention == .seconds(10_800))
        #expect(configuration.admission.maximumAge == .seconds(86_400))
        #expect(!configuration.admission.isUnderMaintenance)
        #expect(!configuration.admission.ignoresDevelopmentMessages)
        #expect(configuration.origins == ["http://localhost:8000", "https://web.whatsapp.com"])
        #expect(configuration.logLevel == .info)
        #expect(configuration.logFormat == .json)
        #expect(configuration.translator?.model == nil)
        let local = try read(["DEPLOYMENT_TYPE": "local"])
        #expect(local.host == "127.0.0.1")
        #expect(local.logFormat == .pretty)
        #expect(try read(["DEPLOYMENT_TYPE": "staging"]).admission.ignoresDevelopmentMessages)
    }

    @Test func everyProblemIsToldAtOnce() {
        let problems = problems([
            "DEPLOYMENT_TYPE": "prod", "PORT": "70000", "META_ANSARI_APP_SECRET": "your_app_secret",
            "ALWAYS_RETURN_OK_TO_META": "maybe", "BACKEND_SERVER_URL": "localhost:8000", "LOGGING_LEVEL": "LOUD",
        ])
        let names = problems.map { $0.prefix { $0 != " " } }
        #expect(
            Set(names) == [
                "DEPLOYMENT_TYPE", "PORT", "META_ANSARI_APP_SECRET", "ALWAYS_RETURN_OK_TO_META", "BACKEND_SERVER_URL",
                "LOGGING_LEVEL", "META_BUSINESS_PHONE_NUMBER_ID", "META_ACCESS_TOKEN_FROM_SYS_USER",
                "META_WEBHOOK_VERIFY_TOKEN", "WHATSAPP_SERVICE_API_KEY",
            ])
        #expect(names.count == Set(names).count)
        #expect(problems.allSatisfy { $0.contains("set it to ") })
        #expect(!problems.joined().contains("your_app_secret"))
    }

    @Test(arguments: [
        ("PORT", "-1"), ("PORT", "x"), ("WHATSAPP_CHAT_RETENTION_HOURS", "-1"),
        ("WHATSAPP_MESSAGE_AGE_THRESHOLD_SECONDS", "0"), ("WHATSAPP_MESSAGE_AGE_THRESHOLD_SECONDS", "nan"),
        ("META_GRAPH_URL", "ftp://x"), ("META_GRAPH_URL", "https://"), ("META_GRAPH_URL", "https://a b"),
        ("META_GRAPH_URL", "https://user:secret@host"), ("META_API_VERSION", "22"), ("META_API_VERSION", "v22/x"),
        ("LOG_FORMAT", "xml"), ("ORIGINS", "[1]"), ("ORIGINS", "[\"a\""), ("META_ANSARI_APP_SECRET", ","),
        ("META_ANSARI_APP_SECRET", "abc,changeme"), ("META_WEBHOOK_VERIFY_TOKEN", "<token>"), ("MOCK_META_API", "2"),
        ("META_ANSARI_APP_SECRET", "…"), ("META_ACCESS_TOKEN_FROM_SYS_USER", "a b"),
        ("META_WEBHOOK_VERIFY_TOKEN", "a\nb"),
        ("META_BUSINESS_PHONE_NUMBER_ID", "9/../x"), ("HOST", "not a host"), ("HOST", "example.org"), ("PORT", "80.9"),
        ("PORT", "0x50"), ("PORT", "+80"), ("META_API_VERSION", "v"), ("META_API_VERSION", "v22."),
        ("WHATSAPP_CHAT_RETENTION_HOURS", "0x3"), ("WHATSAPP_SERVICE_API_KEY", " \n"),
        ("ANTHROPIC_API_KEY", "your-api-key"), ("ANTHROPIC_URL", "api.anthropic.com"),
    ])
    func aBadValueIsAProblem(name: String, value: String) {
        let problems = problems(required.merging([name: value]) { $1 })
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix(name + " ") == true)
    }

    @Test(arguments: ["true", "TRUE", "1", "yes", "On"])
    func yes(value: String) throws {
        #expect(try read(["WHATSAPP_UNDER_MAINTENANCE": value]).admission.isUnderMaintenance)
    }

    @Test(arguments: ["false", "False", "0", "no", "OFF"])
    func no(value: String) throws {
        #expect(try !read(["ALWAYS_RETURN_OK_TO_META": value]).webhook.alwaysReturnsOK)
    }

    @Test(arguments: [
        ("https://a.example, https://b.example", ["https://a.example", "https://b.example"]),
        (#"["https://a.example/"]"#, ["https://a.example"]), ("[]", []), (" , ", []),
    ])
    func origins(text: String, origins: [String]) throws {
        let configuration = try read(["ORIGINS": text])
        #expect(configuration.origins.dropLast(2) == origins[...])
        #expect(!configuration.warnings.contains { $0.contains("ORIGINS") })
    }

    @Test func anOriginThatNoPageHasIsWarnedOf() throws {
        let configuration = try read(["ORIGINS": "https://a.example,b.example"])
        #expect(configuration.warnings.contains { $0.contains("ORIGINS holds b.example,") })
    }

    @Test(arguments: ["https://b.example", "https://b.example/", "https://b.example/api/"])
    func theBackendIsAnOrigin(url: String) throws {
        #expect(try read(["BACKEND_SERVER_URL": url]).origins == ["https://b.example", "https://web.whatsapp.com"])
    }

    @Test func aShareIsAnOriginInLocalOnly() throws {
        let share = "https://abc.share.zrok.io"
        #expect(try read(["META_WEBHOOK_ZROK_SHARE_TOKEN": "abc", "DEPLOYMENT_TYPE": "local"]).origins.contains(share))
        #expect(try !read(["META_WEBHOOK_ZROK_SHARE_TOKEN": "abc"]).origins.contains(share))
    }

    @Test func aSecretThatIsRotatedMayHaveSeveralValues() throws {
        #expect(
            try read(["META_ANSARI_APP_SECRET": "new, old"]).webhook.appSecrets.map { $0.expose() } == ["new", "old"])
    }

    @Test func aKeyTurnsTranslationOn() throws {
        let standard = try #require(try read(["ANTHROPIC_API_KEY": "k"]).translator)
        #expect(standard.apiKey == Secret("k"))
        #expect(standard.url == "https://api.anthropic.com")
        #expect(standard.model == "claude-haiku-4-5")
        let settings = ["ANTHROPIC_URL": "http://localhost:9/", "ANTHROPIC_MODEL": "claude-opus-5-5"]
        let other = try #require(try read(settings.merging(["ANTHROPIC_API_KEY": "k"]) { $1 }).translator)
        #expect(other.url == "http://localhost:9/")
        #expect(other.model == "claude-opus-5-5")
        #expect(try read(settings).translator?.model == nil)
        #expect(
            try read(settings).warnings.filter { $0.contains("without ANTHROPIC_API_KEY") }.count == 2)
    }

    private static let shared = [
        "QUEUE": "sqs", "SQS_QUEUE_URL": "https://sqs.test/1/q.fifo",
        "SQS_DEAD_LETTER_QUEUE_URL": "https://sqs.test/1/d.fifo", "DYNAMODB_TABLE": "t", "AWS_REGION": "eu-central-1",
    ]

    @Test func aQueueIsOnlyUsedWhenItIsNamed() throws {
        #expect(try read([:]).queue == nil)
        #expect(try read(Self.shared.merging(["QUEUE": "embedded"]) { $1 }).queue == nil)
        let queue = try #require(try read(Self.shared).queue)
        #expect(queue.role == .all)
        #expect(queue.queue.url == "https://sqs.test/1/q.fifo")
        #expect(queue.table == "t")
        #expect(queue.lease == .seconds(30))
        #expect(queue.lambdaAPI == nil)
        #expect(queue.aws.region == "eu-central-1")
    }

    @Test(arguments: [
        (["QUEUE": "kafka"], ["QUEUE"]), (["ROLE": "worker"], ["ROLE"]),
        (
            ["QUEUE": "sqs"],
            ["SQS_QUEUE_URL", "SQS_DEAD_LETTER_QUEUE_URL", "DYNAMODB_TABLE", "AWS_REGION"]
        ),
        (shared.merging(["ROLE": "both"]) { $1 }, ["ROLE"]),
        (shared.merging(["SQS_QUEUE_URL": "https://sqs.test/1/q"]) { $1 }, ["SQS_QUEUE_URL"]),
        (shared.merging(["WORKER_LEASE_SECONDS": "5"]) { $1 }, ["WORKER_LEASE_SECONDS"]),
        (["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001"], ["QUEUE"]),
        (shared.merging(["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001"]) { $1 }, ["ROLE"]),
    ])
    func whatAQueueNeedsIsTold(settings: [String: String], names: [String]) {
        let problems = problems(required.merging(settings) { $1 })
        #expect(Set(problems.map { $0.prefix { $0 != " " } }) == Set(names.map { $0[...] }))
        #expect(problems.allSatisfy { $0.contains("set it to ") })
    }

    /// A process that takes deliveries need not know how to answer, and the other way round.
    @Test(arguments: [
        ("webhook", ["META_ACCESS_TOKEN_FROM_SYS_USER", "WHATSAPP_SERVICE_API_KEY"]),
        ("worker", ["META_WEBHOOK_VERIFY_TOKEN", "META_ANSARI_APP_SECRET"]),
    ])
    func aRoleNeedsNoOtherSecrets(role: String, unneeded: [String]) {
        let settings = required.merging(Self.shared) { $1 }.merging(["ROLE": role]) { $1 }
        #expect(problems(settings.filter { !unneeded.contains($0.key) }).isEmpty)
        for name in unneeded { #expect(problems(settings.merging([name: "changeme"]) { $1 }).count == 1) }
        for name in required.keys where !unneeded.contains(name) {
            #expect(problems(settings.filter { $0.key != name }).count == 1)
        }
    }

    @Test func theEnvironmentWinsOverTheFile() throws {
        let configuration = try read(["PORT": "9001"], dotEnv: "PORT=9002\nHOST=127.0.0.2\n")
        #expect(configuration.port == 9001)
        #expect(configuration.host == "127.0.0.2")
    }

    @Test func whiteSpaceAroundAValueDoesNotCount() throws {
        let configuration = try read(["META_ANSARI_APP_SECRET": "secret-value\n", "PORT": " 9001 "])
        #expect(configuration.webhook.appSecrets == [Secret("secret-value")])
        #expect(configuration.port == 9001)
    }

    @Test func whatAnOperatorShouldKnowIsAWarning() throws {
        #expect(try read(["BACKEND_SERVER_URL": "https://b.example.org"]).warnings.isEmpty)
        let warnings = try read(["MOCK_META_API": "1"], dotEnv: "META_API_VERSON=v25.0").warnings.joined(
            separator: "\n")
        for word in ["MOCK_META_API is on", "BACKEND_SERVER_URL is not set", "META_API_VERSON in .env"] {
            #expect(warnings.contains(word))
        }
    }

    @Test func secretsDoNotPrint() throws {
        var dumped = ""
        dump(try read([:]), to: &dumped)
        for secret in ["token-value", "verify-value", "secret-value", "key-value"] { #expect(!dumped.contains(secret)) }
    }

    @Test(arguments: [
        ("A=b", ["A": "b"]), ("export A=b", ["A": "b"]), ("  A = b  ", ["A": "b"]), ("A=b # c", ["A": "b"]),
        ("A=b#c", ["A": "b#c"]), ("A=", ["A": ""]), ("A= # c", ["A": ""]), ("# A=b\n\n", [:]),
        ("A=b\r\nB=c", ["A": "b", "B": "c"]),
        (#"A="b # c" # d"#, ["A": "b # c"]), (#"A="b\n\"c\"\\ \x""#, ["A": "b\n\"c\"\\ \\x"]),
        ("A='b \\n'", ["A": "b \\n"]),
        ("A=b=c", ["A": "b=c"]), ("A=1\nA=2", ["A": "2"]), ("\u{feff}A=b", ["A": "b"]),
    ])
    func dotEnv(text: String, values: [String: String]) {
        let parsed = DotEnv.parse(text)
        #expect(parsed.values == values)
        #expect(parsed.problems.isEmpty)
    }

    @Test(arguments: ["A", "=b", "A b=c", "A=\"b", "A='b", "A='b' c", "Ä=b"])
    func aBadLineIsAProblem(line: String) {
        let problems = problems(required, dotEnv: "X=1\n" + line)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix(".env, line 2: ") == true)
    }
}

@Suite struct ArgumentsTests {
    @Test func takesWhatIsThere() throws {
        var arguments = Arguments(["demo", "--ask", "What is it?"])
        #expect(try arguments.command(["serve", "demo"], default: "serve") == "demo")
        #expect(try arguments.value("--ask") == "What is it?")
        try arguments.end()
        var other = Arguments(["--ask=a=b", "--help"])
        #expect(try other.command(["serve"], default: "serve") == "serve")
        let flags = (other.flag("--help"), other.flag("--version"))
        #expect(flags == (true, false))
        #expect(try other.value("--ask") == "a=b")
    }

    @Test func whatIsWrongIsNamed() {
        func message(_ words: [String], _ body: (inout Arguments) throws -> Void) -> String? {
            var arguments = Arguments(words)
            do { try body(&arguments) } catch let error as UsageError { return error.message } catch {}
            return nil
        }
        #expect(message(["x"]) { _ = try $0.command(["serve"], default: "serve") } == "Unknown command 'x'")
        #expect(message(["--ask"]) { _ = try $0.value("--ask") } == "The option '--ask' needs a value")
        #expect(
            message(["--ask", "a", "--ask", "b"]) { _ = try $0.value("--ask") } == "The option '--ask' is given twice")
        #expect(message(["--x"]) { try $0.end() } == "Unknown option '--x'")
        #expect(message(["x"]) { try $0.end() } == "Unexpected argument 'x'")
    }
}
