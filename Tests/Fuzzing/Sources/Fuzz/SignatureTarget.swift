@testable import WhatsAppCore

enum SignatureTarget {
    private static let secret = Secret("0123456789abcdef0123456789abcdef")
    private static let body = Array("{}".utf8)
    private static let good = Array(SignatureVerifier.sign(body, with: secret).utf8)
    private static let verifier = SignatureVerifier(secrets: [secret])

    /// Only the one signature passes, in letters of either case; and bytes survive being written in hexadecimal.
    static func violations(_ input: FuzzInput) -> [String] {
        var input = input
        var violations: [String] = []
        let isGiven = input.number(below: 2) == 1
        // From the right signature a few bytes away, or anything at all.
        var header = isGiven ? Array(input.bytes) : good
        if !isGiven {
            for _ in 0..<input.number(below: 4) {
                header[input.number(below: header.count)] = UInt8(input.number(below: 256))
            }
        }
        let text = String(decoding: header, as: UTF8.self)
        let isGood = header.count == good.count && header.starts(with: good.prefix(7)) && lowercased(header) == good
        if verifier.isValid(signatures: [text], body: body) != isGood { violations.append("\(text.debugDescription)") }
        if verifier.isValid(signatures: [text, text], body: body) {
            violations.append("two: \(text.debugDescription)")
        }
        if isGood, verifier.isValid(signatures: [text], body: body + [0]) { violations.append("another body") }

        let bytes = Array(input.bytes)
        if Hex.decode(Hex.encode(bytes).utf8) != bytes { violations.append("does not come back: \(bytes)") }
        if let decoded = Hex.decode(bytes), Array(Hex.encode(decoded).utf8) != lowercased(bytes) {
            violations.append("decoded otherwise: \(bytes)")
        }
        return violations
    }

    private static func lowercased(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }
    }
}
