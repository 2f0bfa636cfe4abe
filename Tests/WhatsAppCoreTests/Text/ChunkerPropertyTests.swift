import Testing
import WhatsAppTesting

@Suite("Chunker: properties")
struct ChunkerPropertyTests {
    // `reliability --texts` runs as many seeds as are wanted.
    @Test("keeps its promise on generated texts", arguments: 0..<300 as Range<UInt64>)
    @LongWork func generated(seed: UInt64) {
        #expect(TextSeed.chunkerViolations(seed) == [])
    }
}
