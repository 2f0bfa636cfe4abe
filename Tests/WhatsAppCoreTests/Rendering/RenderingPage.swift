import Foundation

/// `Docs/Rendering.md`, read as what it promises: answers, and the messages that become of them.
struct RenderingPage {
    struct Sample: Sendable, CustomStringConvertible {
        /// The heading of its section.
        var title: String
        /// The answer as the backend writes it.
        var markdown = ""
        /// The most UTF-16 code units that a message may have, where that is not the chunker's default.
        var limit: Int?
        /// The messages that the page shows.
        var messages: [String] = []

        var description: String { title }
    }

    /// The samples, in their order.
    let samples: [Sample]

    /// Reads the page in the checkout that the tests were built from.
    static func read(testFile: String = #filePath) throws -> RenderingPage {
        let checkout = URL(fileURLWithPath: testFile).pathComponents.dropLast(4).joined(separator: "/")
        return RenderingPage(try String(contentsOfFile: checkout + "/Docs/Rendering.md", encoding: .utf8))
    }

    /// A sample is a section with a block of `markdown` and blocks of `text here`, between fences of five backticks.
    init(_ text: String) {
        var samples: [Sample] = []
        var block: (info: [Substring], lines: [Substring])?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("`````") {
                if let (info, lines) = block {
                    samples[samples.count - 1].add(lines.joined(separator: "\n"), info)
                    block = nil
                } else {
                    block = (line.dropFirst(5).split(separator: " "), [])
                }
            } else if block != nil {
                block?.lines.append(line)
            } else if line.hasPrefix("## ") {
                samples.append(Sample(title: String(line.dropFirst(3))))
            }
        }
        self.samples = samples
    }
}

extension RenderingPage.Sample {
    fileprivate mutating func add(_ text: String, _ info: [Substring]) {
        switch info.first {
        case "markdown":
            markdown = text
            limit = info.dropFirst().first.flatMap { Int($0.dropFirst("limit=".count)) }
        case "text" where info.last == "here": messages.append(text)
        default: break
        }
    }
}
