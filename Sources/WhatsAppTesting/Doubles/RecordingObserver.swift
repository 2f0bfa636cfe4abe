public import WhatsAppCore

/// Keeps all events of a pipeline, and lets a test wait for them.
public struct RecordingObserver: PipelineObserver {
    /// What happened, in order.
    public let events = Recorder<PipelineEvent>()

    /// Makes an observer.
    public init() {}

    /// Keeps the event.
    public func observe(_ event: PipelineEvent) { events.append(event) }

    /// The outcomes so far, in the order in which messages ended.
    public var outcomes: [MessageOutcome] { Self.outcomes(in: events.elements) }

    /// Waits until `count` messages have reached their end, and returns their outcomes.
    @discardableResult
    public func waitForOutcomes(_ count: Int) async -> [MessageOutcome] {
        Self.outcomes(in: await events.wait { Self.outcomes(in: $0).count >= count })
    }

    private static func outcomes(in events: [PipelineEvent]) -> [MessageOutcome] {
        events.compactMap { if case .finished(_, let outcome) = $0 { outcome } else { nil } }
    }
}
