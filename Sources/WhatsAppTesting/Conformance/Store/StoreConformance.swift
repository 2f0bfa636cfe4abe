public import WhatsAppCore

/// Checks the promises of ``WhatsAppCore/IdempotencyStore``.
///
/// ```swift
/// #expect(await StoreConformance.check { MyStore() }.isEmpty)
/// ```
public enum StoreConformance {
    /// What is checked, each by itself.
    public enum Promise: String, Sendable, CaseIterable {
        /// Within one call, between calls, and after the message's end.
        case newOnce = "A message is new once, and a duplicate from then on"
        /// Many calls, whose messages overlap, at the same time.
        case newOnceAtOnce = "However many calls run at once, exactly one is told that a message is new"
        /// With ``WhatsAppCore/MessagePlan/ignore(_:)``.
        case ignoredHasEnded = "A message that is to be ignored has reached its end when it is accepted"
        /// Of ``WhatsAppCore/IdempotencyStore/unfinished()``.
        case order = "Unfinished messages come in the order of acceptance"
        /// All fields, with texts of all scripts and lengths.
        case wholeMessage = "A message comes back as it was accepted"
        /// Each case of ``WhatsAppCore/MessageProgress``, over several calls, of many messages at once.
        case wholeProgress = "Every step comes back, in the order in which it was recorded"
        /// With each ``WhatsAppCore/MessageOutcome``.
        case finishedHasEnded = "A message whose end is recorded is unfinished no more, and stays known"
        /// As a late status may have it.
        case endIsFinal = "What is recorded of an unknown message, or of one that has ended, changes nothing"
        /// A message that was accepted almost ten days ago.
        case remembered = "Keys are known for ten days"
        /// Of `accept` and `record`.
        case shielded = "Calls do what they are called for in a cancelled task too"
        /// Of ``WhatsAppCore/IdempotencyStore/acceptEventually(_:)``.
        case sameWithoutTask = "acceptEventually answers as accept does"
        /// Needs ``Subject/reopen``.
        case survives = "What a call returned for is there after the store is opened anew"
        /// Needs ``Subject/fail``.
        case failsAloud = "A call that cannot be made durable throws, and tells nobody of a duplicate"
        /// Needs ``Subject/fail``.
        case allOrNone = "Messages are taken in all or none"
    }

    /// A store under test, new and empty, and what can be done to it from below.
    public struct Subject: Sendable {
        /// The store.
        public var store: any IdempotencyStore
        /// Drops the store without a farewell, as the end of a process does, and opens one over what it had made durable.
        /// Mends what ``fail`` broke. `nil` for a store that forgets: then durability is not checked.
        public var reopen: (@Sendable () async throws -> any IdempotencyStore)?
        /// Lets everything below the store fail from now on: the disk, the network. `nil` where that cannot be had.
        public var fail: (@Sendable () async throws -> Void)?

        /// Makes a subject.
        public init(
            _ store: any IdempotencyStore, reopen: (@Sendable () async throws -> any IdempotencyStore)? = nil,
            fail: (@Sendable () async throws -> Void)? = nil
        ) {
            self.store = store
            self.reopen = reopen
            self.fail = fail
        }
    }

    /// Checks a durable store.
    /// - Parameters:
    ///   - promises: what is checked; by default all that can be. Durability needs `reopen` and `fail`.
    ///   - limit: how long a check may take; a store that hangs does not keep its promise.
    ///   - make: makes a subject, once for each promise.
    /// - Returns: what was found; nothing if all is well.
    public static func check(
        _ promises: [Promise] = Promise.allCases, within limit: Duration = .seconds(30),
        subject make: @escaping @Sendable () async throws -> Subject
    ) async -> [Violation] {
        await violations(of: promises, within: limit) { promise, findings in
            try await run(promise, on: make(), findings)
        }
    }

    /// Checks a store that forgets; the same without what needs a ``Subject``.
    public static func check(
        _ promises: [Promise] = Promise.allCases, within limit: Duration = .seconds(30),
        _ make: @escaping @Sendable () async throws -> any IdempotencyStore
    ) async -> [Violation] {
        await check(promises, within: limit, subject: { try await Subject(make()) })
    }

    private static func run(_ promise: Promise, on subject: Subject, _ findings: Findings) async throws {
        let store = subject.store
        switch promise {
        case .newOnce: try await newOnce(store, findings)
        case .newOnceAtOnce: try await newOnceAtOnce(store, findings)
        case .ignoredHasEnded: try await ignoredHasEnded(store, findings)
        case .order: try await order(store, findings)
        case .wholeMessage: try await wholeMessage(store, findings)
        case .wholeProgress: try await wholeProgress(store, findings)
        case .finishedHasEnded: try await finishedHasEnded(store, findings)
        case .endIsFinal: try await endIsFinal(store, findings)
        case .remembered: try await remembered(store, findings)
        case .shielded: try await shielded(store, findings)
        case .sameWithoutTask: try await sameWithoutTask(store, findings)
        case .survives: try await survives(subject, findings)
        case .failsAloud: try await failsAloud(subject, findings)
        case .allOrNone: try await allOrNone(subject, findings)
        }
    }
}
