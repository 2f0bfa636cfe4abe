public import WhatsAppCore

/// Checks the promises of ``WhatsAppCore/MessageIntake``: of a pipeline, or of a queue before one.
///
/// ```swift
/// let violations = await IntakeConformance.check { setting in
///     let pipeline = try await MessagePipeline(
///         store: setting.store, backend: setting.backend, sender: setting.sender, formatter: .identity, chunker: .whatsApp)
///     return .init(pipeline) { await pipeline.run() }
/// }
/// ```
public enum IntakeConformance {
    /// What is checked, each by itself.
    public enum Promise: String, Sendable, CaseIterable {
        /// In the order of the messages.
        case tellsNew = "Each message is told to be new or a duplicate, and new once"
        /// However often it comes.
        case worksOnce = "A new message is worked on, once; a duplicate is not"
        /// With ``WhatsAppCore/MessagePlan/ignore(_:)``.
        case ignores = "A message that is to be ignored is remembered, and not worked on"
        /// The process ends before anything is worked on.
        case durable = "What was taken in is worked on by the next process, if this one did not get to it"
        /// The store fails.
        case failsAloud = "What the store cannot make durable is not taken in, and not worked on"
        /// Of ``WhatsAppCore/MessageIntake/acceptEventually(_:)``.
        case sameWithoutTask = "acceptEventually answers as accept does"
        /// After `run` was cancelled.
        case stops = "When it has stopped it refuses, and what it refuses is new when it comes again"
        /// Needs ``Subject/capacity``.
        case overload = "When too many messages wait it refuses, and what it refuses is new when it comes again"
        /// Of a text of which nobody knows whether it was sent.
        case awaitedStatus = "A status that is waited for is asked for, and on record when receive returns"
        /// Of a text that nobody here sent.
        case strangeStatus = "A status that nobody waits for is taken and does no harm"
    }

    /// What an intake is to work with. The same for a second intake that stands for the next process.
    public struct Setting: Sendable {
        /// Keeps the messages.
        public let store: any IdempotencyStore
        /// Is asked about each message that is worked on.
        public let backend: any BackendClient
        /// Takes the answers.
        public let sender: any MessageSender
    }

    /// An intake under test.
    public struct Subject: Sendable {
        /// The intake.
        public var intake: any MessageIntake
        /// How many messages, of as many users, it takes in while none is worked on. It has to take these, and to refuse
        /// one of the hundred after them. `nil` for no bound.
        public var capacity: Int?
        /// Works on what is taken in until the calling task is cancelled, and returns.
        public var run: @Sendable () async throws -> Void

        /// Makes a subject.
        public init(_ intake: any MessageIntake, capacity: Int? = nil, run: @escaping @Sendable () async throws -> Void)
        {
            self.intake = intake
            self.capacity = capacity
            self.run = run
        }
    }

    /// Checks an intake.
    /// - Parameters:
    ///   - promises: what is checked; by default all that can be.
    ///   - limit: how long a check may take; an intake that hangs does not keep its promise.
    ///   - make: makes a subject, once or twice for each promise.
    /// - Returns: what was found; nothing if all is well.
    public static func check(
        _ promises: [Promise] = Promise.allCases, within limit: Duration = .seconds(30),
        _ make: @escaping @Sendable (Setting) async throws -> Subject
    ) async -> [Violation] {
        await violations(of: promises, within: limit) { promise, findings in
            let bench = IntakeBench()
            let subject = try await make(bench.setting)
            switch promise {
            case .tellsNew: try await tellsNew(subject, findings)
            case .worksOnce: try await worksOnce(subject, bench, findings)
            case .ignores: try await ignores(subject, bench, findings)
            case .durable: try await durable(subject, next: { try await make(bench.setting) }, bench, findings)
            case .failsAloud: try await failsAloud(subject, bench, findings)
            case .sameWithoutTask: try await sameWithoutTask(subject, findings)
            case .stops: try await stops(subject, bench, findings)
            case .overload: try await overload(subject, bench, findings)
            case .awaitedStatus: try await awaitedStatus(subject, bench, findings)
            case .strangeStatus: try await strangeStatus(subject, bench, findings)
            }
        }
    }
}
