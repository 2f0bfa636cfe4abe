import WhatsAppCore

/// What ``WhatsAppChunker`` promises of any text, checked on one, by other means than the chunker's own.
package struct ChunkerProperties {
    private let text: String
    private let limit: Int
    private let bytes: [UInt8]
    private let places: [BreakPoint]
    private let cuts: [Int]
    private let parts: [String]
    private var violations: [String] = []

    /// What is broken; nothing, if the chunker keeps its promise.
    package static func violations(of text: String, limit: Int) -> [String] {
        var check = ChunkerProperties(text, limit)
        check.parts(areFew: check.fewest())
        check.partsFit()
        check.nothingIsLost()
        check.placesAreReachable()
        check.charactersStayWhole()
        check.fencesAreBalanced()
        return check.violations
    }

    private init(_ text: String, _ limit: Int) {
        let chunker = WhatsAppChunker(limit: limit)
        self.text = text
        self.limit = limit
        bytes = Array(text.utf8)
        (places, cuts) = chunker.plan(of: bytes)
        parts = chunker.parts(of: text)
        expect(chunker.parts(of: text) == parts, "the same text gives other parts")
    }

    private mutating func expect(_ condition: Bool, _ promise: @autoclosure () -> String) {
        if !condition { violations.append("\(promise()): limit \(limit), \(text.debugDescription) → \(parts)") }
    }

    private mutating func partsFit() {
        for part in parts {
            expect(part.utf16.count <= limit, "a part is too long")
            expect(!Self.isBlank(Array(part.utf8)[...]), "a part is blank")
        }
    }

    /// The parts, the white space between them and nothing else are the text.
    private mutating func nothingIsLost() {
        expect(max(cuts.count - 1, 0) == parts.count, "there are other parts than planned")
        var position = 0
        for (part, ends) in zip(parts, zip(cuts, cuts.dropFirst())) {
            let (start, end) = (places[ends.0], places[ends.1])
            expect(Self.isBlank(bytes[position..<start.start.byte]), "text is lost before a part")
            let content = String(decoding: bytes[start.start.byte..<end.end.byte], as: UTF8.self)
            expect(part == start.open.opening + content + end.open.closing, "a part is not what stands in the text")
            position = end.end.byte
        }
        expect(Self.isBlank(bytes[position...]), "text is lost at the end")
    }

    private mutating func placesAreReachable() {
        for (start, end) in zip(places, places.dropFirst()) {
            expect(start.start < end.end, "places are out of order")
            expect(start.units(to: end) <= limit, "two places are farther from each other than a part reaches")
        }
    }

    private mutating func parts(areFew fewest: Int) {
        expect(parts.count == fewest || parts.count == fewest + 1, "\(fewest) parts are enough")
    }

    /// The fewest parts, found by trying every place from every place that a part could reach it from.
    private func fewest() -> Int {
        guard places.count > 1 else { return 0 }
        var fewest = [Int](repeating: Int.max / 2, count: places.count)
        fewest[0] = 0
        for end in 1..<places.count {
            for start in (0..<end).reversed() {
                guard places[end].end.units - places[start].start.units <= limit else { break }
                if places[start].units(to: places[end]) <= limit { fewest[end] = min(fewest[end], fewest[start] + 1) }
            }
        }
        return fewest[places.count - 1]
    }

    /// No cut is inside a grapheme cluster that a part has room for, but for white space at its end, as after a sign for
    /// the end of a verse. Beside marks and fences, which are not cut either, a part needs more room.
    private mutating func charactersStayWhole() {
        let room = bytes.contains { "*_~`>".utf8.contains($0) } ? limit - 16 : limit
        var cut = places.indices.dropFirst().dropLast().makeIterator()
        var next = cut.next()
        var start = 0
        for character in text {
            let end = start + character.utf8.count
            while let index = next, places[index].end.byte < end {
                let place = places[index]
                let isInside =
                    place.end.byte > start && !Self.isBlank(bytes[place.end.byte..<end])
                    || place.start.byte > start && place.start.byte < end
                expect(!isInside || character.utf16.count > room, "the character at byte \(start) is cut")
                next = cut.next()
            }
            start = end
        }
    }

    private mutating func fencesAreBalanced() {
        guard Self.fences(bytes).isMultiple(of: 2) else { return }
        for part in parts {
            expect(Self.fences(Array(part.utf8)).isMultiple(of: 2), "a fence is open in a part")
        }
    }

    /// How many times three backticks stand in a text, read from its beginning.
    private static func fences(_ bytes: [UInt8]) -> Int {
        var (fences, ticks) = (0, 0)
        for byte in bytes {
            ticks = byte == UInt8(ascii: "`") ? ticks + 1 : 0
            if ticks == 3 { (fences, ticks) = (fences + 1, 0) }
        }
        return fences
    }

    private static func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy(\.properties.isWhitespace)
    }
}
