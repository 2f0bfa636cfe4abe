import Testing
import WhatsAppCore
@testable import WhatsAppTransport

/// The state machine alone: waiters are numbers here.
@Suite struct BodyHandoverTests {
    private struct Lost: Error {}

    private var body = BodyHandover<Int>(capacity: 4)

    @Test("Pieces wait together, and are taken whole")
    mutating func buffers() {
        #expect(told(body.push([1])) == "go on")
        #expect(told(body.push([2, 3])) == "go on")
        #expect(told(body.next(1)) == "[1, 2, 3]")
        #expect(told(body.next(2)) == "wait")
        #expect(told(body.push([4])) == "deliver to 2")
        #expect(told(body.next(3)) == "wait")
    }

    @Test("A full buffer pauses the transfer until it is drained")
    mutating func pauses() {
        #expect(told(body.push([1, 2, 3])) == "go on")
        #expect(told(body.push([4])) == "pause")
        #expect(told(body.push([])) == "pause")
        #expect(told(body.push([5])) == "pause", "What was under way is kept")
        #expect(told(body.next(1)) == "[1, 2, 3, 4, 5], resume")
        #expect(told(body.push([6])) == "go on")
        #expect(told(body.next(2)) == "[6]")
    }

    @Test("An empty piece wakes nobody")
    mutating func emptyPiece() {
        #expect(told(body.next(1)) == "wait")
        #expect(told(body.push([])) == "go on")
        #expect(told(body.push([1])) == "deliver to 1")
    }

    @Test("What has arrived is read before the end")
    mutating func ends() {
        _ = body.push([1])
        #expect(body.finish(nil) == nil)
        #expect(told(body.next(1)) == "[1]")
        #expect(told(body.next(2)) == "end")
        #expect(told(body.next(3)) == "end")
        #expect(told(body.push([2])) == "stop")
    }

    @Test("What has arrived is read before the failure, which stays")
    mutating func fails() {
        _ = body.push([1])
        #expect(body.finish(Lost()) == nil)
        #expect(body.finish(nil) == nil, "The first end counts")
        #expect(told(body.next(1)) == "[1]")
        #expect(told(body.next(2)) == "fail Lost")
        #expect(told(body.next(3)) == "fail Lost")
    }

    @Test("The end wakes the reader")
    mutating func wakes() {
        _ = body.next(7)
        #expect(body.finish(nil) == 7)
        #expect(body.finish(nil) == nil)
    }

    @Test("One reader at a time")
    mutating func secondReader() {
        #expect(told(body.next(1)) == "wait")
        #expect(told(body.next(2)) == "fail HTTPClientError")
        #expect(told(body.push([1])) == "deliver to 1")
    }

    @Test("A reader that goes stops the transfer, once, and leaves nothing behind")
    mutating func abandoned() {
        _ = body.push([1, 2, 3, 4])
        #expect(body.abandon(Lost()) == (nil, true))
        #expect(body.abandon(Lost()) == (nil, false))
        #expect(told(body.push([1])) == "stop")
        #expect(body.finish(nil) == nil)
        #expect(told(body.next(1)) == "fail Lost")
    }

    @Test("A waiting reader that goes is told")
    mutating func abandonedWaiting() {
        _ = body.next(7)
        #expect(body.abandon(Lost()) == (7, true))
    }

    @Test("A transfer that has ended is not stopped")
    mutating func abandonedAfterEnd() {
        _ = body.push([1])
        _ = body.finish(nil)
        #expect(body.abandon(Lost()) == (nil, false))
        #expect(told(body.next(1)) == "fail Lost", "The rest was given up")
    }

    @Test("After the last byte there is nothing to give up")
    mutating func abandonedAtEnd() {
        _ = body.finish(nil)
        #expect(body.abandon(Lost()) == (nil, false))
        #expect(told(body.next(1)) == "end")
    }

    private func told(_ action: BodyHandover<Int>.PushAction) -> String {
        switch action {
        case .deliver(let waiter): "deliver to \(waiter)"
        case .goOn: "go on"
        case .pause: "pause"
        case .stop: "stop"
        }
    }

    private func told(_ action: BodyHandover<Int>.NextAction) -> String {
        switch action {
        case .deliver(let piece, let resume): "\(piece)" + (resume ? ", resume" : "")
        case .end: "end"
        case .fail(let error): "fail \(type(of: error))"
        case .wait: "wait"
        }
    }
}
