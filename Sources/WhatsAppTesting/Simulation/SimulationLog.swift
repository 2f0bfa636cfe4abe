internal import Synchronization
package import WhatsAppCore

/// What the fakes around the pipeline saw. The checker knows nothing else.
package enum Fact: Sendable {
    /// A process was started; its door is open; it ended, and how.
    case booted, ready, died(String), stopping, stopped
    /// It could not be started.
    case bootFailed(String)
    /// Something that must never happen, whoever saw it.
    case impossible(String)
    /// Meta began to deliver messages, and was answered; `nil` for no answer.
    case delivering(delivery: Int, messages: [Int])
    case answered(delivery: Int, status: Int?)
    /// Meta told what became of a text, and that was acknowledged.
    case statusTaken(token: String)
    /// The backend was asked, and gave a whole answer of so many parts.
    case asked(message: Int, ask: Int)
    /// A text left the process; reached Graph and was taken, or refused; the process learned how it ended.
    case posted(post: Int, token: String, text: String, user: String)
    case taken(post: Int)
    case refused(post: Int, code: Int64?)
    case learned(post: Int, PostOutcome)
    /// The pipeline asked its store to record steps, and was told that they are durable.
    case recording(call: Int, MessageKey, [MessageProgress])
    case recorded(call: Int)
    /// The pipeline told its observer.
    case newMessage(MessageKey), started(MessageKey), finished(MessageKey, MessageOutcome)
    case blindResend(MessageKey, part: Int), interrupted(MessageKey, String)
    /// The world.
    case wallJumped(milliseconds: Int64), disk(String)
}

/// How an attempt to send ended, as its sender was told.
package enum PostOutcome: Sendable, Hashable {
    case sent, refused(SendDisposition, code: Int64?), notSent, unknown
}

/// A fact, when it came about, and in or for which process.
package struct LogEntry: Sendable, CustomStringConvertible {
    package var time: Int64
    package var process: Int
    package var fact: Fact

    package var description: String {
        let seconds = String(time / 1_000_000)
        let fraction = String(1_000_000 + time % 1_000_000).dropFirst()
        return "\(seconds).\(fraction)s  process \(process)  \(fact)"
    }
}

/// The list of all facts, in order.
package final class SimulationLog: Sendable {
    private let state = Mutex<[LogEntry]>([])
    private let time: VirtualTime

    package init(time: VirtualTime) { self.time = time }

    /// All that happened so far.
    package var entries: [LogEntry] { state.withLock { $0 } }

    /// Adds a fact.
    package func add(_ fact: Fact, in process: Int) {
        let entry = LogEntry(time: time.now, process: process, fact: fact)
        state.withLock { $0.append(entry) }
    }
}
