/// Turns bytes that arrive in pieces, cut anywhere, into text: a scalar that is cut in two waits for its rest.
package struct UTF8Decoder: Sendable {
    private var rest: [UInt8] = []

    package init() {}

    /// The text of `bytes`, as far as it is complete. What is not UTF-8 becomes U+FFFD.
    package mutating func decode(_ bytes: [UInt8]) -> String {
        let all = rest.isEmpty ? bytes : rest + bytes
        let complete = all.count - Self.cutLength(at: all)
        rest = Array(all[complete...])
        return String(decoding: all[..<complete], as: UTF8.self)
    }

    /// The text of what still waits when there is no more: U+FFFD, or nothing.
    package mutating func finish() -> String {
        defer { rest = [] }
        return String(decoding: rest, as: UTF8.self)
    }

    /// How many bytes at the end are the beginning of a scalar whose rest is missing.
    private static func cutLength(at bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            if byte & 0xc0 == 0x80 { continue }
            let needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
            return needed > length ? length : 0
        }
        return 0
    }
}
