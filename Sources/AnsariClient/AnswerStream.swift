internal import WhatsAppCore

/// An answer's text as it arrives: the pieces of a body, decoded from UTF-8 however they were cut.
public struct AnswerStream: AsyncSequence, Sendable {
    /// A piece of text, cut between Unicode scalars; never empty.
    public typealias Element = String
    /// ``WhatsAppCore/BackendError``, or `CancellationError`.
    public typealias Failure = any Error

    private let body: HTTPBody

    init(_ body: HTTPBody) { self.body = body }

    /// Begins to read. An answer is read once.
    public func makeAsyncIterator() -> Iterator { Iterator(body: body.makeAsyncIterator()) }

    /// Reads an answer piece by piece. Throws ``WhatsAppCore/BackendError`` when the answer breaks off.
    public struct Iterator: AsyncIteratorProtocol {
        var body: HTTPBody.Iterator
        private var decoder = UTF8Decoder()
        private var isAtEnd = false

        init(body: HTTPBody.Iterator) { self.body = body }

        /// The next piece; `nil` at the end.
        public mutating func next() async throws -> String? { try await next(isolation: nil) }

        /// The next piece; `nil` at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> String? {
            while !isAtEnd {
                let text: String
                do {
                    if let bytes = try await body.next(isolation: actor) {
                        text = decoder.decode(bytes)
                    } else {
                        isAtEnd = true
                        text = decoder.finish()
                    }
                } catch {
                    throw try BackendError.wrapping(error, .answer)
                }
                if !text.isEmpty { return text }
            }
            return nil
        }
    }
}
