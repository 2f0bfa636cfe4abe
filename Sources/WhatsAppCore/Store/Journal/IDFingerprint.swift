/// What the journal remembers of a finished message: 96 bits of a keyed hash of its idempotency key.
///
/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012), cut to 96. With
/// a million ids the chance that any two collide is below 10⁻¹⁷, and who does not know the key cannot aim at a slot.
package struct IDFingerprint: Sendable, Hashable {
    package var low: UInt64
    package var high: UInt32

    /// The random key of one journal's fingerprints.
    package struct Key: Sendable, Hashable {
        package var low: UInt64
        package var high: UInt64

        package init(low: UInt64, high: UInt64) {
            self.low = low
            self.high = high
        }
    }

    package init(low: UInt64, high: UInt32) {
        self.low = low
        self.high = high
    }

    /// The fingerprint of a message's key under a journal's key.
    package init(of message: MessageKey, key: Key) {
        let hash = Self.sipHash(message.bytes, key: key)
        low = hash.low
        high = UInt32(truncatingIfNeeded: hash.high)
    }

    /// SipHash-2-4-128 of 16 bytes.
    package static func sipHash(_ bytes: SIMD16<UInt8>, key: Key) -> (low: UInt64, high: UInt64) {
        var v = SIMD4<UInt64>(
            key.low ^ 0x736f_6d65_7073_6575, key.high ^ 0x646f_7261_6e64_6f6d ^ 0xee,
            key.low ^ 0x6c79_6765_6e65_7261, key.high ^ 0x7465_6462_7974_6573)
        // The two words of the message, and the length in the top byte of the last block.
        let message = unsafeBitCast(bytes, to: SIMD2<UInt64>.self)  // The same 16 bytes.
        for word in [UInt64(littleEndian: message[0]), UInt64(littleEndian: message[1]), 16 << 56] {
            v[3] ^= word
            mix(&v, rounds: 2)
            v[0] ^= word
        }
        v[2] ^= 0xee
        mix(&v, rounds: 4)
        let low = v[0] ^ v[1] ^ v[2] ^ v[3]
        v[1] ^= 0xdd
        mix(&v, rounds: 4)
        return (low, v[0] ^ v[1] ^ v[2] ^ v[3])
    }

    private static func mix(_ v: inout SIMD4<UInt64>, rounds: Int) {
        var (a, b, c, d) = (v[0], v[1], v[2], v[3])
        for _ in 0..<rounds {
            a &+= b
            b = (b &<< 13 | b &>> 51) ^ a
            a = a &<< 32 | a &>> 32
            c &+= d
            d = (d &<< 16 | d &>> 48) ^ c
            a &+= d
            d = (d &<< 21 | d &>> 43) ^ a
            c &+= b
            b = (b &<< 17 | b &>> 47) ^ c
            c = c &<< 32 | c &>> 32
        }
        v = SIMD4(a, b, c, d)
    }
}
