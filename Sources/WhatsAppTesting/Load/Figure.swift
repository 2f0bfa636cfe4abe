/// Numbers as people read them. Without Foundation.
enum Figure {
    /// With commas: `1,234,567`.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// Three digits that count: `0.84`, `12.3`, `1,230`.
    static func threeDigits(_ number: Double) -> String {
        guard number.isFinite, number > 0 else { return "0" }
        if number >= 99.95 { return grouped(Int(number.rounded())) }
        let places = number >= 9.995 ? 1 : 2
        return decimal(number, places: places)
    }

    /// With so many places after the point.
    static func decimal(_ number: Double, places: Int) -> String {
        guard number.isFinite, abs(number) < 1e15 else { return "0" }
        let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
        let whole = Int((abs(number) * Double(scale)).rounded())
        let fraction = String(whole % scale)
        let sign = number < 0 && whole > 0 ? "-" : ""
        guard places > 0 else { return sign + String(whole) }
        return "\(sign)\(whole / scale).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
    }

    /// A time: `84.0 µs`, `12.3 ms`, `4.21 s`.
    static func time(_ duration: Duration) -> String {
        let seconds = duration.inSeconds
        if seconds >= 0.9995 { return threeDigits(seconds) + " s" }
        if seconds >= 0.0009995 { return threeDigits(seconds * 1e3) + " ms" }
        return threeDigits(seconds * 1e6) + " µs"
    }

    /// A time that is round, without the noughts after the point: `20 ms`.
    static func roundTime(_ duration: Duration) -> String {
        let parts = time(duration).split(separator: " ")
        return "\(parts[0].prefix { $0 != "." }) \(parts[1])"
    }

    /// Memory: `44 MB`.
    static func memory(_ bytes: Int) -> String { "\(Int((Double(bytes) / 1e6).rounded())) MB" }

    /// `text` with blanks before it, up to a width.
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// `text` with blanks after it, up to a width.
    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
