import WhatsAppCore

/// One connection as the loop holds it. Not `Sendable`: the compiler keeps it on the loop's thread.
final class Connection {
    let ticket: Ticket
    /// All that changes with every request, as one value.
    ///
    /// Unsafe: that no two accesses overlap is not checked, which would cost a twentieth of a request. None do: its methods
    /// call nothing that knows of a connection.
    @exclusivity(unchecked) var exchange: Exchange
    /// Whether it has not been closed. Then it is in the loop's table, too.
    var isOpen = true
    /// What the poller watches; `nil` while the socket is not registered.
    var interest: Poller.Interest?
    /// Where the answers go that take a task. Made for the first one: other connections have none.
    var answers: AsyncStream<ServerLoop.Answer>.Continuation?

    init(ticket: Ticket, exchange: consuming Exchange) {
        self.ticket = ticket
        self.exchange = exchange
    }
}
