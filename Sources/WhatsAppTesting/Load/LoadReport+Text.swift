// For a person at a terminal.
extension LoadReport {
    /// The whole as lines of text.
    package var text: String {
        var lines = roundsTable
        lines += head + [""] + table + [""] + usage + verdict
        for (name, histogram) in [("time to the 200", figures.acknowledged), ("time to the answer", figures.answered)]
        where histogram.count > 0 {
            lines += ["", name] + Self.bars(of: histogram)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var head: [String] {
        let waited = figures.attempts.sorted { $0.key < $1.key }.filter { $0.key != 200 }
            .map { "\(Figure.grouped($0.value)) \($0.key == 0 ? "without an answer" : "answered with \($0.key)")" }
        let again = waited.isEmpty ? "none tried again" : "tried again: " + waited.joined(separator: ", ")
        return [
            "\(Figure.grouped(figures.questions)) questions of \(Figure.grouped(min(plan.users, figures.questions))) users, "
                + paceText,
            row(
                "deliveries",
                "\(Figure.grouped(figures.acknowledged.count)) answered with 200 in \(Figure.time(figures.asking)), "
                    + "\(Figure.threeDigits(figures.acknowledgedRate))/s; \(again)"),
            row(
                "answers",
                "\(Figure.grouped(figures.answered.count)) complete in \(Figure.time(figures.answering)), "
                    + "\(Figure.threeDigits(figures.answeredRate))/s; \(Figure.grouped(figures.texts)) texts"),
        ]
            + (figures.statuses.count == 0
                ? []
                : [row("statuses", "\(Figure.grouped(figures.statuses.count)) answered with 200")])
    }

    private var paceText: String {
        switch plan.pace {
        case .answered: "each asked when the last was answered"
        case .acknowledged(let connections): "\(connections) under way at any time"
        case .rate(let rate): "due at \(Figure.threeDigits(figures.wantedRate ?? rate))/s"
        case .burst: "all at once"
        }
    }

    private func row(_ name: String, _ text: String) -> String { Figure.left(name, 20) + text }

    private var table: [String] {
        let title = Figure.left("", 20) + (Self.shares.map(\.name) + ["longest"]).map { Figure.right($0, 10) }.joined()
        let rows = [
            ("time to the 200", figures.acknowledged), ("time to the answer", figures.answered),
            ("200 to a status", figures.statuses), ("begun late by", figures.lag),
        ].filter { $0.1.count > 0 }
        return [title]
            + rows.map { name, histogram in
                let times = Self.shares.map { histogram.percentile($0.share) ?? .zero } + [histogram.longest]
                return Figure.left(name, 20) + times.map { Figure.right(Figure.time($0), 10) }.joined()
            }
    }

    private var usage: [String] {
        let count = max(1, truth.asked)
        func text(_ usage: ProcessUsage) -> String {
            "\(Figure.time(usage.processor)) of processor, \(Figure.time(usage.processor / count)) a question; "
                + "\(Figure.memory(usage.memory)), at most \(Figure.memory(usage.peakMemory))"
        }
        var lines: [String] = []
        if let server { lines.append(row("server", text(server))) }
        if let generator { lines.append(row("this tool", text(generator) + "; delivers by \(client)")) }
        if figures.isLimitedByGenerator {
            lines.append(
                row("", "Requests began late: these figures tell of this tool and its machine, not of the server."))
        }
        return lines
    }

    private var verdict: [String] {
        var lines: [String] = []
        if truth.violations.isEmpty {
            let promise = plan.isReplay ? "the old heard nothing, the fresh" : "every question was"
            lines.append(
                row("truth", "\(promise) answered once, in order, complete (\(Figure.grouped(truth.asked)) asked)"))
        }
        lines += failures.enumerated().map { row($0.offset == 0 ? "failed" : "", $0.element) }
        if truth.calls == 0, truth.lost > 0 {
            lines.append(
                row("", "The server called neither the Graph API nor the backend: does it know where they are?"))
        }
        if truth.excusedRepeats > 0 {
            lines.append(row("", "\(truth.excusedRepeats) answered twice after a time-out, which is excused"))
        }
        if let notice = truth.firstNotice {
            lines.append(row("", "\(truth.notices) texts were no answers, such as: \(notice.prefix(80))"))
        }
        if let highestRate, let rate = highestRate.rate {
            lines.append(
                row(
                    "highest rate",
                    "\(Figure.threeDigits(rate)) messages/s with a p99 of the 200 under \(Figure.time(highestRate.limit))"
                ))
        }
        return lines
    }

    private var roundsTable: [String] {
        guard !rounds.isEmpty else { return [] }
        let names = ["due/s", "200s/s", "p50", "p99", "late p99", "answers/s"]
        return [names.map { Figure.right($0, 11) }.joined()]
            + rounds.map { round in
                let figures = round.figures
                return [
                    Figure.threeDigits(round.rate), Figure.threeDigits(figures.acknowledgedRate),
                    Figure.time(figures.acknowledged.percentile(0.5) ?? .zero),
                    Figure.time(figures.acknowledged.percentile(0.99) ?? .zero),
                    Figure.time(figures.lag.percentile(0.99) ?? .zero), Figure.threeDigits(figures.answeredRate),
                ].map { Figure.right($0, 11) }.joined() + (round.isBorne ? "" : "  too much")
            } + [""]
    }

    private static let width = 50

    /// A histogram: a line for each doubling of the time.
    static func bars(of histogram: LatencyHistogram) -> [String] {
        let bars = histogram.bars(perOctave: 2)
        let most = bars.map(\.count).max() ?? 1
        return bars.map { bar in
            // Eighths, so that even a single one is seen.
            let eighths = bar.count == 0 ? 0 : max(1, bar.count * width * 8 / most)
            let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
            let picture = String(repeating: "█", count: eighths / 8) + rest
            return "\(Figure.right(Figure.time(bar.from), 10)) │\(picture) \(Figure.grouped(bar.count))"
        }
    }
}
