internal import CommandArguments
internal import Synchronization
internal import WhatsAppCore
internal import WhatsAppTesting
internal import WhatsAppTransport

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

// A load and truth tool for any server that carries WhatsApp's messages to the Ansari backend.
//
//     whatsapp-load --rate 200 --duration 30 --duplicates 10 --statuses
//     whatsapp-load --url http://127.0.0.1:8001/whatsapp/v2 --secret …
@main
struct WhatsAppLoad {
    static func main() async {
        do {
            exit(try await run(Array(CommandLine.arguments.dropFirst())))
        } catch let error as UsageError {
            Log.standardError("whatsapp-load: \(error.message). See 'whatsapp-load --help'.\n")
            exit(64)
        } catch let error as LoadError {
            Log.standardError("whatsapp-load: \(error.message)\n")
            exit(error.code)
        } catch {
            Log.standardError("whatsapp-load: \(error)\n")
            exit(70)
        }
    }

    private static func run(_ words: [String]) async throws -> Int32 {
        if words.contains("--help") || words.contains("-h") {
            print(Help.text)
            return 0
        }
        let options = try Options(words)
        let json = try options.json.map { try Optional(POSIXFile($0)) } ?? nil
        let svg = try options.svg.map { try Optional(POSIXFile($0)) } ?? nil
        let result = Mutex<LoadReport?>(nil)
        try await runUntilShutdown {
            let report = try await LoadCommand(options).run()
            if !Task.isCancelled { result.withLock { $0 = report } }
        }
        guard let report = result.withLock({ $0 }) else {
            Log.standardError("whatsapp-load: interrupted\n")
            return 130
        }
        print(report.text, terminator: "")
        try json?.write(report.json)
        try svg?.write(Array(report.svg.utf8))
        return report.failures.isEmpty ? 0 : 1
    }
}
