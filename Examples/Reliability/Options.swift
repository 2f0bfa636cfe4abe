import WhatsAppTesting

/// What the command line asks for.
struct Options {
    enum Task {
        case help, seeds, texts, defects
        case kill(cycles: Int)
        case shared(cycles: Int), sharedSpeed
        case sweep(messages: Int)
        case trace(UInt64)
    }
    struct Misunderstanding: Error, CustomStringConvertible { var description: String }

    var task = Task.seeds
    var first: UInt64 = 1
    var count: UInt64 = 10_000
    var defect: PlantedDefect?
    var server = ".build/release/ansari-whatsapp"

    static let help = """
        Usage: reliability [--seeds N] [--first S] [--defect NAME]   run N seeds from S on, until one fails
               reliability --defects [--seeds N] [--first S]         the first seed that finds each planted defect
               reliability --texts [--seeds N] [--first S]           generated texts through the formatter and the chunker
               reliability --trace SEED [--defect NAME]              all that happens in one seed
               reliability --sweep MESSAGES                          every bit of a journal in three segments
                                                                     flipped, every byte cut off
               reliability --kill CYCLES [--server PATH]             kill -9 on the real server, under load;
                                                                     by default \(Options().server)
               reliability --shared CYCLES [--server PATH]           two webhooks and three workers that share a queue:
                                                                     killed, and frozen past their lease
               reliability --shared-speed [--server PATH]            messages a second of one, two and four workers
        The last two want AWS: run them with Tests/AWS/with-aws.
        Defects: \(PlantedDefect.allCases.map(\.rawValue).joined(separator: ", "))
        """

    private init() {}

    init(_ words: [String]) throws {
        var words = words[...]
        while let word = words.popFirst() {
            switch word {
            case "--help": task = .help
            case "--defects": task = .defects
            case "--texts": task = .texts
            case "--sweep": task = .sweep(messages: Int(try Self.number(&words, for: word)))
            case "--kill": task = .kill(cycles: Int(try Self.number(&words, for: word)))
            case "--shared": task = .shared(cycles: Int(try Self.number(&words, for: word)))
            case "--shared-speed": task = .sharedSpeed
            case "--server":
                guard let path = words.popFirst() else {
                    throw Misunderstanding(description: "The option '\(word)' needs a path")
                }
                server = path
            case "--seeds": count = try Self.number(&words, for: word)
            case "--first": first = try Self.number(&words, for: word)
            case "--trace": task = .trace(try Self.number(&words, for: word))
            case "--defect":
                let name = words.popFirst() ?? ""
                guard let found = PlantedDefect(rawValue: name) else {
                    throw Misunderstanding(description: "There is no defect '\(name)'")
                }
                defect = found
            default: throw Misunderstanding(description: "Unknown option '\(word)'")
            }
        }
    }

    private static func number(_ words: inout ArraySlice<String>, for option: String) throws -> UInt64 {
        guard let number = words.popFirst().flatMap({ UInt64($0) }), number < 1 << 48 else {
            throw Misunderstanding(description: "The option '\(option)' needs a number")
        }
        return number
    }
}
