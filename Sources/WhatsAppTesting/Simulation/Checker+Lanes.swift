internal import WhatsAppCore

// What goes out to one user, and through one number.
extension Checker {
    /// One text at a time for each user, and one user's messages in the order in which they came.
    mutating func checkLanes() {
        let lanes = Dictionary(grouping: histories.indices) { plan.messages[$0].lane }
        for (lane, numbers) in lanes.sorted(by: { $0.key < $1.key }) {
            let all = numbers.flatMap { histories[$0].posts }.compactMap { posts[$0] }.sorted { $0.index < $1.index }
            for (post, next) in zip(all, all.dropFirst()) where post.process == next.process {
                if post.outcome.map({ $0.index > next.index }) ?? true {
                    found.append("two texts to \(lane) were under way at once")
                }
            }
            for first in numbers {
                for second in numbers where isSurelyBefore(first, second) {
                    guard let last = histories[first].posts.last, let next = histories[second].posts.first,
                        next < last
                    else { continue }
                    found.append("message \(second) was answered before message \(first) of the same user")
                }
            }
        }
    }

    /// Whether a message was acknowledged before Meta began to deliver another one.
    private func isSurelyBefore(_ first: Int, _ second: Int) -> Bool {
        guard let acknowledged = histories[first].acknowledged, let delivering = histories[second].delivering else {
            return false
        }
        return acknowledged < delivering
    }

    /// The pauses that Graph asks for are kept, as long as nobody sets the clock.
    mutating func checkPauses() {
        let all = posts.values.sorted { $0.index < $1.index }
        for (process, run) in runs.sorted(by: { $0.key < $1.key }) where !run.hasJump {
            let mine = all.filter { $0.process == process }
            checkUserPauses(mine)
            checkProbes(mine)
        }
    }

    /// What was on its way through the journal when a pause began may still go out.
    private static let slack = 5 * SimulationPlan.second

    private mutating func checkUserPauses(_ mine: [Post]) {
        for post in mine {
            guard case .refused(.pauseUser, _)? = post.outcome?.0, let heard = post.outcome else { continue }
            let early = mine.first {
                $0.lane == post.lane && $0.index > heard.index
                    && $0.time - heard.time < 6 * SimulationPlan.second - 1000
            }
            if early != nil { found.append("the pause for \(post.lane) was not kept") }
        }
    }

    /// While the account may not send, one text goes out every five minutes, until one is taken.
    private mutating func checkProbes(_ mine: [Post]) {
        var events: [(index: Int, time: Int64, post: Post, isOutcome: Bool)] = mine.map {
            ($0.index, $0.time, $0, false)
        }
        for post in mine { if let heard = post.outcome { events.append((heard.index, heard.time, post, true)) } }
        var since: Int64?
        var last: Int64 = 0
        for event in events.sorted(by: { $0.index < $1.index }) {
            if event.isOutcome {
                switch event.post.outcome?.0 {
                case .sent: since = nil
                case .refused(.probeAccount, _) where since == nil: (since, last) = (event.time, event.time)
                default: break
                }
            } else if let begin = since, event.time - begin > Self.slack {
                if event.time - last < 300 * SimulationPlan.second - Self.slack {
                    found.append("the account was probed too soon")
                }
                last = event.time
            }
        }
    }
}
