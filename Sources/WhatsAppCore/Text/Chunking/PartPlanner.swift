/// Chooses at which places to cut.
struct PartPlanner {
    private let breaks: [BreakPoint]
    private let limit: Int
    /// For each place, the fewest parts that the text after it needs.
    private let fewest: [Int]

    /// The numbers of the places that bound the parts, from the first place to the last.
    ///
    /// The fewest parts possible, unless that cuts between words (or worse) and one part more does so less often.
    static func plan(_ breaks: [BreakPoint], limit: Int) -> [Int] {
        guard breaks.count > 2 else { return Array(breaks.indices) }
        let planner = PartPlanner(breaks: breaks, limit: limit)
        let tight = planner.plan(parts: planner.fewest[0])
        let torn = planner.tornCuts(tight)
        guard torn > 0 else { return tight }
        let loose = planner.plan(parts: planner.fewest[0] + 1)
        return planner.tornCuts(loose) < torn ? loose : tight
    }

    private init(breaks: [BreakPoint], limit: Int) {
        self.breaks = breaks
        self.limit = limit
        fewest = Self.fewest(breaks, limit)
    }

    /// Counts from the end. The farthest place that a part can reach is also the best one to reach, except that what is
    /// open there may cost more than what is open up to ``OpenMarks/mostUnits`` before it.
    private static func fewest(_ breaks: [BreakPoint], _ limit: Int) -> [Int] {
        var fewest = [Int](repeating: 0, count: breaks.count)
        var farthest = breaks.count - 1
        for index in breaks.indices.dropLast().reversed() {
            while farthest > index + 1, breaks[farthest].end.units > breaks[index].start.units + limit { farthest -= 1 }
            var best = Int.max
            var next = farthest
            let floor = breaks[farthest].end.units - 3 * OpenMarks.mostUnits
            while next > index, next == index + 1 || breaks[next].end.units >= floor || best == Int.max {
                if breaks[index].units(to: breaks[next]) <= limit { best = min(best, fewest[next] + 1) }
                next -= 1
            }
            fewest[index] = best
        }
        return fewest
    }

    /// The best cuts with no more than this many parts: each goes to the best place in the second half of what fits,
    /// the last one of equals, that leaves the rest to the parts that are left.
    private func plan(parts: Int) -> [Int] {
        var plan = [0]
        var left = parts
        let end = breaks.count - 1
        while let start = plan.last, start < end {
            left -= 1
            guard breaks[start].units(to: breaks[end]) > limit else {
                plan.append(end)
                break
            }
            plan.append(cut(after: start, partsLeft: left))
        }
        return plan
    }

    private func cut(after start: Int, partsLeft: Int) -> Int {
        var (best, fallback) = (start, start + 1)
        var index = start + 1
        let reach = breaks[start].start.units + limit
        while index < breaks.count, breaks[index].end.units <= reach {
            let units = breaks[start].units(to: breaks[index])
            if units <= limit, fewest[index] <= partsLeft {
                fallback = index
                if 2 * units >= limit, best == start || breaks[index].rank >= breaks[best].rank { best = index }
            }
            index += 1
        }
        return best == start ? fallback : best
    }

    private func tornCuts(_ plan: [Int]) -> Int {
        plan.dropFirst().dropLast().count { breaks[$0].rank <= .word }
    }
}
