import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The code in the documents is compiled and run: it is the text of a test.
@Suite struct DocumentationTests {
    private static let folder = #filePath.split(separator: "/").dropLast()

    private func text(_ path: [Substring]) throws -> String {
        try String(contentsOfFile: "/" + path.joined(separator: "/"), encoding: .utf8)
    }

    @Test(arguments: [["README.md"], ["Docs", "Testing.md"]] as [[Substring]])
    func theTestOfABackendIsTheOneThatIsRun(document: [Substring]) throws {
        let code = try text(Self.folder + ["MyBackendTests.swift"])
        #expect(code.split(separator: "\n", omittingEmptySubsequences: false).count <= 31)
        #expect(try text(Self.folder.dropLast(3) + document).contains("```swift\n\(code)```\n"))
    }

    /// So are its shorter pieces, but for how far they are indented.
    @Test func everyPieceOfTheGuideIsRun() throws {
        func unindented(_ text: Substring) -> String {
            text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "\n")
        }
        let guide = try text(Self.folder.dropLast(3) + ["Docs", "Testing.md"])
        let pieces = guide.split(separator: "```swift\n").dropFirst().map {
            $0.prefix(upTo: $0.firstRange(of: "```")!.lowerBound)
        }
        let run = try ["MyBackendTests.swift", "TestingGuide.swift"].map {
            unindented(try text(Self.folder + [$0])[...])
        }
        #expect(pieces.count == 4)
        for piece in pieces { #expect(run.contains { $0.contains(unindented(piece)) }, "\(piece)") }
    }

    /// Every suite of the library is in the guide, by its name.
    @Test(arguments: ["Store", "Intake", "Backend", "Sender", "HTTPClient", "HTTPServer", "HTTPHandler"])
    func theGuideNamesEverySuite(port: String) throws {
        #expect(try text(Self.folder.dropLast(3) + ["Docs", "Testing.md"]).contains("`\(port)Conformance`"))
    }
}
