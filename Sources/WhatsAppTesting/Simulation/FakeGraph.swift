internal import Synchronization
package import WhatsAppCore

/// Graph, and the network before it. A request that has left a process goes its way, whatever becomes of the process.
package final class FakeGraph: Sendable {
    private enum Verdict {
        case takes
        case refuses(CloudAPIError)
    }
    private struct State {
        var random: SeededRandom
        var posts = 0
    }
    private let state: Mutex<State>
    private let plan: SimulationPlan
    private let time: VirtualTime
    private let log: SimulationLog
    /// Is told the token of each text that was taken.
    private let taken: @Sendable (String, Int) -> Void

    package init(
        plan: SimulationPlan, time: VirtualTime, log: SimulationLog, random: SeededRandom,
        taken: @escaping @Sendable (_ token: String, _ post: Int) -> Void
    ) {
        self.plan = plan
        self.time = time
        self.log = log
        self.taken = taken
        state = Mutex(State(random: random))
    }

    /// What a client learns at the latest after this time.
    private static let timeout = 30 * SimulationPlan.second

    func send(_ text: OutboundText, from life: ProcessLife) async -> SendOutcome {
        guard life.isAlive else { return .notSent(reason: "the process is dead") }
        let (post, there, back, verdict) = travel()
        let outcome = OneShot<SendOutcome>()
        log.add(
            .posted(
                post: post, token: text.callbackData ?? "", text: text.body, user: text.recipient.phoneNumber ?? ""),
            in: life.number)
        switch verdict {
        case nil:
            time.after(there ?? 0) { outcome.resolve(.notSent(reason: "no connection")) }
        case .takes?, .refuses?:
            time.after(Self.timeout) { outcome.resolve(.unknown(reason: "timed out")) }
            guard let there, let verdict else { break }
            time.after(there) { [self] in
                let answer = decide(verdict, post: post, text)
                if let back { time.after(back) { outcome.resolve(answer) } }
            }
        }
        let learned = await life.wait(for: outcome, otherwise: .unknown(reason: "cancelled"))
        if life.isAlive { log.add(.learned(post: post, PostOutcome(learned)), in: life.number) }
        return learned
    }

    /// How long the way there and back takes; `nil` for a way on which the request or the response is lost. Without a
    /// verdict the request never leaves the machine.
    private func travel() -> (post: Int, there: Int64?, back: Int64?, verdict: Verdict?) {
        let (now, plan) = (time.now, plan)
        return state.withLock { state in
            state.posts += 1
            let hasTrouble = state.random.isPercent(plan.graphTrouble)
            func delay(_ slow: Bool) -> Int64 {
                slow
                    ? Int64.random(in: 0..<120 * SimulationPlan.second, using: &state.random)
                    : Int64.random(in: 1000..<200_000, using: &state.random)
            }
            var (there, back): (Int64?, Int64?) = (delay(false), delay(false))
            var verdict: Verdict? = .takes
            if plan.closures.cover(now) {
                verdict = .refuses(CloudAPIError(code: 190, httpStatus: 401))
            } else if plan.throttles.cover(now) {
                verdict = .refuses(CloudAPIError(code: 130_429, httpStatus: 400))
            } else if hasTrouble {
                switch Int.random(in: 0..<8, using: &state.random) {
                case 0: there = nil
                case 1: back = nil
                case 2: there = delay(true)
                case 3: back = delay(true)
                case 4: verdict = nil
                default: verdict = .refuses(Self.trouble(&state.random))
                }
            }
            return (state.posts, there, back, verdict)
        }
    }

    private static func trouble(_ random: inout SeededRandom) -> CloudAPIError {
        let codes: [Int64] = [
            131_056, 131_056, 130_429, 130_429, 80_007, 4, 1, 2, 131_000, 131_016, 131_026, 131_047, 368, 100, 190,
        ]
        var error = CloudAPIError(code: codes.randomElement(using: &random), httpStatus: 400)
        if random.isIn(4) { error.retryAfter = .seconds(Int.random(in: 1...30, using: &random)) }
        return error
    }

    /// Where the error says nothing about it, the text may have been taken all the same.
    private func decide(_ verdict: Verdict, post: Int, _ text: OutboundText) -> SendOutcome {
        let isTaken =
            switch verdict {
            case .takes: true
            case .refuses(let error): error.disposition == .unknown && state.withLock { $0.random.isIn(2) }
            }
        if isTaken {
            log.add(.taken(post: post), in: 0)
            taken(text.callbackData ?? "", post)
        }
        guard case .refuses(let error) = verdict else { return .sent(id: "wamid.out.\(post)") }
        if !isTaken { log.add(.refused(post: post, code: error.code), in: 0) }
        return .rejected(error)
    }
}

extension PostOutcome {
    fileprivate init(_ outcome: SendOutcome) {
        switch outcome {
        case .sent: self = .sent
        case .rejected(let error): self = .refused(error.disposition, code: error.code)
        case .notSent: self = .notSent
        case .unknown: self = .unknown
        }
    }
}

/// Graph as one process reaches it.
package struct GraphClient: MessageSender {
    let graph: FakeGraph
    let life: ProcessLife

    package func send(_ text: OutboundText) async -> SendOutcome { await graph.send(text, from: life) }
}
