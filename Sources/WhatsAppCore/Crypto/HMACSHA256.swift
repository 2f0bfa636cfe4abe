/// HMAC with SHA-256 (RFC 2104). The two padded keys are hashed once, so one key serves many messages cheaply.
///
/// It does not print: with the two states anyone could make codes.
package struct HMACSHA256: Sendable, CustomStringConvertible, CustomReflectable {
    private let inner: SHA256.Midstate
    private let outer: SHA256.Midstate

    /// Prepares a key of any length.
    package init(key: [UInt8]) {
        var block = key.count > SHA256.blockLength ? SHA256.hash(key).bytes : key
        block.append(contentsOf: repeatElement(0, count: SHA256.blockLength - block.count))
        inner = Self.midstate(block.map { $0 ^ 0x36 })
        outer = Self.midstate(block.map { $0 ^ 0x5c })
    }

    private static func midstate(_ block: [UInt8]) -> SHA256.Midstate {
        var hasher = SHA256()
        hasher.update(block.span)
        return hasher.midstate
    }

    package var description: String { "<key>" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// The code for `message`.
    package func code(for message: [UInt8]) -> SHA256Digest {
        var inner = SHA256(inner)
        inner.update(message.span)
        var outer = SHA256(outer)
        outer.update(inner.finalize())
        return outer.finalize()
    }
}

/// Compares two byte strings in a time that depends on their lengths alone, so that a caller who can measure it learns
/// nothing of where they differ.
package func equalInConstantTime(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for index in a.indices { difference |= a[index] ^ b[index] }
    return difference == 0
}
