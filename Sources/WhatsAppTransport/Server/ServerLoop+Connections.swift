import WhatsAppCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

// The sockets' side: bytes in, steps of the connection's state, bytes out.
extension ServerLoop {
    /// Takes what has arrived, at most one buffer full: the others have their turn, and the poller will tell of the rest.
    func read(_ connection: Connection) {
        guard connection.isOpen, connection.wantsInput else { return }
        switch connection.socket.receive(into: &readBuffer) {
        case .bytes(0): advance(connection, by: connection.state.receiveEnd())
        case .bytes(let count):
            // A span cannot be taken of an actor's property. This shares the memory, and copies nothing.
            let bytes = readBuffer
            advance(connection, by: connection.state.receive(bytes.span.extracting(0..<count), now: now))
        case .wouldBlock: break
        case .failed: close(connection)
        }
    }

    /// Does what a step asks for, and what follows from it, until the connection waits for something.
    func advance(_ connection: Connection, by first: ConnectionState.Step = .wait) {
        var next: ConnectionState.Step? = first
        while let step = next {
            perform(step, on: connection)
            next = stepAfterwards(of: connection)
        }
        guard connection.isOpen else { return }
        updateInterest(of: connection)
        boundMemory(by: connection)
    }

    private func perform(_ step: ConnectionState.Step, on connection: Connection) {
        switch step {
        case .wait:
            guard connection.state.takeContinue() else { return }
            connection.output.borrow(&spareOutput)
            connection.output.bytes.append(contentsOf: "HTTP/1.1 100 Continue\r\n\r\n".utf8)
        case .handle(let request): answer(request, of: connection)
        case .refuse(let refusal): respond(refusal.response, to: connection)
        case .linger: connection.socket.endSending()
        case .close: close(connection)
        }
    }

    /// The next request, if there is one; else sends what there is, and what follows that. `nil` when something has to come
    /// from elsewhere.
    private func stepAfterwards(of connection: Connection) -> ConnectionState.Step? {
        guard connection.isOpen else { return nil }
        var step = connection.output.hasRoom ? connection.state.goOn(now: now) : .wait
        if step.isWait, flush(connection) { step = connection.state.outputIsFlushed(now: now) }
        return step.isWait ? nil : step
    }

    /// Counts what the connection holds, and refuses its request when that is too much for all together.
    private func boundMemory(by connection: Connection) {
        let held = connection.state.bytesHeld
        bytesHeld += held - connection.bytesHeld
        connection.bytesHeld = held
        guard bytesHeld > settings.bytesHeld else { return }
        let step = connection.state.refuseForRoom()
        if !step.isWait { advance(connection, by: step) }
    }

    /// Writes the head of a response to the output, and how its body is framed to the connection.
    func queueHead(of response: HTTPResponse, for connection: Connection) {
        if HTTPResponseEncoder.asksToClose(response) { connection.state.closeAfterResponse() }
        let framing = HTTPResponseEncoder.framing(of: response, isHTTP10: connection.state.isHTTP10)
        connection.framing = framing
        connection.output.borrow(&spareOutput)
        HTTPResponseEncoder.appendHead(
            of: response, framing: framing, closes: connection.state.closesAfterResponse,
            date: date.bytes(at: time(nil)), to: &connection.output.bytes)
    }

    /// Sends what the socket takes. Returns whether that was everything.
    private func flush(_ connection: Connection) -> Bool {
        let (outcome, count) = connection.output.send(to: connection.socket)
        switch outcome {
        case .done: break
        case .wouldBlock:
            connection.state.outputIsPending(now: now, progressed: count > 0)
            return false
        case .failed:
            close(connection)
            return false
        }
        connection.output.giveBack(to: &spareOutput)
        if let writer = connection.writer {
            connection.writer = nil
            writer.resume(returning: true)
        }
        return true
    }

    /// Forgets a connection: its socket closes with it, its handler's task is cancelled, its ticket is void.
    func close(_ connection: Connection) {
        guard connection.isOpen else { return }
        connection.isOpen = false
        connections.remove(connection.ticket)
        bytesHeld -= connection.bytesHeld
        connection.answers?.finish()
        if let writer = connection.writer {
            connection.writer = nil
            writer.resume(returning: false)
        }
        setAccepting(true)
        finishIfDrained()
    }
}
