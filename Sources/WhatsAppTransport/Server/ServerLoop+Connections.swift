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
        guard connections[connection.ticket] != nil, connection.state.wantsInput else { return }
        switch connection.socket.receive(into: &readBuffer) {
        case .bytes(0): perform(connection.state.receiveEnd(), on: connection)
        case .bytes(let count): perform(receive(count, for: connection), on: connection)
        case .wouldBlock: break
        case .failed: close(connection)
        }
        updateInterest(of: connection)
    }

    private func receive(_ count: Int, for connection: Connection) -> ConnectionState.Step {
        // A span cannot be taken of an actor's property. This shares the memory, and copies nothing.
        let bytes = readBuffer
        return connection.state.receive(bytes.span.extracting(0..<count), now: now)
    }

    func perform(_ step: ConnectionState.Step, on connection: Connection) {
        switch step {
        case .wait:
            if connection.state.takeContinue() {
                connection.output.borrow(&spareOutput)
                connection.output.bytes.append(contentsOf: "HTTP/1.1 100 Continue\r\n\r\n".utf8)
                flush(connection)
            }
        case .handle(let request): dispatch(request, of: connection)
        case .refuse(let refusal):
            queueHead(of: HTTPResponse(status: refusal.rawValue), for: connection)
            connection.state.endResponse()
            flush(connection)
        case .linger: connection.socket.endSending()
        case .close: close(connection)
        }
    }

    /// Gives a request to the connection's task, which is made for its first one.
    ///
    /// This is where a synchronous handler would be asked first: it would answer now, by `queueHead` and `flush`, or later,
    /// by the connection's ticket, with one hop to the loop for a whole batch of tickets. No task would be involved.
    private func dispatch(_ request: HTTPRequest, of connection: Connection) {
        if isDraining { connection.state.closeAfterResponse() }
        if let requests = connection.requests {
            requests.yield(request)
            return
        }
        let (requests, continuation) = AsyncStream.makeStream(of: HTTPRequest.self)
        continuation.yield(request)
        connection.requests = continuation
        newClients.yield(Client(ticket: connection.ticket, requests: requests))
    }

    /// Writes the head of a response to the output, and how its body is framed to the connection.
    func queueHead(of response: HTTPResponse, for connection: Connection) {
        let framing = HTTPResponseEncoder.framing(of: response, isHTTP10: connection.state.isHTTP10)
        connection.framing = framing
        connection.output.borrow(&spareOutput)
        HTTPResponseEncoder.appendHead(
            of: response, framing: framing, closes: connection.state.closesAfterResponse,
            date: date.bytes(at: time(nil)), to: &connection.output.bytes)
    }

    /// Sends what the socket takes; when it has taken everything, goes on with what waited for that.
    func flush(_ connection: Connection) {
        var progressed = false
        while !connection.output.isEmpty {
            switch connection.socket.send(connection.output.bytes, from: connection.output.sent) {
            case .bytes(let count):
                connection.output.didSend(count)
                progressed = true
            case .wouldBlock:
                connection.state.outputIsPending(now: now, progressed: progressed)
                return updateInterest(of: connection)
            case .failed: return close(connection)
            }
        }
        connection.output.giveBack(to: &spareOutput)
        if let writer = connection.writer {
            connection.writer = nil
            writer.resume(returning: true)
        }
        perform(connection.state.outputIsFlushed(now: now), on: connection)
        updateInterest(of: connection)
    }

    /// Forgets a connection: its socket closes with it, its handler's task is cancelled, its ticket is void.
    func close(_ connection: Connection) {
        guard connections[connection.ticket] != nil else { return }
        connections.remove(connection.ticket)
        connection.requests?.finish()
        if let writer = connection.writer {
            connection.writer = nil
            writer.resume(returning: false)
        }
        setAccepting(true)
        finishIfDrained()
    }
}
