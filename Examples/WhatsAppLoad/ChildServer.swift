internal import Synchronization
internal import WhatsAppCore
internal import WhatsAppTesting

/// Our own server as a child of this process, with a data directory of its own.
struct ChildServer: Sendable {
    private let process: ServerProcess
    /// The URL of its webhook.
    let webhook: String

    /// What it has used so far.
    var usage: ProcessUsage? { process.processID.flatMap { ProcessUsage(of: $0) } }

    /// Starts it, and stops it when `body` has ended.
    /// - Throws: ``LoadError`` when it does not start.
    static func run<Result>(
        _ program: String?, settings: [String: String], _ body: (ChildServer) async throws -> Result
    ) async throws -> Result {
        if let program, ServerPlace.absolute(program) == nil {
            throw LoadError("There is no \(program).", code: 78)
        }
        guard let program = program.flatMap(ServerPlace.absolute) ?? besideThisProgram() else {
            throw LoadError(
                "There is no ansari-whatsapp beside this program. Build it, or give --server or --url.", code: 78)
        }
        guard let directory = ServerPlace.makeDirectory("whatsapp-load") else {
            throw LoadError("No temporary directory can be made. Set TMPDIR to one that can be written to.", code: 74)
        }
        defer { ServerPlace.removeDirectory(directory) }
        let (webhooks, listening) = AsyncStream<String>.makeStream()
        let problems = Mutex<[String]>([])
        let sink = LineSink { line in
            let json = try? JSONDocument(Array(line.utf8)).root
            if json?["message"]?.string == "Listening", let url = json?["url"]?.string { listening.yield(url) }
            if ["CRITICAL", "ERROR"].contains(json?["level"]?.string ?? "ERROR") {
                problems.withLock { if $0.count < 5 { $0.append(line) } }
            }
        }
        guard let sink else { throw LoadError("The system has no room for another process.", code: 70) }
        defer { sink.close() }
        // SUCCESS tells where it listens, and nothing of each message.
        let own = ["LOGGING_LEVEL": "SUCCESS", "LOG_FORMAT": "json"]
        let process = ServerProcess(
            binary: program, arguments: ["serve", "--until-end-of-input"], directory: directory,
            settings: settings.merging(own) { _, own in own }, log: sink.descriptor
        ) { _ in listening.finish() }
        do { try process.start() } catch { throw LoadError("\(error)", code: 78) }
        defer { process.stop() }
        for await webhook in webhooks { return try await body(ChildServer(process: process, webhook: webhook)) }
        try Task.checkCancellation()
        let told = problems.withLock { $0 }.map { "\n  \($0)" }.joined()
        throw LoadError("\(program) did not begin to listen.\(told)", code: 78)
    }

    private static func besideThisProgram() -> String? {
        guard let own = ServerPlace.ownProgram(), let slash = own.lastIndex(of: "/") else { return nil }
        let program = own[...slash] + "ansari-whatsapp"
        return POSIXFile.exists(String(program)) ? String(program) : nil
    }
}
