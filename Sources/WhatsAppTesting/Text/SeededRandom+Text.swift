extension SeededRandom {
    /// `count` pieces, one after the other.
    package mutating func text(of pieces: [String], count: Int) -> String {
        var text = ""
        for _ in 0..<count { text += pieces.randomElement(using: &self) ?? "" }
        return text
    }
}
