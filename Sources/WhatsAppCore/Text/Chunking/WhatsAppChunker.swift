/// Cuts a formatted answer into parts that each fit into one WhatsApp message.
///
/// - **Limit.** No part has more than `limit` UTF-16 code units, what is closed and opened again included.
/// - **Nothing is lost.** Take from each part what this adds (the marks, fences and quotation signs that are closed at
///   its end and opened again at its beginning); the parts in a row, with the white space that is dropped at each cut
///   between them and at both ends of the text, are the text. No part is blank.
/// - **Few parts.** A part costs money, so there are as few as the places below allow, or one more if that avoids
///   cutting between words.
/// - **Where it cuts.** Of the places in the second half of what fits it takes the best, and of equals the last: before
///   a heading, between paragraphs, list items, lines, sentences, lines of code, words. A heading stays with its text,
///   and a citation entry, a verse (`> …` or `﴿…﴾`), an address and a line of code stay whole, where they fit into a
///   part. A word that does not fit is cut between grapheme clusters, and a cluster that does not fit between scalars.
///
/// Deterministic, and linear in the length of the text.
public struct WhatsAppChunker: MessageChunker {
    /// The longest text that Meta accepts. Its unit is not documented; UTF-16 code units are the safe reading.
    public static let longestText = 4096
    /// The smallest limit: less has no room for marks on both sides of a character.
    public static let smallestLimit = 16

    /// How many UTF-16 code units a part may have.
    public let limit: Int

    /// Makes a chunker.
    ///
    /// - Precondition: `limit` is ``smallestLimit`` or more.
    public init(limit: Int = Self.longestText) {
        precondition(limit >= Self.smallestLimit, "a limit of \(limit) is below the smallest, \(Self.smallestLimit)")
        self.limit = limit
    }

    /// The parts of `text`, in order; none for text that is blank.
    public func parts(of text: String) -> [String] {
        let bytes = Array(text.utf8)
        let (places, cuts) = plan(of: bytes)
        return zip(cuts, cuts.dropFirst()).map { start, end in
            let (start, end) = (places[start], places[end])
            let content = String(decoding: bytes[start.start.byte..<end.end.byte], as: UTF8.self)
            return start.open.opening + content + end.open.closing
        }
    }

    /// The places at which `bytes` may be cut, its beginning and its end among them, and the numbers of those that bound
    /// the parts.
    package func plan(of bytes: [UInt8]) -> (places: [BreakPoint], cuts: [Int]) {
        // Most answers fit: then no place is needed but the ends.
        let ends = BreakFinder.ends(of: bytes)
        if let start = ends.first, let end = ends.last, start.units(to: end) <= limit { return (ends, [0, 1]) }
        let places = BreakFinder.breaks(in: bytes, limit: limit)
        return (places, PartPlanner.plan(places, limit: limit))
    }
}

extension MessageChunker where Self == WhatsAppChunker {
    /// Parts for WhatsApp's text messages.
    public static var whatsApp: WhatsAppChunker { WhatsAppChunker() }

    /// Parts of another length, in UTF-16 code units.
    public static func whatsApp(limit: Int) -> WhatsAppChunker { WhatsAppChunker(limit: limit) }
}
