import WhatsAppCore

// The handlers' side: tasks on Swift's own threads, which come to the loop only with a ticket.
extension ServerLoop {
    /// Runs the loop on a thread of its own and has `handler` answer the requests, until ``drain()`` has done its work. The
    /// thread and all tasks have ended when this returns.
    nonisolated func serve(_ handler: any HTTPHandler) async throws(SystemError) {
        let (end, threadEnds) = AsyncStream.makeStream(of: Void.self)
        let error = OSThread.start {
            self.runTurns()
            threadEnds.finish()
        }
        guard error == 0 else { throw SystemError(errno: error) }
        await withDiscardingTaskGroup { tasks in
            for await client in clients {
                tasks.addTask { await self.serve(client, with: handler) }
            }
        }
        executor.stop()
        for await _ in end {}
    }

    /// Answers one connection's requests. The loop sends them one at a time, and ends them when the connection is gone,
    /// which cancels the handler that may still be at work.
    private nonisolated func serve(_ client: Client, with handler: any HTTPHandler) async {
        await withDiscardingTaskGroup { exchanges in
            for await request in client.requests {
                exchanges.addTask { await self.answer(request, for: client.ticket, with: handler) }
            }
            exchanges.cancelAll()
        }
    }

    private nonisolated func answer(
        _ request: HTTPRequest, for ticket: Ticket, with handler: any HTTPHandler
    ) async {
        var response = await handler.handle(request)
        if !HTTPResponseEncoder.isValid(response) { response = HTTPResponse(status: 500) }
        if response.body.knownBytes != nil { return await send(response, for: ticket) }
        guard await begin(response, for: ticket) else { return }
        do {
            for try await piece in response.body {
                guard await send(piece, for: ticket) else { return }
            }
            await end(ticket)
        } catch {
            await abandon(ticket)
        }
    }

    /// Sends a response whose body is there.
    private func send(_ response: HTTPResponse, for ticket: Ticket) {
        guard let connection = connections[ticket] else { return }
        if HTTPResponseEncoder.asksToClose(response) { connection.state.closeAfterResponse() }
        queueHead(of: response, for: connection)
        if connection.framing != .none, !connection.state.isHead, let body = response.body.knownBytes {
            connection.output.bytes.append(contentsOf: body)
        }
        connection.state.endResponse()
        flush(connection)
    }

    /// Sends the head of a response whose body arrives over time. Returns whether the body is wanted.
    private func begin(_ response: HTTPResponse, for ticket: Ticket) -> Bool {
        guard let connection = connections[ticket] else { return false }
        if HTTPResponseEncoder.asksToClose(response) { connection.state.closeAfterResponse() }
        queueHead(of: response, for: connection)
        let isWanted = connection.framing != .none && !connection.state.isHead
        if !isWanted { connection.state.endResponse() }
        flush(connection)
        return isWanted
    }

    /// Sends a piece of a body, and returns when the socket has taken it: no more is pulled from a stream than its reader
    /// reads. Returns whether the connection is still there.
    private func send(_ piece: [UInt8], for ticket: Ticket) async -> Bool {
        guard let connection = connections[ticket] else { return false }
        connection.output.borrow(&spareOutput)
        HTTPResponseEncoder.append(piece, framing: connection.framing, to: &connection.output.bytes)
        flush(connection)
        guard connections[ticket] != nil else { return false }
        if connection.output.isEmpty { return true }
        return await withCheckedContinuation { connection.writer = $0 }
    }

    /// Ends a body that arrived over time.
    private func end(_ ticket: Ticket) {
        guard let connection = connections[ticket] else { return }
        connection.output.borrow(&spareOutput)
        HTTPResponseEncoder.appendEnd(framing: connection.framing, to: &connection.output.bytes)
        connection.state.endResponse()
        flush(connection)
    }

    /// Breaks a response off whose body failed. The missing end tells the client; there is no other way left.
    private func abandon(_ ticket: Ticket) {
        guard let connection = connections[ticket] else { return }
        close(connection)
    }
}
