/// What one round of a load measured.
package struct LoadFigures: Sendable {
    /// From when a delivery was due to its 200, whatever came between.
    package var acknowledged = LatencyHistogram()
    /// From when a question was due to the last sentence of its answer.
    package var answered = LatencyHistogram()
    /// From the request to the 200, of statuses.
    package var statuses = LatencyHistogram()
    /// From when a delivery was due to when its request began: what the generator is to blame for.
    package var lag = LatencyHistogram()
    /// Requests with messages, by what they were answered; 0 stands for a connection that failed.
    package var attempts: [Int: Int] = [:]
    /// Requests with statuses, in the same way.
    package var statusAttempts: [Int: Int] = [:]
    /// How many questions were asked.
    package var questions = 0
    /// How many texts came.
    package var texts = 0
    /// From the beginning to the last 200.
    package var asking = Duration.zero
    /// From the beginning to the last answer.
    package var answering = Duration.zero
    /// The rate at which messages were due, where one was given, in messages a second.
    package var wantedRate: Double?

    package init() {}

    /// Deliveries of messages that were answered with 200, a second.
    package var acknowledgedRate: Double { rate(acknowledged.count, in: asking) }
    /// Questions whose answer is complete, a second.
    package var answeredRate: Double { rate(answered.count, in: answering) }
    /// Requests with messages that were not answered with 200.
    package var refusedAttempts: Int { attempts.reduce(0) { $0 + ($1.key == 200 ? 0 : $1.value) } }

    private func rate(_ count: Int, in duration: Duration) -> Double {
        duration > .zero ? Double(count) / duration.inSeconds : 0
    }

    /// Whether the figures speak of the generator rather than of the server: its requests began late.
    package var isLimitedByGenerator: Bool {
        guard let lag = lag.percentile(0.99), let whole = acknowledged.percentile(0.99) else { return false }
        return lag > .milliseconds(1) && lag * 2 > whole
    }
}

/// Whether what was promised was kept. Counts of questions, where nothing else is said.
package struct LoadTruth: Sendable, Hashable {
    /// Those that were asked.
    package var asked = 0
    /// Acknowledged with 200, and nothing came.
    package var lost = 0
    /// Acknowledged, and only a part came.
    package var incomplete = 0
    /// Answered more than once, those left out that have ``excusedRepeats`` as their excuse.
    package var twice = 0
    /// Parts of the answer in the wrong order.
    package var partsOutOfOrder = 0
    /// Answered before an earlier question of the same user was.
    package var answersOutOfOrder = 0
    /// Texts to the wrong user.
    package var misdirected = 0
    /// Texts to users who were to hear nothing.
    package var unwanted = 0
    /// Deliveries that were never answered with 200.
    package var unacknowledged = 0
    /// Requests that the Graph API or the backend refused because they were wrong, by what they were told.
    package var refused: [String: Int] = [:]
    /// Questions answered more than once because the Graph API had not said that it took the text.
    package var excusedRepeats = 0
    /// Requests of the server to the Graph API and the backend, of any kind.
    package var calls = 0
    /// Texts without a sentence of any answer, and the first of them.
    package var notices = 0
    package var firstNotice: String?

    package init() {}

    /// What was not as promised, one line each.
    package var violations: [String] {
        var lines = [
            (lost, "acknowledged and never answered"), (incomplete, "answered in part"), (twice, "answered twice"),
            (partsOutOfOrder, "with parts out of order"),
            (answersOutOfOrder, "answered before an earlier one of the same user"),
            (misdirected, "texts to the wrong user"), (unwanted, "texts to users who were to hear nothing"),
            (unacknowledged, "deliveries never answered with 200"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        lines += refused.sorted { $0.key < $1.key }.map { "\($0.value) requests refused: \($0.key)" }
        return lines
    }
}
