import Testing
import WhatsAppCore

/// RFC 4231, section 4: all seven test cases; the fifth gives the first 128 bits only.
@Suite struct HMACTests {
    @Test(arguments: cases)
    func rfc4231(testCase: Case) {
        let code = Hex.encode(HMACSHA256(key: testCase.key).code(for: testCase.message).bytes)
        #expect(code.hasPrefix(testCase.code))
        #expect(code.count == 64)
    }

    @Test func oneKeyServesManyMessages() {
        let key = HMACSHA256(key: Array("key".utf8))
        let first = key.code(for: Array("a".utf8))
        #expect(key.code(for: Array("b".utf8)) != first)
        #expect(key.code(for: Array("a".utf8)) == first)
    }

    @Test func comparesInFull() {
        #expect(equalInConstantTime([], []))
        #expect(equalInConstantTime([1, 2, 3], [1, 2, 3]))
        #expect(!equalInConstantTime([1, 2, 3], [1, 2]))
        for index in 0..<32 {
            var other = [UInt8](repeating: 7, count: 32)
            other[index] ^= 0x80
            #expect(!equalInConstantTime([UInt8](repeating: 7, count: 32), other))
        }
    }

    struct Case: Sendable {
        var key: [UInt8]
        var message: [UInt8]
        var code: String
    }
}

private let cases = [
    HMACTests.Case(
        key: repeated(0x0b, 20), message: Array("Hi There".utf8),
        code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    HMACTests.Case(
        key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
        code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    HMACTests.Case(
        key: repeated(0xaa, 20), message: repeated(0xdd, 50),
        code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    HMACTests.Case(
        key: Array(1...25), message: repeated(0xcd, 50),
        code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    HMACTests.Case(
        key: repeated(0x0c, 20), message: Array("Test With Truncation".utf8),
        code: "a3b6167473100ee06e0c796c2955552b"),
    HMACTests.Case(
        key: repeated(0xaa, 131), message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
        code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    HMACTests.Case(
        key: repeated(0xaa, 131),
        message: Array(
            "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm."
                .utf8),
        code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
]

private func repeated(_ byte: UInt8, _ count: Int) -> [UInt8] { Array(repeating: byte, count: count) }
