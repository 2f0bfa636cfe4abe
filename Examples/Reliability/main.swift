// Proves the promise: seed after seed, a world of faults in which the service must keep it.
//
//     swift run -c release reliability --seeds 100000
//     swift run -c release reliability --defects
//     swift run -c release reliability --texts --seeds 1000000
//     swift run -c release reliability --trace 42 [--defect skip-sync]
//     swift run -c release reliability --sweep 34
//     swift run -c release reliability --kill 1000
//     Tests/AWS/with-aws swift run -c release reliability --shared 100
import CommandArguments
import WhatsAppCore
import WhatsAppTesting

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

do {
    let options = try Options(Array(CommandLine.arguments.dropFirst()))
    switch options.task {
    case .help: print(Options.help)
    case .trace(let seed): exit(Report.trace(seed, defect: options.defect) ? 0 : 1)
    case .seeds: exit(Report.seeds(options.first..<options.first + options.count, defect: options.defect) ? 0 : 1)
    case .texts: exit(Report.texts(options.first..<options.first + options.count) ? 0 : 1)
    case .sweep(let messages): exit(try Report.sweep(messages: messages) ? 0 : 1)
    case .kill(let cycles): exit(try await KillRun(cycles: cycles, binary: options.server).run() ? 0 : 1)
    case .shared(let cycles): exit(try await SharedKillRun(cycles: cycles, binary: options.server).run() ? 0 : 1)
    case .sharedSpeed: exit(try await SharedSpeedRun(binary: options.server).run() ? 0 : 1)
    case .defects: exit(Report.defects(within: options.first..<options.first + options.count) ? 0 : 1)
    }
} catch let error as UsageError {
    Log.standardError("reliability: \(error.message). See 'reliability --help'.\n")
    exit(64)
} catch {
    Log.standardError("reliability: \(error)\n")
    exit(70)
}
