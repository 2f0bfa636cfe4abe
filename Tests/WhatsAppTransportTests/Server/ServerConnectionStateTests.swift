import Testing
import WhatsAppCore

@testable import WhatsAppTransport

/// A connection without a socket, at times that the test says.
private final class Subject {
    let start = ContinuousClock.now
    var state: ConnectionState

    init() {
        state = ConnectionState(limits: HTTPRequestLimits(), deadlines: ConnectionState.Deadlines(), now: start)
    }

    // The state cannot be copied, and so not be captured by an expectation.
    var wantsInput: Bool { state.wantsInput }
    var closesAfterResponse: Bool { state.closesAfterResponse }

    func receive(_ text: String, at second: Int = 0) -> String {
        let bytes = Array(text.utf8)
        return name(state.receive(bytes.span, now: start + .seconds(second)))
    }

    func end() -> String { name(state.receiveEnd()) }

    func respond(at second: Int = 0) -> String {
        state.endResponse()
        return flush(at: second)
    }

    func flush(at second: Int) -> String { name(state.outputIsFlushed(now: start + .seconds(second))) }

    func wait(until second: Int) -> String { name(state.expire(now: start + .seconds(second))) }

    private func name(_ step: ConnectionState.Step) -> String {
        switch step {
        case .wait: "wait"
        case .handle(let request): "handle \(request.target)"
        case .refuse(let refusal): "refuse \(refusal.rawValue)"
        case .linger: "linger"
        case .close: "close"
        }
    }
}

@Suite struct ServerConnectionStateTests {
    @Test func anIdleConnectionIsClosedSilently() {
        let subject = Subject()
        #expect(subject.wait(until: 59) == "wait")
        #expect(subject.wait(until: 60) == "close")
    }

    @Test func idlenessBeginsWithTheEndOfAResponse() {
        let subject = Subject()
        #expect(subject.receive(get, at: 50) == "handle /")
        #expect(subject.wait(until: 1000) == "wait", "a handler may take its time")
        #expect(subject.respond(at: 1000) == "wait")
        #expect(subject.wait(until: 1059) == "wait")
        #expect(subject.wait(until: 1060) == "close")
    }

    @Test func aHeadHasTenSecondsFromItsFirstByte() {
        let subject = Subject()
        #expect(subject.receive("G", at: 30) == "wait")
        #expect(subject.receive("E", at: 39) == "wait", "more bytes do not buy more time")
        #expect(subject.wait(until: 39) == "wait")
        #expect(subject.wait(until: 40) == "refuse 408")
        #expect(subject.closesAfterResponse)
        #expect(subject.respond(at: 40) == "linger")
    }

    @Test func aBodyHasTwentySecondsFromTheEndOfTheHead() {
        let subject = Subject()
        #expect(subject.receive("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r", at: 1) == "wait")
        #expect(subject.receive("\n", at: 5) == "wait")
        #expect(subject.receive("x", at: 20) == "wait")
        #expect(subject.wait(until: 24) == "wait")
        #expect(subject.wait(until: 25) == "refuse 408")
    }

    @Test func aClientThatDoesNotReadIsCutOff() {
        let subject = Subject()
        #expect(subject.receive(get) == "handle /")
        subject.state.outputIsPending(now: subject.start + .seconds(1), progressed: true)
        subject.state.outputIsPending(now: subject.start + .seconds(9), progressed: false)
        #expect(subject.wait(until: 30) == "wait")
        subject.state.outputIsPending(now: subject.start + .seconds(30), progressed: true)
        #expect(subject.wait(until: 59) == "wait", "whoever reads slowly is still reading")
        #expect(subject.wait(until: 60) == "close")
    }

    @Test func aSlowStreamIsNotASlowReader() {
        let subject = Subject()
        #expect(subject.receive(get) == "handle /")
        subject.state.outputIsPending(now: subject.start + .seconds(1), progressed: true)
        #expect(subject.flush(at: 2) == "wait")
        #expect(subject.wait(until: 1000) == "wait")
    }

    @Test func theLastResponseIsReadBeforeTheClose() {
        let subject = Subject()
        #expect(subject.receive("\0") == "refuse 400")
        #expect(subject.respond(at: 1) == "linger")
        #expect(subject.receive("more of it", at: 2) == "wait")
        #expect(subject.wait(until: 2) == "wait")
        #expect(subject.wait(until: 3) == "close")
    }

    @Test func pipelinedRequestsWaitForTheirTurn() {
        let subject = Subject()
        #expect(subject.receive(get + "GET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3") == "handle /")
        #expect(subject.receive(" HTTP/1.1\r\nHost: h\r\n\r\n") == "wait")
        #expect(subject.respond() == "handle /2")
        #expect(subject.respond() == "handle /3")
        #expect(subject.respond() == "wait")
    }

    @Test func aRefusalWaitsForTheResponseBeforeIt() {
        let subject = Subject()
        #expect(subject.receive(get + "\0") == "handle /")
        #expect(subject.respond() == "refuse 400")
    }

    @Test func tooMuchBehindARequestIsNotRead() {
        let subject = Subject()
        #expect(subject.receive(get) == "handle /")
        let request = "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 20000\r\n\r\n"
        #expect(subject.receive(request + String(repeating: "x", count: 16_000)) == "wait")
        #expect(subject.wantsInput)
        #expect(subject.receive(String(repeating: "x", count: 1_000)) == "wait")
        #expect(!subject.wantsInput)
        #expect(subject.respond() == "wait")
        #expect(subject.wantsInput)
        #expect(subject.receive(String(repeating: "x", count: 3_000)) == "handle /2")
    }

    @Test func aHalfClosedConnectionIsStillAnswered() {
        let subject = Subject()
        #expect(subject.receive(get + get) == "handle /")
        #expect(subject.end() == "wait")
        #expect(!subject.wantsInput)
        #expect(subject.respond() == "handle /")
        #expect(subject.respond() == "close")
    }

    @Test(arguments: ["", "GET", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nx"])
    func aConnectionThatEndsWithoutAWholeRequestIsClosed(bytes: String) {
        let subject = Subject()
        #expect(subject.receive(bytes) == "wait")
        #expect(subject.end() == "close")
    }

    @Test func anIncompleteRequestBehindTheLastWordIsDropped() {
        let subject = Subject()
        #expect(subject.receive(get + "GET /ne") == "handle /")
        #expect(subject.end() == "wait")
        #expect(subject.respond() == "close")
    }

    @Test func ticketsAreVoidAfterTheirConnection() {
        final class Item {}
        var table = ConnectionTable<Item>()
        let first = table.takeTicket()
        table.insert(Item(), for: first)
        table.remove(first)
        let second = table.takeTicket()
        table.insert(Item(), for: second)
        #expect(table[first] == nil)
        #expect(table[second] != nil)
        #expect(table[Ticket(token: second.token)] != nil)
        table.remove(first)
        #expect(table.count == 1)
        #expect(table.places.count == 1)
    }
}
