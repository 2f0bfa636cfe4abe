package import WhatsAppCore

extension JournalModel {
    /// Hands messages over and finishes most of them, through several segments, snapshots and restarts.
    ///
    /// When the journal fails the process "ends", and the next one opens it again, as a supervisor would do.
    /// - Parameters:
    ///   - files: where the journal is.
    ///   - messages: how many messages there are in all, besides as many that come along.
    ///   - processes: how many processes there are, one after the other.
    /// - Returns: what was promised.
    package static func exercise(_ files: FaultyFiles, messages: Int = 12, processes: Int = 2) -> JournalModel {
        var model = JournalModel()
        var now = start
        for process in 0..<processes {
            let random = SeededRandom(seed: UInt64(process))
            let opened = try? JournalEngine.open(files, configuration: configuration, now: now, random: random)
            guard var engine = opened else { continue }
            for number in 0..<messages / processes {
                guard model.turn(process * 100 + number, &engine, &now) else { break }
            }
            engine.close()
        }
        return model
    }

    /// A message of this user.
    package static func message(
        _ id: String, text: String? = nil, user: String = "15550100001", plan: MessagePlan = .answer
    ) -> AcceptedMessage {
        AcceptedMessage(
            key: MessageKey(phoneNumberID: "9", messageID: id), phoneNumberID: "9", messageID: id,
            user: WhatsAppUser(phoneNumber: user), kind: .text, text: text, acceptedAt: start, plan: plan)
    }

    /// One message's way: two are handed over, one of them twice; the one before gets its answer and its end.
    private mutating func turn(_ number: Int, _ engine: inout JournalEngine, _ now: inout UnixTime) -> Bool {
        now = now.advanced(by: .seconds(2))
        let message = Self.message("m\(number)", text: "the text of message \(number)")
        let other = Self.message(
            "o\(number)", text: number % 2 == 0 ? nil : "x", plan: number % 2 == 0 ? .ignore(.tooOld) : .answer)
        let key = message.key
        let before = Self.message("m\(number - 1)").key
        let reply = Reply(parts: ["first part", "second part \(number)"], outcome: .answered(parts: 2))
        let calls: [[JournalRequest]] = [
            [.accept([message, other, message]), .accept([message])],
            [
                .record([.attempted, .threadOpened("t\(number)")], key),
                .record([.sent(part: 0, id: "w"), .sending(part: 1)], before),
            ],
            [.record([.replied(reply), .sending(part: 0)], key)],
            number % 5 == 4 ? [] : [.record([.finished(.answered(parts: 2))], before)],
            [.accept([other])],
        ]
        for requests in calls {
            let replies = try? engine.commit(requests, now: now)
            for (position, request) in requests.enumerated() {
                switch (request, replies?[position]) {
                case (.accept(let messages), .accepted(let answers)): accepted(messages, answers)
                case (.accept(let messages), _): accepted(messages, nil)
                case (.record(let steps, let key), .recorded): recorded(steps, for: key, hasFailed: false)
                case (.record(let steps, let key), _): recorded(steps, for: key, hasFailed: true)
                }
            }
            guard replies != nil else { return false }
            guard (try? engine.maintain(now: now)) != nil else { return false }
        }
        return true
    }
}
