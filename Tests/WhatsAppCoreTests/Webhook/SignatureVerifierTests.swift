import Testing
import WhatsAppCore

@Suite struct SignatureVerifierTests {
    private static let body = Array(#"{"object":"whatsapp_business_account","entry":[]}"#.utf8)
    private static let secret = Secret("0123456789abcdef")
    private static let right = SignatureVerifier.sign(body, with: secret)

    private func isValid(_ signatures: [String], secrets: [Secret] = [secret]) -> Bool {
        SignatureVerifier(secrets: secrets).isValid(signatures: signatures, body: Self.body)
    }

    @Test func acceptsTheSignature() {
        #expect(isValid([Self.right]))
        #expect(isValid(["sha256=" + Self.right.dropFirst(7).uppercased()]))
    }

    @Test(
        arguments: [
            ("missing", []),
            ("repeated", [right, right]),
            ("empty", [""]),
            ("without prefix", [String(right.dropFirst(7))]),
            ("prefix twice", ["sha256=" + right]),
            ("prefix in upper case", ["SHA256=" + right.dropFirst(7)]),
            ("one digit short", [String(right.dropLast())]),
            ("one byte short", [String(right.dropLast(2))]),
            ("one byte long", [right + "00"]),
            ("blank inside", [right.dropLast(2) + " 0"]),
            ("sign inside", [right.dropLast(2) + "+f"]),
            ("fullwidth digit", [right.dropLast() + "０"]),
            ("joined by a comma", [right + "," + right]),
            ("the legacy header's value", ["sha1=" + String(repeating: "0", count: 40)]),
            ("not ASCII", ["sha256=é"]),
        ] as [(String, [String])])
    func refuses(name: String, signatures: [String]) {
        #expect(!isValid(signatures))
    }

    @Test func everyDigitCountsInEitherCaseAlone() {
        let verifier = SignatureVerifier(secrets: [Self.secret])
        let right = Array(Self.right.utf8)
        for index in right.indices {
            for byte in UInt8.min...UInt8.max {
                var request = HTTPRequest(target: "/", body: Self.body)
                var signature = right
                signature[index] = byte
                let line = Array(SignatureVerifier.headerName.utf8) + signature
                request.fields = HTTPFields(
                    bytes: line,
                    lines: [.init(name: 0..<line.count - right.count, value: line.count - right.count..<line.count)])
                let isCapital = index >= 7 && byte == right[index] & ~0x20 && right[index] >= UInt8(ascii: "a")
                #expect(verifier.isValid(request) == (byte == right[index] || isCapital), "\(byte) at \(index)")
            }
        }
    }

    @Test func everyBitOfTheBodyCounts() {
        let verifier = SignatureVerifier(secrets: [Self.secret])
        for index in Self.body.indices {
            var body = Self.body
            body[index] ^= 1
            #expect(!verifier.isValid(signatures: [Self.right], body: body))
        }
        #expect(!verifier.isValid(signatures: [Self.right], body: Self.body + [0x0a]))
    }

    @Test func severalSecretsAreValidWhileOneIsRotated() {
        #expect(isValid([Self.right], secrets: [Secret("new"), Self.secret]))
        #expect(isValid([Self.right], secrets: [Self.secret, Secret("new")]))
        #expect(!isValid([Self.right], secrets: [Secret("new")]))
    }

    @Test func keysDoNotPrint() {
        let verifier = SignatureVerifier(secrets: [Self.secret])
        var dumped = ""
        dump(verifier, to: &dumped)
        #expect(!(dumped + "\(verifier)").contains("UInt32"))
    }

    @Test func anEmptySecretSignsNothing() {
        let signedWithNothing = SignatureVerifier.sign(Self.body, with: Secret(""))
        #expect(!isValid([signedWithNothing], secrets: [Secret("")]))
        #expect(!isValid([signedWithNothing], secrets: []))
    }
}
