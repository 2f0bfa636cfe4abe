import WhatsAppTesting
let args = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
let defect = CommandLine.arguments.dropFirst().compactMap { PlantedDefect(rawValue: $0) }.first
for seed in args[0]...args[1] {
    let result = Simulation(seed: seed, defect: defect).run()
    if args[0] == args[1] { for entry in result.entries { print(entry) } }
    if !result.violations.isEmpty || args[0] == args[1] { print(seed, result.violations.prefix(3), result.entries.count) }
}
