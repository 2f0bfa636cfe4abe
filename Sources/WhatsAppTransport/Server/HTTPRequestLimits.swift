/// How much of a request the parser takes. Sizes in bytes.
struct HTTPRequestLimits: Sendable {
    /// The request line without its line end; over it 414.
    var requestLine = 8 << 10
    /// The request line and the fields with all their line ends; over it 431. Chunk extensions and trailers get as much
    /// again: 400, 431.
    var head = 16 << 10
    /// The number of field lines; over it 431.
    var fields = 100
    /// The decoded body; over it 413.
    var body = 4 << 20
}
