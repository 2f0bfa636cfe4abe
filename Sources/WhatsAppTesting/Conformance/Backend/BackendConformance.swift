public import WhatsAppCore

/// Checks the promises of ``WhatsAppCore/BackendClient``.
///
/// ```swift
/// #expect(await BackendConformance.check { .init(MyBackend(), answer: { "You asked: \($0)" }) }.isEmpty)
/// ```
public enum BackendConformance {
    /// What is checked, each by itself.
    public enum Promise: String, Sendable, CaseIterable {
        /// Questions and answers of all scripts and lengths.
        case whole = "An answer arrives whole, and then its sequence ends"
        /// The same user asks several times.
        case knownUser = "A user may be registered before each question"
        /// Many users at the same time.
        case manyAtOnce = "Of many users at once each gets the answer to the own question"
        /// Needs ``Conduct/stalls``.
        case streams = "A piece of an answer arrives before the answer is complete"
        /// Needs ``Conduct/fails``.
        case failureIsTyped = "A failure is a BackendError that names what was asked"
        /// Needs ``Conduct/breaksOff``.
        case breakIsThrown = "An answer that breaks off throws: only a whole one comes to an end"
        /// Before the question and, with ``Conduct/stalls``, within the answer.
        case cancellation = "A cancelled task gets a CancellationError or the whole answer, no part and no other error"
    }

    /// How what is behind the client behaves.
    public enum Conduct: Sendable, Hashable {
        /// It does what it is asked.
        case works
        /// It answers everything with an error.
        case fails
        /// It gives a part of the answer, and then the connection is lost.
        case breaksOff
        /// It gives a part of the answer, and then nothing.
        case stalls
    }

    /// A client under test, and what is behind it.
    public struct Subject: Sendable {
        /// The client.
        public var backend: any BackendClient
        /// The answer that is expected to a question.
        public var answer: @Sendable (String) -> String
        /// Lets what is behind the client behave so from now on; see ``ConductedHandler``. `nil` where that cannot be
        /// had: then only what works is checked.
        public var conduct: (@Sendable (Conduct) async -> Void)?

        /// Makes a subject.
        public init(
            _ backend: any BackendClient, answer: @escaping @Sendable (String) -> String,
            conduct: (@Sendable (Conduct) async -> Void)? = nil
        ) {
            self.backend = backend
            self.answer = answer
            self.conduct = conduct
        }
    }

    /// Checks a client.
    /// - Parameters:
    ///   - promises: what is checked; by default all that can be.
    ///   - limit: how long a check may take; a client that hangs does not keep its promise.
    ///   - make: makes a subject, once for each promise.
    /// - Returns: what was found; nothing if all is well.
    public static func check(
        _ promises: [Promise] = Promise.allCases, within limit: Duration = .seconds(30),
        _ make: @escaping @Sendable () async throws -> Subject
    ) async -> [Violation] {
        await violations(of: promises, within: limit) { promise, findings in
            let subject = try await make()
            switch promise {
            case .whole: try await whole(subject, findings)
            case .knownUser: try await knownUser(subject, findings)
            case .manyAtOnce: try await manyAtOnce(subject, findings)
            case .streams: try await streams(subject, findings)
            case .failureIsTyped: try await failureIsTyped(subject, findings)
            case .breakIsThrown: try await breakIsThrown(subject, findings)
            case .cancellation: try await cancellation(subject, findings)
            }
        }
    }
}
