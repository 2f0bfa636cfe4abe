#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif
internal import CommandArguments
internal import WhatsAppCore

/// The command `ansari-whatsapp`.
@main
struct AnsariWhatsApp {
    static let version = "0.1.0"

    static func main() async {
        let code: ExitCode
        do {
            code = try await run(Array(CommandLine.arguments.dropFirst()))
        } catch let error as UsageError {
            Log.standardError("ansari-whatsapp: \(error.message). See 'ansari-whatsapp --help'.\n")
            code = .usage
        } catch let error as StartError {
            Log.standardError("ansari-whatsapp: \(error.message)\n")
            code = error.code
        } catch {
            Log.standardError("ansari-whatsapp: \(error)\n")
            code = .defect
        }
        exit(code.rawValue)
    }

    private static func run(_ arguments: [String]) async throws -> ExitCode {
        var arguments = Arguments(arguments)
        let commands = ["serve", "demo", "inspect", "journal", "dead-letters", "aws"]
        let command = try arguments.command(commands, default: "serve")
        if arguments.flag("--help") || arguments.flag("-h") {
            print(Help.text)
            return .success
        }
        if arguments.flag("--version") {
            print("ansari-whatsapp \(version)")
            return .success
        }
        switch command {
        case "demo":
            return try await Demo.run(&arguments)
        case "inspect":
            return try Inspect.run(files: arguments.rest())
        case "journal":
            return try JournalCommand.run(&arguments)
        case "dead-letters":
            return try DeadLettersCommand.run(&arguments)
        case "aws":
            return try await AWSCommand.run(&arguments)
        default:
            let salvages = arguments.flag("--salvage")
            var environment = Files.environment()
            for (option, name) in [("--queue", "QUEUE"), ("--role", "ROLE")] {
                if let value = try arguments.value(option) { environment[name] = value }
            }
            if arguments.flag("--until-end-of-input") { try Serve.stopAtEndOfInput() }
            try arguments.end()
            return try await Serve.run(environment, salvaging: salvages)
        }
    }
}

/// The exit codes (sysexits.h).
enum ExitCode: Int32 {
    case success = 0
    /// The demo's question got no answer, or an inspected file is no payload.
    case failure = 1
    case usage = 64
    case damagedData = 65
    case noInput = 66
    case defect = 70
    case disk = 74
    case alreadyRunning = 75
    case configuration = 78
}

/// Why the command did not start its work: one or several lines for a person, and the exit code.
struct StartError: Error {
    var message: String
    var code: ExitCode
}
