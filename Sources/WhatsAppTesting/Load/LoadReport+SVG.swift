// The two histograms as a picture, one below the other on one logarithmic scale of time; light or dark as its page is.
extension LoadReport {
    /// The picture: a whole SVG document.
    package var svg: String {
        let panels = [
            (name: "Time to the 200", histogram: figures.acknowledged),
            (name: "Time to the answer", histogram: figures.answered),
        ].filter { $0.histogram.count > 0 }
        let scale = TimeScale(panels.map(\.histogram))
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.pictureWidth) \(60 + panels.count * Self.panelHeight)" role="img">
            <title>\(Figure.grouped(figures.questions)) questions, \(paceTitle)</title>
            <style>
            svg { --paper: #fff; --ink: #1b1f24; --faint: #6a737d; --line: #d9dee3; --bar: #2f7d5b; background: var(--paper);
              font: 13px system-ui, sans-serif }
            @media (prefers-color-scheme: dark) {
              svg { --paper: #14181c; --ink: #e6e9ec; --faint: #9aa4ad; --line: #333b43; --bar: #5fbf94 }
            }
            .ink { fill: var(--ink) } .faint { fill: var(--faint); font-size: 11px;
              paint-order: stroke; stroke: var(--paper); stroke-width: 3px } .bar { fill: var(--bar) }
            .line { stroke: var(--line) } .mark { stroke: var(--ink); stroke-dasharray: 2 3 } .title { font-weight: 600 }
            .paper { fill: var(--paper) }
            </style>
            <rect class="paper" width="100%" height="100%"/>
            <text class="ink title" x="\(TimeScale.left)" y="28">\(Figure.grouped(figures.questions)) questions, \(paceTitle)</text>

            """
        for (index, panel) in panels.enumerated() {
            svg += Self.panel(panel.name, panel.histogram, on: scale, top: 44 + index * Self.panelHeight)
        }
        return svg + "</svg>\n"
    }

    private static let pictureWidth = 860
    private static let panelHeight = 260
    /// The height of the highest bar, and what is above it for the names of the percentiles.
    private static let (barHeight, labelHeight) = (130.0, 82.0)

    private var paceTitle: String {
        switch plan.pace {
        case .answered: "each user asking when the last answer is there"
        case .acknowledged(let connections): "\(connections) under way at any time"
        case .rate(let rate): "\(Figure.threeDigits(figures.wantedRate ?? rate)) a second"
        case .burst: "all at once"
        }
    }

    private static func panel(_ name: String, _ histogram: LatencyHistogram, on scale: TimeScale, top: Int) -> String {
        let base = Double(top) + labelHeight + barHeight
        let bars = histogram.bars(perOctave: 8)
        let most = Double(bars.map(\.count).max() ?? 1)
        var svg = "<text class=\"ink\" x=\"\(TimeScale.left)\" y=\"\(top + 16)\">\(name)</text>\n"
        for tick in scale.ticks {
            let x = number(scale.x(tick))
            svg +=
                "<line class=\"line\" x1=\"\(x)\" x2=\"\(x)\" y1=\"\(number(base - barHeight))\" y2=\"\(number(base))\"/>"
            svg += "<text class=\"faint\" x=\"\(x)\" y=\"\(number(base + 16))\" text-anchor=\"middle\">"
            svg += "\(Figure.roundTime(tick))</text>\n"
        }
        for bar in bars where bar.count > 0 {
            let (from, to) = (scale.x(bar.from), scale.x(bar.to))
            // One in a million is still to be seen.
            let height = max(1.5, Double(bar.count) / most * barHeight)
            svg += "<rect class=\"bar\" x=\"\(number(from))\" y=\"\(number(base - height))\" "
            svg += "width=\"\(number(max(1, to - from - 0.5)))\" height=\"\(number(height))\">"
            svg +=
                "<title>\(Figure.grouped(bar.count)) from \(Figure.time(bar.from)) to \(Figure.time(bar.to))</title></rect>\n"
        }
        return svg + marks(histogram, on: scale, top: Double(top) + 30, base: base)
    }

    /// The percentiles: a line each, and its name on the first row where there is room.
    private static func marks(_ histogram: LatencyHistogram, on scale: TimeScale, top: Double, base: Double) -> String {
        let times = shares.map { ($0.name, histogram.percentile($0.share) ?? .zero) } + [("longest", histogram.longest)]
        var ends = [Double](repeating: -.infinity, count: times.count)
        return times.map { name, time in
            let x = scale.x(time)
            let label = "\(name) \(Figure.time(time))"
            let width = Double(label.count) * 7
            let isAtEdge = x + width > TimeScale.right
            let begin = isAtEdge ? x - 4 - width : x + 4
            let row = ends.firstIndex { $0 < begin } ?? 0
            ends[row] = begin + width
            let y = top + Double(row) * 14
            return
                "<line class=\"mark\" x1=\"\(number(x))\" x2=\"\(number(x))\" y1=\"\(number(y - 8))\" y2=\"\(number(base))\"/>"
                + "<text class=\"faint\" x=\"\(number(isAtEdge ? x - 4 : x + 4))\" y=\"\(number(y))\""
                + (isAtEdge ? " text-anchor=\"end\"" : "") + ">\(label)</text>\n"
        }.joined()
    }

    private static func number(_ number: Double) -> String { Figure.decimal(number, places: 1) }
}

/// Where a time stands on the picture: logarithmic, from one round time to another.
private struct TimeScale {
    static let (left, right) = (30.0, 830.0)

    /// Round times, and where the scale begins and ends among them.
    let ticks: [Duration]
    private let first: Double
    private let last: Double

    init(_ histograms: [LatencyHistogram]) {
        let shortest = max(histograms.map(\.shortest).min() ?? .zero, .microseconds(1))
        let longest = max(histograms.map(\.longest).max() ?? .zero, shortest)
        var all: [Duration] = []
        var power = Duration.microseconds(1)
        while all.last ?? .zero < longest {
            all += [power, power * 2, power * 5]
            power *= 10
        }
        let from = all.lastIndex { $0 <= shortest } ?? 0
        let to = max(all.firstIndex { $0 >= longest } ?? all.count - 1, from + 1)
        ticks = Array(all[from...to])
        first = Self.octave(all[from])
        last = Self.octave(all[to])
    }

    func x(_ time: Duration) -> Double {
        let share = (Self.octave(max(time, .nanoseconds(1))) - first) / (last - first)
        return Self.left + min(max(share, 0), 1) * (Self.right - Self.left)
    }

    /// The logarithm to the base 2 of a time, between whole ones by a straight line: without a mathematics library, and as
    /// the histogram's own buckets lie.
    private static func octave(_ time: Duration) -> Double {
        let nanoseconds = Double(time.nanoseconds)
        return Double(nanoseconds.exponent) + nanoseconds.significand - 1
    }
}
