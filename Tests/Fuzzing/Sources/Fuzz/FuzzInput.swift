/// The bytes of one run. What steers the run is taken from the end, so that seeds are plain text.
struct FuzzInput {
    private(set) var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    /// The input as text; what is not UTF-8 becomes U+FFFD.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// A number below `bound`, which is 256 at most; 0 when nothing is left.
    mutating func number(below bound: Int) -> Int { Int(bytes.popLast() ?? 0) % bound }

    /// The rest, cut into up to nine pieces.
    mutating func pieces() -> [[UInt8]] {
        let cuts = (0..<number(below: 9)).map { _ in (number(below: 256), number(below: 256)) }
        let places = cuts.map { ($0 << 8 | $1) % (bytes.count + 1) }.sorted()
        return zip([0] + places, places + [bytes.count]).map { Array(bytes[$0..<$1]) }
    }
}
