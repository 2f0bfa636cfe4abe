internal import WhatsAppCore

// What goes out for one message: each part once, in order, of one answer.
extension Checker {
    /// The parts are those of one answer, complete so far, and in order.
    mutating func checkParts(of number: Int) {
        let all = histories[number].posts.compactMap { posts[$0] }
        func report(_ what: String) { found.append("message \(number): \(what)") }
        let texts = all.map { AnswerText($0.text) }
        if Set(texts.map { $0?.ask }).count > 1 { report("the answer was made anew after a part had gone out") }
        for (post, text) in zip(all, texts) {
            guard let text else {
                let isNotice = post.part == 0 && post.text.first?.isNumber == false
                if !isNotice { report("a part is no part: \(post.text)") }
                continue
            }
            if text.part != post.part + 1 || text.part > text.count {
                report("part \(post.part + 1) has another's text")
            }
        }
        for (post, next) in zip(all, all.dropFirst()) {
            if next.part < post.part { report("part \(next.part + 1) went out after part \(post.part + 1)") }
            let isTaken = all.contains {
                $0.part == next.part - 1 && ($0.takenAt.map { $0 < next.index } ?? false)
            }
            if next.part > post.part, !isTaken {
                report("part \(next.part + 1) went out before part \(next.part) was taken")
            }
        }
        if let first = all.first, first.part != 0 { report("part \(first.part + 1) went out first") }
    }

    /// A part goes out again only when its outcome is unknown, after a wait for its status, counted, and once.
    mutating func checkResends(of number: Int) {
        let history = histories[number]
        let all = history.posts.compactMap { posts[$0] }
        for part in Set(all.map(\.part)).sorted() {
            let attempts = all.filter { $0.part == part }
            let open = attempts.filter { !$0.isRefused }
            func report(_ what: String) { found.append("message \(number): part \(part + 1) \(what)") }
            if open.count > 2 { report("went out \(open.count) times") }
            if open.count - 1 > history.blindResends[part] ?? 0 { report("was sent again, and nobody counted it") }
            for (first, again) in zip(attempts, attempts.dropFirst()) where !first.isRefused {
                if let durable = history.sentDurable[part], durable < again.index {
                    report("was sent again after it was durable that it had been sent")
                }
                if first.process == again.process, first.outcome?.0 == .sent { report("was sent again after success") }
                checkPatience(first, again, token: "\(plan.messages[number].key)-\(part)", report)
            }
        }
    }

    /// Half a minute lies before the second attempt, and no status came in it.
    private func checkPatience(_ first: Post, _ again: Post, token: String, _ report: (String) -> Void) {
        let isSame = first.process == again.process
        let ready = runs[again.process]?.ready.map { (index: $0.index, time: $0.time) }
        guard let from = isSame ? first.outcome.map({ (index: $0.index, time: $0.time) }) : ready else {
            return report("was sent again before anything was learned of it")
        }
        if again.time - from.time < 30 * SimulationPlan.second { report("was sent again without patience") }
        // What comes while the second attempt is on its way through the journal comes too late.
        let news = statuses[token]?.contains {
            $0.process == again.process && $0.index > (isSame ? first.index : from.index)
                && $0.time < again.time - 2 * SimulationPlan.second
        }
        if news == true { report("was sent again although a status had said that it was sent") }
    }
}
