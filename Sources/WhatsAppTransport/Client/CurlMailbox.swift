#if Curl
import CCurl
import Synchronization

/// What other threads ask of the libcurl thread.
enum CurlCommand: Sendable {
    /// Begin a transfer under this number.
    case start(UInt64, OutgoingRequest, ResponseExchange)
    /// Let a paused transfer go on.
    case resume(UInt64)
    /// End a transfer that nobody is interested in any more.
    case stop(UInt64)
}

/// The way to the libcurl thread: a queue of commands, and a bell.
final class CurlMailbox: Sendable {
    private struct State {
        var commands: [CurlCommand] = []
        var bell: CurlBell?
        var isOpen = true
    }

    private let state = Mutex(State())

    /// Queues a command. Returns `false` when the thread takes none any more.
    @discardableResult
    func post(_ command: CurlCommand) -> Bool {
        state.withLock { state in
            guard state.isOpen || !command.isStart else { return false }
            state.commands.append(command)
            // Whoever found the queue empty rings; the thread takes everything at once.
            if state.commands.count == 1 { state.bell?.ring() }
            return true
        }
    }

    /// Takes no further transfer. The thread ends when those under way have ended.
    func close() {
        state.withLock { state in
            state.isOpen = false
            state.bell?.ring()
        }
    }

    /// For the thread: sets what rings it, or takes that away. Afterwards the old bell is not rung any more.
    func setBell(_ bell: CurlBell?) {
        state.withLock { $0.bell = bell }
    }

    /// For the thread: takes the queued commands, and tells whether more transfers may come.
    func take() -> (commands: [CurlCommand], isOpen: Bool) {
        state.withLock { state in
            defer { state.commands = [] }
            return (state.commands, state.isOpen)
        }
    }
}

/// Wakes the thread that sleeps in `curl_multi_poll`.
///
/// Unchecked: the pointer crosses threads. That is right because it serves for `curl_multi_wakeup` only, the one function
/// of a multi handle that libcurl allows on every thread, and because ``CurlMailbox`` lets go of it, under its lock,
/// before the handle is freed.
struct CurlBell: @unchecked Sendable {
    private let multi: UnsafeMutableRawPointer

    init(_ multi: UnsafeMutableRawPointer) {
        self.multi = multi
    }

    func ring() {
        // It fails only for a bad handle, or when the wake-up pipe is full: then the thread is about to wake anyway.
        _ = curl_multi_wakeup(multi)
    }
}

extension CurlCommand {
    fileprivate var isStart: Bool {
        if case .start = self { true } else { false }
    }
}
#endif
