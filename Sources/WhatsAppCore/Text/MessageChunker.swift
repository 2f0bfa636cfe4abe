/// Cuts a formatted answer into parts, each of which fits into one message. Pure and deterministic.
public protocol MessageChunker: Sendable {
    /// The parts of `text`, in order; none for text that is blank. No part is blank or over the limit.
    func parts(of text: String) -> [String]
}
