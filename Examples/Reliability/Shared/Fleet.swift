import CommandArguments
import Foundation
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

/// Servers that share a queue and a table of AWS: some take deliveries, some answer.
struct Fleet: Sendable {
    let webhooks: [ServerProcess]
    let workers: [ServerProcess]
    let queue: SQSQueue
    /// Takes what the servers write.
    let log: URL
    /// The simulated Meta and backend around them.
    let simulator: Simulator
    private let directory: URL
    /// Open as long as servers write to it.
    private let output: FileHandle

    var all: [ServerProcess] { webhooks + workers }

    /// Makes a queue and a table of their own, and servers that are not started yet.
    /// - Parameters:
    ///   - settings: of the servers, beside what they need to find each other.
    ///   - simulator: made with an HTTP client, which spreads deliveries over the webhooks.
    init(
        webhooks: Int, workers: Int, binary: String, settings: [String: String],
        simulator makeSimulator: (any HTTPClient) throws -> Simulator
    ) async throws {
        let environment = ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("AWS_") }
        let http = DefaultHTTPClient()
        let credentials = AWSCredentialsCache(environment: environment, readFile: { _ in nil }, http: http)
        guard let aws = AWSConfiguration(environment: environment, credentials: credentials) else {
            throw UsageError(message: "AWS_REGION is not set: run this with Tests/AWS/with-aws")
        }
        let name = "reliability-\(UUID().uuidString.prefix(8))"
        try await DynamoDBStore.createTable(name, aws: aws, http: http)
        let urls = try await SQSQueue.create(name, aws: aws, http: http)
        queue = SQSQueue(configuration: urls, aws: aws, http: http)

        directory = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        log = directory.appending(path: "log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        output = try FileHandle(forWritingTo: log)

        let ports = try (0..<webhooks).map { _ in try KillRun.freePort() }
        simulator = try makeSimulator(SpreadingClient(ports: ports))
        simulator.meta.webhook = SpreadingClient.webhook
        let common = simulator.environment.merging(environment) { $1 }.merging(settings) { $1 }.merging([
            "DEPLOYMENT_TYPE": "production", "HOST": "127.0.0.1", "QUEUE": "sqs", "SQS_QUEUE_URL": urls.url,
            "SQS_DEAD_LETTER_QUEUE_URL": urls.deadLetterURL, "DYNAMODB_TABLE": name,
        ]) { $1 }
        let (path, place, file) = (URL(fileURLWithPath: binary).path, directory.path, output.fileDescriptor)
        func server(_ own: [String: String]) -> ServerProcess {
            // They end with this program, however it ends.
            ServerProcess(
                binary: path, arguments: ["serve", "--until-end-of-input"], directory: place,
                settings: common.merging(own) { $1 }, log: file)
        }
        self.webhooks = ports.map { server(["ROLE": "webhook", "PORT": "\($0)"]) }
        self.workers = (0..<workers).map { _ in server(["ROLE": "worker"]) }
    }

    /// Stops all, and tells the highest exit code.
    func stop() -> Int32 { all.map { $0.stop() }.max() ?? 0 }

    /// How many lines of the log hold a text.
    func count(_ text: String) throws -> Int {
        try String(contentsOf: log, encoding: .utf8).split(separator: "\n").count { $0.contains(text) }
    }

    func removeLog() { try? FileManager.default.removeItem(at: directory) }
}

/// Gives each delivery to one of several servers, as a load balancer does.
private struct SpreadingClient: HTTPClient {
    /// A URL that stands for any of them.
    static let webhook = "http://127.0.0.1:0/whatsapp/v2"

    let ports: [Int]
    private let http = DefaultHTTPClient()

    init(ports: [Int]) { self.ports = ports }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        var request = request
        request.target = Self.webhook.replacing(":0/", with: ":\(ports.randomElement() ?? 0)/")
        return try await http.send(request)
    }
}
