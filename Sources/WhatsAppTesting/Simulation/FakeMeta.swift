internal import Synchronization
internal import WhatsAppCore

/// Meta's side of the webhook: delivers messages and statuses, some many times, and again whatever was not answered with
/// 200.
package final class FakeMeta: Sendable {
    /// The doors of a process that is up, by business number.
    struct Door: Sendable {
        var life: ProcessLife
        var endpoints: [String: any HTTPHandler]
    }
    private struct State {
        var door: Door?
        var random: SeededRandom
        var deliveries = 0
    }
    private let state: Mutex<State>
    private let plan: SimulationPlan
    private let time: VirtualTime
    private let log: SimulationLog
    private let executor: SimulationExecutor

    /// The secret that deliveries are signed with.
    static let appSecret = Secret("simulated-app-secret")

    package init(
        plan: SimulationPlan, time: VirtualTime, log: SimulationLog, executor: SimulationExecutor, random: SeededRandom
    ) {
        self.plan = plan
        self.time = time
        self.log = log
        self.executor = executor
        state = Mutex(State(random: random))
    }

    /// Where deliveries go from now on; `nil` while there is nobody.
    var door: Door? {
        get { state.withLock { $0.door } }
        set { state.withLock { $0.door = newValue } }
    }

    /// Sees to it that everything in the plan is delivered when its time comes.
    package func begin() {
        for (at, messages) in plan.deliveries {
            time.after(at) { [self] in deliver(messages, attempt: 0) }
        }
    }

    private func deliver(_ numbers: [Int], attempt: Int) {
        let messages = numbers.map { plan.messages[$0] }
        guard let phoneNumberID = messages.first?.phoneNumberID else { return }
        let delivery = SimulatedDelivery(phoneNumberID: phoneNumberID, appSecret: Self.appSecret)
        let body = delivery.body(
            messages.map { message in
                let sentAt = VirtualTime.start.seconds + time.now / 1_000_000 - message.age
                return if let text = message.text {
                    SimulatedDelivery.Message(id: message.id, from: message.user, timestamp: sentAt, text: text)
                } else {
                    SimulatedDelivery.Message(
                        id: message.id, from: message.user, timestamp: sentAt, kind: message.kind)
                }
            })
        let number = state.withLock { state in
            state.deliveries += 1
            return state.deliveries
        }
        log.add(.delivering(delivery: number, messages: numbers), in: door?.life.number ?? 0)
        call(delivery.request(to: "/whatsapp", body: body), at: phoneNumberID) { [self] status, process in
            log.add(.answered(delivery: number, status: status), in: process)
            guard status != 200 else { return }
            let pause = state.withLock { Int64.random(in: 1...(2 << min(attempt, 8)), using: &$0.random) }
            time.after(pause * SimulationPlan.second) { [self] in deliver(numbers, attempt: attempt + 1) }
        }
    }

    /// Tells the service what became of a text: some of it late, some twice, some never, in any order.
    package func report(_ token: String, post: Int) {
        for status in ["sent", "delivered", "read"] {
            let delays = state.withLock { state -> [Int64] in
                guard !state.random.isPercent(plan.statusLoss) else { return [] }
                return (0..<(state.random.isIn(5) ? 2 : 1)).map { _ in
                    Int64(state.random.magnitude(upTo: state.random.isIn(10) ? 36 : 24))
                }
            }
            for delay in delays { time.after(delay) { [self] in deliver(status, of: token, post: post, attempt: 0) } }
        }
    }

    private func deliver(_ status: String, of token: String, post: Int, attempt: Int) {
        let body = JSONWriter.object { root in
            root.add("object", "whatsapp_business_account")
            root.array("entry") { entries in
                entries.object { entry in
                    entry.array("changes") { changes in
                        changes.object { change in
                            change.add("field", "messages")
                            change.object("value") { value in
                                value.object("metadata") { $0.add("phone_number_id", "9") }
                                value.array("statuses") { statuses in
                                    statuses.object {
                                        $0.add("id", "wamid.out.\(post)")
                                        $0.add("status", status)
                                        $0.add("biz_opaque_callback_data", token)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        let delivery = SimulatedDelivery(phoneNumberID: "9", appSecret: Self.appSecret)
        call(delivery.request(to: "/whatsapp", body: body), at: "9") { [self] answer, process in
            if answer == 200 { return log.add(.statusTaken(token: token), in: process) }
            guard attempt < 3 else { return }
            time.after(5 * SimulationPlan.second) { [self] in
                deliver(status, of: token, post: post, attempt: attempt + 1)
            }
        }
    }

    /// One POST. The answer of a process that died meanwhile never arrives, and some others are lost.
    private func call(
        _ request: HTTPRequest, at phoneNumberID: String, answered: @escaping @Sendable (Int?, Int) -> Void
    ) {
        guard let door, let endpoint = door.endpoints[phoneNumberID] else {
            return answered(nil, 0)
        }
        Task(executorPreference: executor) { [self] in
            let response = await endpoint.handle(request)
            let isLost = state.withLock { $0.random.isIn(30) }
            answered(door.life.isAlive && !isLost ? response.status : nil, door.life.number)
        }
    }
}
