import Testing
import WhatsAppCore
import WhatsAppTesting

@Suite struct Base64Tests {
    /// RFC 4648, section 10, and two that use the last digits.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("???", "Pz8/"), ("~~~", "fn5+"),
    ])
    func vectors(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zh==", "Zm9=", "====", "Zg==Zg==", "Zm 8", "Zm-v", "é==="])
    func whatNoEncoderWritesIsRefused(text: String) { #expect(Base64.decode(text) == nil) }

    @Test func bytesOfAllKindsComeBack() {
        var random = SeededRandom(seed: 1)
        for length in 0..<100 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }
}
