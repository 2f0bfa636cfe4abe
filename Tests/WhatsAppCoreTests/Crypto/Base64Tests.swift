import Testing

@testable import WhatsAppCore

@Suite struct Base64Tests {
    /// RFC 4648, section 10, and what it lacks.
    @Test(arguments: [
        ("", []), ("Zg==", Array("f".utf8)), ("Zm8=", Array("fo".utf8)), ("Zm9v", Array("foo".utf8)),
        ("Zm9vYg==", Array("foob".utf8)), ("Zm9vYmE=", Array("fooba".utf8)), ("Zm9vYmFy", Array("foobar".utf8)),
        ("AAAA", [0, 0, 0]), ("////", [255, 255, 255]), ("+/+/", [251, 255, 191]), ("/w==", [255]),
    ])
    func standsFor(text: String, bytes: [UInt8]) {
        #expect(Base64.encode(bytes) == text)
        #expect(Base64.decode(text.utf8) == bytes)
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zg==Zg", "Zm8=Zm8=x", "Zg=g", "=Zg=", "Zh==", "Zm9=", "Zm9v\n",
        "Zm-_",
        "Zm 9", "Zmé",
    ])
    func refuses(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test func bytesOfAnyLengthComeBack() {
        for count in 0..<300 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 151 + count) }
            #expect(Base64.decode(Base64.encode(bytes).utf8) == bytes)
        }
    }
}
