import Testing
import WhatsAppTesting

@testable import WhatsAppCore

@Suite("Chunker: properties")
struct ChunkerPropertyTests {
    private static let limits = [16, 17, 23, 40, 64]
    private static let pieces = [
        "a", "bc", "word", "longerword", "نص", "الصَّلَاةُ", "👨‍👩‍👧‍👦", "🇸🇦", "e\u{301}", " ", " ", " ", " ", "\n", "\n", "\n\n",
        "*", "_", "~", "`",
        "*bold words* ", "_it *both of them* alic_ ", "`some code here` ", "\n```\nline one\n  line two x y\n```\n",
        "```in line```", "\n- item ", "\n1. item ", "\n> a quoted line", "\n*Heading*\n",
        "\n[1] title:\nArabic: نص\nEnglish: x\n",
        "https://x.org/a_b/c ", ". ", "? ", "؟ ", "\u{A0}", "\u{301}", "\r\n", "\t", "abcdefghijklmnopqrstuvwxyz", "!",
    ]

    private static func text(_ seed: Int, count: Int = 30) -> String {
        var random = SeededRandom(seed: UInt64(seed))
        return random.text(of: pieces, count: count)
    }

    /// The places of `text` and those of them that bound the parts.
    private static func plan(_ text: String, _ limit: Int) -> (bytes: [UInt8], breaks: [BreakPoint], plan: [Int]) {
        let bytes = Array(text.utf8)
        let breaks = BreakFinder.breaks(in: bytes, limit: limit)
        return (bytes, breaks, PartPlanner.plan(breaks, limit: limit))
    }

    @Test("no part is blank or too long, and the same text gives the same parts", arguments: 0..<300)
    func limits(seed: Int) {
        let text = Self.text(seed)
        for limit in Self.limits {
            let parts = WhatsAppChunker(limit: limit).parts(of: text)
            #expect(parts.allSatisfy { $0.utf16.count <= limit }, "\(limit) \(text.debugDescription) \(parts)")
            #expect(!parts.contains { Self.isBlank(Array($0.utf8)[...]) }, "\(limit) \(text.debugDescription) \(parts)")
            #expect(parts == WhatsAppChunker(limit: limit).parts(of: text))
        }
    }

    @Test("the parts, the white space between them and nothing else are the text", arguments: 0..<300)
    func nothingIsLost(seed: Int) {
        let text = Self.text(seed)
        for limit in Self.limits {
            let (bytes, breaks, plan) = Self.plan(text, limit)
            let parts = WhatsAppChunker(limit: limit).parts(of: text)
            var position = 0
            for (part, ends) in zip(parts, zip(plan, plan.dropFirst())) {
                let (start, end) = (breaks[ends.0], breaks[ends.1])
                #expect(Self.isBlank(bytes[position..<start.start.byte]))
                let content = String(decoding: bytes[start.start.byte..<end.end.byte], as: UTF8.self)
                #expect(part == start.open.opening + content + end.open.closing)
                position = end.end.byte
            }
            #expect(Self.isBlank(bytes[position...]))
        }
    }

    private static func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy(\.properties.isWhitespace)
    }

    @Test("at most one part more than the fewest possible", arguments: 0..<300)
    func fewParts(seed: Int) {
        let text = Self.text(seed)
        for limit in Self.limits {
            let (_, breaks, plan) = Self.plan(text, limit)
            guard let fewest = Self.fewest(breaks, limit) else { continue }
            let cuts = plan.dropFirst().dropLast().map { breaks[$0].rank }
            let count = cuts.count + 1
            #expect(count == fewest || count == fewest + 1, "\(limit) \(text.debugDescription)")
        }
    }

    /// The fewest parts, found by trying every place from every place; `nil` for blank text.
    private static func fewest(_ breaks: [BreakPoint], _ limit: Int) -> Int? {
        guard breaks.count > 1 else { return nil }
        var fewest = [Int](repeating: Int.max / 2, count: breaks.count)
        fewest[0] = 0
        for end in 1..<breaks.count {
            for start in 0..<end where breaks[start].units(to: breaks[end]) <= limit {
                fewest[end] = min(fewest[end], fewest[start] + 1)
            }
        }
        return fewest[breaks.count - 1]
    }

    @Test("places are in order and never too far from each other", arguments: 0..<300)
    func placesAreReachable(seed: Int) {
        let text = Self.text(seed)
        for limit in Self.limits {
            let breaks = Self.plan(text, limit).breaks
            for (start, end) in zip(breaks, breaks.dropFirst()) {
                #expect(start.start < end.end)
                #expect(start.units(to: end) <= limit, "\(limit) \(text.debugDescription)")
            }
        }
    }

    @Test("characters that fit are never cut", arguments: 0..<200)
    func clustersStay(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let text = random.text(of: ["👨‍👩‍👧‍👦", "🇸🇦", "بِ", "ٱللَّهِ", "e\u{301}", "x", " ", "क्षि", "\r\n", "👍🏽"], count: 40)
        for limit in Self.limits {
            let parts = WhatsAppChunker(limit: limit).parts(of: text)
            let characters = parts.joined(separator: "\n").filter { !$0.isWhitespace }
            #expect(characters.elementsEqual(text.filter { !$0.isWhitespace }))
            #expect(
                parts.map { $0.filter { !$0.isWhitespace }.count }.reduce(0, +)
                    == text.filter { !$0.isWhitespace }.count)
        }
    }

    @Test("fences are closed in every part", arguments: 0..<200)
    func fencesAreBalanced(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let text = random.text(
            of: [
                "word ", "\n", "\n```\nlet a = 1\nlet b = two + three\n\n  return\n```\n", "- item\n", "*bold text* ",
            ], count: 20)
        for limit in Self.limits {
            for part in WhatsAppChunker(limit: limit).parts(of: text) {
                let pieces = part.split(separator: "```", omittingEmptySubsequences: false)
                #expect(pieces.count % 2 == 1, "\(limit) \(part)")
                for code in pieces.indices where code % 2 == 1 {
                    #expect(pieces[code].contains { !$0.isWhitespace }, "\(limit) \(part)")
                }
            }
        }
    }

    @Test("what readers see of a formatted answer is the same in one part and in many", arguments: 0..<200)
    func partsReadLikeTheWhole(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let markdown = random.text(
            of: [
                "**bold words here** ", "*italic* ", "plain words ", "`code in line` ", "\n\n# Heading **x**\n\n",
                "\n- item **a** b",
                "\n\n```\ncode *x*\nmore\n```\n\n", "[link](https://x.org/a_b) ", "\n> quoted *text*", "[1] ",
                "\\*x\\* ", "نص **غامق** ",
                "\n\n", "**a *b* c** ", "1 * 2 * 3 ",
            ], count: 24)
        let whole = WhatsAppFormatter().format(markdown)
        func essence(_ text: String) -> String {
            WhatsAppReader.read(text).visible.filter { !$0.isWhitespace && $0 != ">" && $0 != "\u{2060}" }
        }
        for limit in [24, 40, 100] {
            let parts = WhatsAppChunker(limit: limit).parts(of: whole)
            #expect(parts.map(essence).joined() == essence(whole), "\(limit) \(whole.debugDescription) → \(parts)")
        }
    }
}
