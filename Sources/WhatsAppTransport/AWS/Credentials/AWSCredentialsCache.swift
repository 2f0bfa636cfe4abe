internal import Synchronization
public import WhatsAppCore

/// Why there are no credentials: what was looked at, and what to do.
public struct AWSCredentialsError: Error, Sendable, CustomStringConvertible {
    /// What is wrong and what to do.
    public var description: String

    /// Makes an error.
    public init(_ description: String) { self.description = description }
}

/// Keeps credentials and fetches new ones before they expire, once for all who wait.
public final class AWSCredentialsCache: Sendable {
    /// So long before their end credentials are replaced.
    static let margin = Duration.seconds(300)

    private struct State {
        var credentials: AWSCredentials?
        var fetch: Task<AWSCredentials, any Error>?
    }
    private let state = Mutex(State())
    private let clock: any ServiceClock
    private let source: @Sendable () async throws -> AWSCredentials

    /// Makes a cache before a source; see also ``init(environment:readFile:http:clock:)``.
    public init(clock: any ServiceClock = .system, source: @escaping @Sendable () async throws -> AWSCredentials) {
        self.clock = clock
        self.source = source
    }

    /// Credentials that never change.
    public convenience init(_ credentials: AWSCredentials) { self.init { credentials } }

    /// Credentials that are valid for some time yet.
    /// - Throws: what the source throws; not while those at hand are still valid.
    func current() async throws -> AWSCredentials {
        let answer = state.withLock { state -> Answer in
            if let credentials = state.credentials, isValid(credentials, for: Self.margin) { return .kept(credentials) }
            if let task = state.fetch { return .fetching(task, until: state.credentials) }
            // Awaited by all who ask meanwhile, so that one who is cancelled does not take it from the others.
            let task = Task { try await fetch() }
            state.fetch = task
            return .fetching(task, until: state.credentials)
        }
        switch answer {
        case .kept(let credentials): return credentials
        case .fetching(let task, let old):
            do { return try await task.value } catch {
                guard let old, isValid(old, for: .zero) else { throw error }
                return old
            }
        }
    }

    private enum Answer {
        case kept(AWSCredentials)
        case fetching(Task<AWSCredentials, any Error>, until: AWSCredentials?)
    }

    /// Has the next call fetch new ones: those at hand were refused.
    func forget() { state.withLock { $0.credentials = nil } }

    private func fetch() async throws -> AWSCredentials {
        let result: Result<AWSCredentials, any Error>
        do { result = .success(try await source()) } catch { result = .failure(error) }
        state.withLock { state in
            state.fetch = nil
            if case .success(let credentials) = result { state.credentials = credentials }
        }
        return try result.get()
    }

    private func isValid(_ credentials: AWSCredentials, for time: Duration) -> Bool {
        credentials.expiration.map { clock.now.advanced(by: time) < $0 } ?? true
    }
}
