import WhatsAppCore

// The handlers' side. An answer that is there costs no task; one that comes later comes with a ticket; the rest are made in
// tasks on Swift's own threads, which come to the loop only with a ticket, too.
extension ServerLoop {
    /// Runs the loop on a thread of its own and has `handler` answer the requests, until ``drain()`` has done its work. The
    /// thread and all tasks have ended when this returns.
    nonisolated func serve(_ handler: any HTTPHandler) async throws(SystemError) {
        let (end, threadEnds) = AsyncStream.makeStream(of: Void.self)
        let error = OSThread.start {
            self.runTurns(with: handler)
            threadEnds.finish()
        }
        guard error == 0 else { throw SystemError(errno: error) }
        await withDiscardingTaskGroup { tasks in
            for await client in clients {
                tasks.addTask { await self.serve(client) }
            }
        }
        executor.stop()
        for await _ in end {}
    }

    /// Has a request answered.
    func answer(_ request: HTTPRequest, of connection: Connection) {
        switch handler.answer(request) {
        case .now(let response): respond(response, to: connection)
        case .later(let begin): begin { [self, ticket = connection.ticket] in give($0, to: ticket) }
        case .awaiting(let answer): runTask(answer, for: connection)
        }
    }

    /// Puts a response into the output. One whose body arrives over time takes a task.
    func respond(_ response: HTTPResponse, to connection: Connection) {
        guard HTTPResponseEncoder.isValid(response) else { return respond(HTTPResponse(status: 500), to: connection) }
        guard let body = response.body.knownBytes else { return runTask({ response }, for: connection) }
        connection.exchange.put(response, body: body, date: date.line, borrowing: &spareOutput)
    }

    /// Gives an answer to the connection's task, which is made for its first one.
    private func runTask(_ answer: @escaping Answer, for connection: Connection) {
        if let answers = connection.answers {
            answers.yield(answer)
            return
        }
        let (answers, continuation) = AsyncStream.makeStream(of: Answer.self)
        continuation.yield(answer)
        connection.answers = continuation
        newClients.yield(Client(ticket: connection.ticket, answers: answers))
    }

    /// Has one connection's answers made. The loop asks for one at a time, and for no more when the connection is gone,
    /// which cancels the one that may still be under way.
    private nonisolated func serve(_ client: Client) async {
        await withDiscardingTaskGroup { exchanges in
            for await answer in client.answers {
                exchanges.addTask { await self.send(answer, to: client.ticket) }
            }
            exchanges.cancelAll()
        }
    }

    private nonisolated func send(_ answer: Answer, to ticket: Ticket) async {
        let response = await answer()
        let isStreamed = response.body.knownBytes == nil && HTTPResponseEncoder.isValid(response)
        guard isStreamed else { return give(response, to: ticket) }
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

    /// Sends the head of a response whose body arrives over time. Returns whether the body is wanted.
    private func begin(_ response: HTTPResponse, for ticket: Ticket) -> Bool {
        guard let connection = connections[ticket] else { return false }
        let isWanted = connection.exchange.begin(response, date: date.line, borrowing: &spareOutput)
        advance(connection)
        return isWanted
    }

    /// Sends a piece of a body, and returns when the socket has taken it: no more is pulled from a stream than its reader
    /// reads. Returns whether the connection is still there.
    private func send(_ piece: [UInt8], for ticket: Ticket) async -> Bool {
        guard let connection = connections[ticket] else { return false }
        connection.exchange.put(piece, borrowing: &spareOutput)
        advance(connection)
        guard connections[ticket] != nil else { return false }
        return await withCheckedContinuation { connection.exchange.wait($0) }
    }

    /// Ends a body that arrived over time.
    private func end(_ ticket: Ticket) {
        guard let connection = connections[ticket] else { return }
        connection.exchange.end(borrowing: &spareOutput)
        advance(connection)
    }

    /// Breaks a response off whose body failed. The missing end tells the client; there is no other way left.
    private func abandon(_ ticket: Ticket) {
        guard let connection = connections[ticket] else { return }
        close(connection)
    }
}
