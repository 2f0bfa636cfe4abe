internal import WhatsAppCore

// What becomes of a message: one end, the right one, and no work beyond it.
extension Checker {
    /// Every message is acknowledged at last, and what was acknowledged reaches one end that agrees with what Graph took.
    mutating func checkEnd(of number: Int) {
        let history = histories[number]
        func report(_ what: String) { found.append("message \(number) \(what)") }
        guard history.acknowledged != nil else { return report("was never acknowledged") }
        if history.newAt.count > 1 { report("was taken for new twice") }
        if history.ends.count > 1 { report("reached two ends") }
        if plan.messages[number].isIgnorable {
            if !history.posts.isEmpty { report("is to be ignored and was answered") }
            if let end = history.ends.first?.0, !end.isIgnored { report("is to be ignored and ended as \(end)") }
            return
        }
        guard let end = history.ends.first?.0 ?? history.unheardEnd else { return report("was lost") }
        checkAgreement(of: number, end)
        checkDeaths(of: number, end)
    }

    private mutating func checkAgreement(of number: Int, _ end: MessageOutcome) {
        let history = histories[number]
        let taken = history.posts.compactMap { posts[$0] }.filter { $0.takenAt != nil }
        func report(_ what: String) { found.append("message \(number) \(what)") }
        switch end {
        case .answered(let parts):
            for part in 0..<parts
            where !taken.contains(where: { $0.part == part && AnswerText($0.text)?.count == parts }) {
                report("is answered, and part \(part + 1) of \(parts) was never taken")
            }
        case .noticed:
            if !taken.contains(where: { AnswerText($0.text) == nil }) { report("is noticed, and no notice was taken") }
        case .ignored: report("was ignored")
        case .failed, .deadLettered: break
        }
    }

    /// A message is poison after three deaths during its work, not before and not later.
    private mutating func checkDeaths(of number: Int, _ end: MessageOutcome) {
        let history = histories[number]
        // A process that ended in good order may not have had the time to say so of each message.
        let surely = history.begun.keys.filter { runs[$0]?.end != nil && runs[$0]?.isGraceful == false }
            .filter { !history.suspended.contains($0) }
        if case .deadLettered(let reason) = end, reason.hasPrefix("The process died") {
            let perhaps = runs.filter { run in
                run.value.end.map { $0 > (history.newAt.first ?? history.delivering ?? 0) } ?? false
                    && !history.suspended.contains(run.key)
            }
            if perhaps.count < 3 { found.append("message \(number) is called poison after \(perhaps.count) deaths") }
        }
        if surely.count > 3 {
            found.append("message \(number) was worked on \(surely.count) times until the process died")
        }
    }

    /// The backend is not asked for what needs no answer, nor again once the answer is settled.
    mutating func checkAsks(of number: Int) {
        let history = histories[number]
        let message = plan.messages[number]
        guard let last = history.asks.last else { return }
        if message.isIgnorable || message.text == nil {
            found.append("message \(number) needs no answer and was asked")
        }
        if let post = history.posts.compactMap({ posts[$0]?.index }).first, last > post {
            found.append("message \(number): the backend was asked again after a part had gone out")
        }
        if let settled = history.repliedAt, last > settled {
            found.append("message \(number): the backend was asked again after the answer was durable")
        }
    }
}

extension MessageOutcome {
    fileprivate var isIgnored: Bool { if case .ignored = self { true } else { false } }
}
