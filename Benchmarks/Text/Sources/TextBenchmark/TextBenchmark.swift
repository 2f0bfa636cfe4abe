import WhatsAppCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Times the formatter and the chunker in processor time, which a busy machine changes little, and writes tables in
/// markdown: medians of the repeats.
///
///     swift run -c release --package-path Benchmarks/Text TextBenchmark [repeats [a part of the name of hostile texts]]
@main
enum TextBenchmark {
    /// Tells a slope of one from one of two, with room for what caches and a busy machine add to ten times the text.
    private static let steepest = 25.0

    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let repeats = arguments.first.flatMap { Int($0) } ?? 5
        print("| mixed markdown | bytes | format, MB/s | split, MB/s | both, ms |\n|---|---|---|---|---|")
        for (name, size) in [("2 KB", 2_000), ("20 KB", 20_000), ("200 KB", 200_000), ("2 MB", 2_000_000)] {
            let text = Inputs.mixed(size)
            let time = measure(text, repeats: max(repeats, repeats * 20_000 / size))
            let count = Double(text.utf8.count)
            print(
                "| \(name) | \(text.utf8.count) | \(round(count / 1e6 / time.format)) "
                    + "| \(round(Double(time.formatted) / 1e6 / time.split)) "
                    + "| \(round((time.format + time.split) * 1e3)) |")
        }
        print("\n| hostile text | 200 KB, ms | 2 MB, ms | × | output, × |\n|---|---|---|---|---|")
        for (name, make) in Inputs.hostile where arguments.count < 2 || name.contains(arguments[1]) {
            let (small, large) = (make(200_000), make(2_000_000))
            let (one, ten) = (measure(small, repeats: repeats), measure(large, repeats: max(1, repeats / 2)))
            let ratio = (ten.format + ten.split) / (one.format + one.split)
            print(
                "| \(name) | \(round((one.format + one.split) * 1e3)) | \(round((ten.format + ten.split) * 1e3)) "
                    + "| \(round(ratio))\(ratio > steepest ? " **not linear**" : "") "
                    + "| \(round(Double(ten.formatted) / Double(large.utf8.count))) |")
        }
    }

    /// The median seconds of formatting, and of splitting what that gives.
    private static func measure(_ text: String, repeats: Int) -> (format: Double, split: Double, formatted: Int) {
        var (format, split, formatted): ([Double], [Double], String) = ([], [], "")
        for _ in 0..<repeats {
            let start = seconds()
            formatted = WhatsAppFormatter().format(text)
            let middle = seconds()
            let parts = WhatsAppChunker.whatsApp.parts(of: formatted)
            split.append(seconds() - middle)
            format.append(middle - start)
            precondition(parts.allSatisfy { $0.utf16.count <= WhatsAppChunker.longestText })
        }
        return (format.sorted()[repeats / 2], split.sorted()[repeats / 2], formatted.utf8.count)
    }

    /// The processor time of this thread.
    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func round(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
