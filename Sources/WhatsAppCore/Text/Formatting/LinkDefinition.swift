/// `[label]: address "title"` on a line of its own.
enum LinkDefinition {
    static let longestLabel = 999

    /// Reads a definition. What follows the label must look like an address, so that `[1]: see below` stays text.
    static func parse(_ source: [UInt8], _ line: Range<Int>) -> (label: [UInt8], url: [UInt8])? {
        guard source[line].first == UInt8(ascii: "[") else { return nil }
        let start = line.lowerBound + 1
        let candidates = source[start..<line.upperBound].prefix(longestLabel)
        guard let end = candidates.firstIndex(where: { $0 == UInt8(ascii: "]") || $0 == UInt8(ascii: "[") }),
            source[end] == UInt8(ascii: "]"), end > start, source[start] != UInt8(ascii: "^"),
            end + 1 < line.upperBound, source[end + 1] == UInt8(ascii: ":")
        else { return nil }
        let rest = source.trimmingBlanks(end + 2..<line.upperBound)
        let text = Array(source[rest])
        guard !text.isEmpty, let (range, next) = LinkTarget.address(text, 0) else { return nil }
        guard text[0] == UInt8(ascii: "<") || Address.hasScheme(text, 0) else { return nil }
        let tail = text.trimmingBlanks(next..<text.count)
        guard tail.isEmpty || (tail.lowerBound > next && LinkTarget.title(text, tail.lowerBound) == text.count) else {
            return nil
        }
        return (Array(source[start..<end]), LinkTarget.unescaped(text[range]))
    }
}

/// The definitions of a document, by label; of two with the same label the first counts.
struct LinkDefinitions {
    private var urls: [[UInt8]: [UInt8]] = [:]
    /// How many bytes of addresses are still given out. Without an end to it, many short references to one long address
    /// would make a text grow by its square.
    private var allowance: Int

    var isEmpty: Bool { urls.isEmpty }

    /// - Parameter size: the length of the text in bytes.
    init(_ blocks: [Block], size: Int) {
        allowance = max(size, 100_000)
        collect(blocks)
    }

    /// The address for a label; `nil` also when too much was given out.
    mutating func url(for label: ArraySlice<UInt8>) -> [UInt8]? {
        guard label.count <= LinkDefinition.longestLabel, let url = urls[Self.normalized(label)],
            url.count <= allowance
        else { return nil }
        allowance -= url.count
        return url
    }

    private mutating func collect(_ blocks: [Block]) {
        for block in blocks {
            switch block.content {
            case .definition(let label, let url):
                let key = Self.normalized(label[...])
                if urls[key] == nil { urls[key] = url }
            case .quote(let blocks), .item(_, let blocks): collect(blocks)
            case .paragraph, .heading, .code, .rule, .table: break
            }
        }
    }

    private static func normalized(_ label: ArraySlice<UInt8>) -> [UInt8] {
        label.split(whereSeparator: \.isBlankOrNewline).joined(separator: [0x20]).map(\.asciiLowercased)
    }
}
