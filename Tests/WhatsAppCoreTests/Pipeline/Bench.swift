import Synchronization
import Testing
import WhatsAppCore
import WhatsAppTesting

/// What fails in a ``ScriptedBackend``.
enum Failing: Sendable {
    case register, findThread, makeThread, answer, middleOfAnswer, connection, unforeseen, emptyAnswer, endlessAnswer
}

/// An error that nobody has heard of.
struct Unheard: Error {}

/// A pipeline with doubles on all sides.
struct Bench: Sendable {
    let store: any IdempotencyStore
    let backend: ScriptedBackend
    let sender: RecordingSender
    let observer = RecordingObserver()
    let clock = HeldClock()
    let chunker: any MessageChunker

    init(
        store: any IdempotencyStore = .inMemory, sender: RecordingSender = RecordingSender(),
        chunker: any MessageChunker = WholeChunker(), failing: Failing? = nil,
        answer: @escaping @Sendable (Question) async throws -> String = { "answer to \($0.text)" }
    ) {
        self.store = store
        self.sender = sender
        self.chunker = chunker
        backend = ScriptedBackend(failing: failing, answer: answer)
    }

    func pipeline(_ configuration: MessagePipeline.Configuration = .init()) async throws -> MessagePipeline {
        try await MessagePipeline(
            configuration: configuration, store: store, backend: backend, sender: sender, formatter: .identity,
            chunker: chunker, observer: observer, clock: clock, random: { 1 })
    }

    /// Runs a pipeline around `body`.
    func run<Result: Sendable>(_ body: (MessagePipeline) async throws -> Result) async throws -> Result {
        let pipeline = try await pipeline()
        let run = Task { await pipeline.run() }
        let result = try await body(pipeline)
        run.cancel()
        await run.value
        return result
    }

    /// Returns when the pipeline has heard that it is to stop.
    func waitUntilRefusing(_ pipeline: MessagePipeline) async {
        while (try? await pipeline.accept([])) != nil { await Task.yield() }
    }
}

/// A backend that does as it is told, and keeps what it was asked.
final class ScriptedBackend: BackendClient {
    private let log = Recorder<String>()
    private let failing: Failing?
    private let answer: @Sendable (Question) async throws -> String

    init(failing: Failing?, answer: @escaping @Sendable (Question) async throws -> String) {
        self.failing = failing
        self.answer = answer
    }

    var calls: [String] { log.elements }

    func register(_ guest: Guest) async throws {
        log.append("register \(guest.user.phoneNumberOrID) \(guest.preferredLanguage)")
        if failing == .register { throw BackendError(operation: .register, message: "down") }
    }

    func openThread(for request: ThreadRequest) async throws -> String? {
        log.append("thread \(request.title)")
        if failing == .findThread { throw BackendError(operation: .findThread, message: "down") }
        if failing == .makeThread { throw BackendError(operation: .makeThread, message: "down") }
        return "t"
    }

    func answer(to question: Question) async throws -> any AsyncSequence<String, any Error> & Sendable {
        log.append("ask \(question.text)")
        if failing == .answer { throw BackendError(operation: .answer, message: "down") }
        if failing == .unforeseen { throw Unheard() }
        if failing == .connection { throw HTTPClientError(code: .cannotConnect, message: "nobody there") }
        let text = failing == .emptyAnswer ? " \n" : try await answer(question)
        let (stream, pieces) = AsyncThrowingStream<String, any Error>.makeStream()
        for character in text { pieces.yield(String(character)) }
        if failing == .endlessAnswer { for _ in 0..<1100 { pieces.yield(String(repeating: "x", count: 1000)) } }
        pieces.finish(
            throwing: failing == .middleOfAnswer ? BackendError(operation: .answer, message: "broken off") : nil)
        return stream
    }
}

/// One part, or none for a blank text.
struct WholeChunker: MessageChunker {
    func parts(of text: String) -> [String] { text.allSatisfy(\.isWhitespace) ? [] : [text] }
}

/// A part for each word.
struct WordChunker: MessageChunker {
    func parts(of text: String) -> [String] { text.split(separator: " ").map(String.init) }
}
