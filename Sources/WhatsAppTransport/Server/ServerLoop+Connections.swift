import WhatsAppCore

// The sockets' side: bytes in, steps of the connection's state, bytes out.
extension ServerLoop {
    /// Takes what has arrived, and does what follows. The poller is to tell of the rest.
    func read(_ connection: Connection, isEnding: Bool) {
        guard connection.isOpen, let step = connection.exchange.receive(through: &readBuffer, now: now) else { return }
        advance(connection, by: step)
        if isEnding || connection.exchange.hasMoreInput, connection.isOpen { watch(connection) }
    }

    /// Does what a step asks for, and what follows from it, until the connection waits for something, or has had its turn:
    /// many small requests that arrived together hold nobody up. What is left follows when the socket has taken the responses,
    /// or at once if it can.
    func advance(_ connection: Connection, by first: consuming ConnectionState.Step = .wait) {
        perform(first, on: connection)
        for _ in 0..<Self.stepsInATurn where connection.isOpen {
            let step = connection.exchange.goOn(now: now, givingBackTo: &spareOutput)
            if step.isWait {
                guard connection.exchange.putContinue(borrowing: &spareOutput) else { break }
            } else {
                perform(step, on: connection)
            }
        }
        guard connection.isOpen else { return }
        updateInterest(of: connection)
        boundMemory(by: connection)
    }

    private static let stepsInATurn = 16

    private func perform(_ step: consuming ConnectionState.Step, on connection: Connection) {
        switch consume step {
        case .wait: break
        case .handle(let request): answer(request, of: connection)
        case .refuse(let refusal): respond(refusal.response, to: connection)
        case .linger: connection.exchange.socket.endSending()
        case .close: close(connection)
        }
    }

    /// Has the poller watch what the connection waits for now; closes it if the system refuses.
    func updateInterest(of connection: Connection) {
        if connection.exchange.interest != connection.interest { watch(connection) }
    }

    private func watch(_ connection: Connection) {
        let interest = connection.exchange.interest
        do {
            try poller.set(
                connection.exchange.socket.raw, token: connection.ticket.token, from: connection.interest, to: interest)
            connection.interest = interest
        } catch {
            close(connection)
        }
    }

    /// Counts what the connection holds. When that is too much for all together, its request is refused, or it is closed.
    private func boundMemory(by connection: Connection) {
        guard connection.isOpen else { return }
        bytesHeld += connection.exchange.countBytes()
        guard bytesHeld > settings.bytesHeld else { return }
        let step = connection.exchange.refuseForRoom()
        if !step.isWait { advance(connection, by: step) }
    }

    /// Forgets a connection: its socket closes with it, its handler's task is cancelled, its ticket is void.
    func close(_ connection: Connection) {
        guard connection.isOpen else { return }
        connection.isOpen = false
        connections.remove(connection.ticket)
        bytesHeld -= connection.exchange.bytesCounted
        connection.answers?.finish()
        connection.exchange.resumeWriter(false)
        setAccepting(true)
        finishIfDrained()
    }
}
