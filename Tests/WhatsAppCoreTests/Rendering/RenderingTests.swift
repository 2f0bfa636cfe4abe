import Testing
import WhatsAppCore

@Suite("Docs/Rendering.md")
struct RenderingTests {
    @Test("shows what becomes of each answer", arguments: try RenderingPage.read().samples)
    func isTrue(_ sample: RenderingPage.Sample) async {
        let answer = await CitationTranslation.layout.completeCitations(of: sample.markdown)
        let chunker = WhatsAppChunker(limit: sample.limit ?? WhatsAppChunker.longestText)
        #expect(chunker.parts(of: WhatsAppFormatter().format(answer)) == sample.messages)
    }

    @Test("has twenty answers")
    func isWhole() throws {
        let samples = try RenderingPage.read().samples
        #expect(samples.count == 20)
        #expect(samples.allSatisfy { !$0.markdown.isEmpty && !$0.messages.isEmpty })
    }
}
