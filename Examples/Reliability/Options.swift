import CommandArguments
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
        var arguments = Arguments(words)
        func number(_ name: String) throws -> Int? { try arguments.number(name, in: 0...(1 << 48) - 1) }
        if let messages = try number("--sweep") { task = .sweep(messages: messages) }
        if let cycles = try number("--kill") { task = .kill(cycles: cycles) }
        if let cycles = try number("--shared") { task = .shared(cycles: cycles) }
        if let seed = try number("--trace") { task = .trace(UInt64(seed)) }
        if arguments.flag("--shared-speed") { task = .sharedSpeed }
        if arguments.flag("--defects") { task = .defects }
        if arguments.flag("--texts") { task = .texts }
        if arguments.flag("--help") { task = .help }
        server = try arguments.value("--server") ?? server
        count = try number("--seeds").map(UInt64.init) ?? count
        first = try number("--first").map(UInt64.init) ?? first
        if let name = try arguments.value("--defect") {
            guard let found = PlantedDefect(rawValue: name) else {
                throw UsageError(message: "There is no defect '\(name)'")
            }
            defect = found
        }
        try arguments.end()
    }
}
