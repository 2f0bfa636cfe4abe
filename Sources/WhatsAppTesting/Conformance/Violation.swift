internal import Synchronization

/// A promise of a port that an implementation does not keep.
///
/// The conformance suites return these and know no test library, so that any can judge them:
/// `#expect(await StoreConformance.check { MyStore() }.isEmpty)`.
public struct Violation: Sendable, Hashable, CustomStringConvertible {
    /// The promise: the raw value of the check's name.
    public var promise: String
    /// What was seen instead.
    public var seen: String

    /// The promise, and what was seen.
    public var description: String { "\(promise). But: \(seen)" }
}

/// What one check finds.
final class Findings: Sendable {
    private let reports = Mutex<[String]>([])

    /// What was seen, in order.
    var seen: [String] { reports.withLock { $0 } }

    func report(_ seen: String) { reports.withLock { $0.append(seen) } }

    /// Reports what was seen unless it is as promised.
    func expect(_ isKept: Bool, _ seen: @autoclosure () -> String) { if !isKept { report(seen()) } }

    /// Reports a value that is not the expected one.
    func expect<Value: Equatable>(_ what: String, _ value: Value, is expected: Value) {
        if value != expected { report("\(what): \(value), not \(expected)") }
    }

    /// Runs `body`, reports unless it throws, and returns the error.
    @discardableResult
    func expectError(_ what: String, _ body: () async throws -> Void) async -> (any Error)? {
        do {
            try await body()
            report("\(what): no error")
            return nil
        } catch {
            return error
        }
    }

    /// Runs `body` in a task that was cancelled before it began.
    func inCancelledTask<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result
    {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await body()
        }
        return try await task.value
    }

    /// Runs a check to its end, or until the limit has passed. Then it is cancelled, and goes on by itself if it does not
    /// heed that: an implementation that hangs is to be told of, and not to hang whoever checks it.
    fileprivate func gather(within limit: Duration, _ check: @escaping @Sendable () async throws -> Void) async {
        let (ends, end) = AsyncStream<Bool>.makeStream()
        let work = Task {
            do { try await check() } catch { report("it threw \(error)") }
            end.yield(true)
        }
        let alarm = Task {
            try await Task.sleep(for: limit)
            end.yield(false)
        }
        if await ends.first(where: { _ in true }) == false { report("it does not come to an end within \(limit)") }
        alarm.cancel()
        work.cancel()
    }
}

/// Runs one check after the other.
func violations<Promise: RawRepresentable<String> & Sendable>(
    of promises: [Promise], within limit: Duration,
    _ check: @escaping @Sendable (Promise, Findings) async throws -> Void
) async -> [Violation] {
    var violations: [Violation] = []
    for promise in promises {
        let findings = Findings()
        await findings.gather(within: limit) { try await check(promise, findings) }
        violations += findings.seen.map { Violation(promise: promise.rawValue, seen: $0) }
    }
    return violations
}
