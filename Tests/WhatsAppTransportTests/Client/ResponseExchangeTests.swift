import Synchronization
import Testing
import WhatsAppCore
import WhatsAppTesting
@testable import WhatsAppTransport

/// The shell around the state machine: waiting tasks, cancellation, and readers that go away.
@Suite(.timeLimit(.minutes(1)))
struct ResponseExchangeTests {
    private struct Lost: Error {}

    /// An exchange that counts what it asks of its transfer.
    private final class Transfer: Sendable {
        let resumed = Mutex(0)
        let stopped = Mutex(0)

        func exchange(capacity: Int = 4) -> ResponseExchange {
            ResponseExchange(
                capacity: capacity, resume: { self.resumed.withLock { $0 += 1 } },
                stop: { self.stopped.withLock { $0 += 1 } })
        }

        var counts: [Int] { [resumed.withLock { $0 }, stopped.withLock { $0 }] }
    }

    private let transfer = Transfer()

    @Test("Everything may arrive before anybody asks")
    func early() async throws {
        let exchange = transfer.exchange()
        exchange.begin(status: 200, fields: ["A": "1"])
        #expect(exchange.receive([1, 2, 3, 4]) == .pause)
        let response = try await exchange.response()
        #expect(response.status == 200)
        #expect(response.fields["a"] == "1")
        var pieces = response.body.makeAsyncIterator()
        #expect(try await pieces.next() == [1, 2, 3, 4])
        #expect(transfer.counts == [1, 0])
        exchange.finish()
        #expect(try await pieces.next() == nil)
        #expect(transfer.counts == [1, 0])
    }

    @Test("The head wakes who waits for it, the pieces wake the reader")
    func late() async throws {
        let exchange = transfer.exchange()
        let task = Task { try await exchange.response().body.collect() }
        exchange.begin(status: 200, fields: [:])
        for byte in 0..<100 { _ = exchange.receive([UInt8(byte)]) }
        exchange.finish()
        #expect(try await task.value == Array(0..<100))
        #expect(transfer.counts[1] == 0)
    }

    @Test("An end without a head is no answer")
    func noHead() async throws {
        let exchange = transfer.exchange()
        exchange.finish()
        let error = try await clientError { _ = try await exchange.response() }
        #expect(error.code == .malformedResponse)
    }

    @Test("A failure before the head goes to the caller, one after it to the reader")
    func failures() async throws {
        let first = transfer.exchange()
        let task = Task { _ = try await first.response() }
        first.finish(Lost())
        await #expect(throws: Lost.self) { try await task.value }
        let second = transfer.exchange()
        second.begin(status: 200, fields: [:])
        second.finish(Lost())
        let response = try await second.response()
        await #expect(throws: Lost.self) { _ = try await response.body.collect() }
        #expect(transfer.counts == [0, 0])
    }

    @Test("Cancelling before the head stops the transfer")
    func cancelHead() async throws {
        let exchange = transfer.exchange()
        let task = Task { _ = try await exchange.response() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(transfer.counts == [0, 1])
        exchange.begin(status: 200, fields: [:])
        #expect(exchange.receive([1]) == .stop)
    }

    @Test("Cancelling within the body stops the transfer")
    func cancelBody() async throws {
        let exchange = transfer.exchange()
        exchange.begin(status: 200, fields: [:])
        let body = try await exchange.response().body
        let reading = TestSignal()
        let task = Task { for try await _ in body { reading.fire() } }
        #expect(exchange.receive([1]) == .goOn)
        await reading.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(transfer.counts == [0, 1])
    }

    @Test("A response that nobody keeps stops the transfer")
    func dropped() async throws {
        let exchange = transfer.exchange()
        exchange.begin(status: 200, fields: [:])
        _ = try await exchange.response()
        #expect(transfer.counts == [0, 1])
    }

    @Test("Leaving the loop stops the transfer, though the body is still held")
    func leftLoop() async throws {
        let exchange = transfer.exchange()
        exchange.begin(status: 200, fields: [:])
        _ = exchange.receive([1])
        let body = try await exchange.response().body
        for try await _ in body { break }
        #expect(transfer.counts == [0, 1])
        let error = try await clientError { _ = try await body.collect() }
        #expect(error.code == .other)
    }
}
