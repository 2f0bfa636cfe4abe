import Foundation
import Testing
import WhatsAppTesting

@Suite("Chunker: Unicode")
struct ChunkerUnicodeTests {
    /// Text that is one character, or words of such, in the way of a cut.
    static let texts: [(name: String, text: String)] = [
        ("Arabic with full vowels", "بِسْمِٱللَّهِٱلرَّحْمَٰنِٱلرَّحِيمِ"), ("Qur'anic signs", "ٱلصَّلَوٰةَۖوَءَاتُوا۟ۗ"),
        ("Persian with ZWNJ", "می\u{200C}خواهم‌کتاب\u{200C}ها"), ("Urdu", "السّلامُعلیکمٹھیکہے"),
        ("Devanagari conjuncts", "क्षत्रियस्त्रीज्ञानम्"), ("Bengali", "ক্ষেত্রজ্ঞান"), ("Tamil", "நிலைக்கு"), ("Thai", "กำลังที่นี่"),
        ("Hangul jamo", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}"), ("Hebrew with points", "בְּרֵאשִׁיתבָּרָא"),
        ("family", "👨‍👩‍👧‍👦👩‍❤️‍💋‍👨"), ("skin tones", "👍🏽🤲🏿👩🏾‍🚀"), ("flags", "🇸🇦🇵🇸🇮🇩🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
        ("keycaps", "1\u{FE0F}\u{20E3}#\u{FE0F}\u{20E3}"), ("combining marks", "e\u{301}\u{323}o\u{302}\u{301}"),
        ("surrogate pairs", "𐎀𐎁𝒜𝓑"),
        ("end of a verse", "آيَة۝ آيَة۝"), ("line ends", "a\r\nb\r\n"),
        ("joiners and marks of direction", "\u{200F}א\u{200D}\u{2067}ب\u{2069}"),
    ]

    @Test("never cuts a character that fits", arguments: texts)
    @LongWork func hardCuts(name: String, text: String) {
        for shift in 0..<16 {
            let text = String(repeating: "x", count: shift) + String(repeating: text, count: 5)
            for limit in [16, 19, 24, 41] {
                #expect(ChunkerProperties.violations(of: text, limit: limit) == [])
            }
        }
    }

    /// Where Debian's package `unicode-data` is, or what `UNICODE_DATA` names.
    static let folder = ProcessInfo.processInfo.environment["UNICODE_DATA"] ?? "/usr/share/unicode"
    static let hasFiles = FileManager.default.fileExists(atPath: folder + "/auxiliary/GraphemeBreakTest.txt")

    @Test(
        "Unicode's own files", .enabled(if: hasFiles, "needs Debian's unicode-data, or its folder in UNICODE_DATA"),
        arguments: ["auxiliary/GraphemeBreakTest.txt", "emoji/emoji-test.txt", "emoji/emoji-zwj-sequences.txt"])
    @LongWork func files(name: String) throws {
        var differ: [Substring] = []
        var count = 0
        for line in try String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8).split(separator: "\n") {
            let data = line.prefix { $0 != "#" && $0 != ";" }
            guard !data.contains(".."), !data.allSatisfy(\.isWhitespace) else { continue }
            // `÷ 0020 × 0308 ÷`, or the code points of one emoji.
            let clusters = data.split(separator: "÷").map(Self.text).filter { !$0.isEmpty }
            let text = clusters.joined()
            count += 1
            if text.count != clusters.count { differ.append(line) }
            for shift in [4, 8, 11, 13, 14, 15] {
                let text = String(repeating: "x", count: shift) + text + "yyyyyyyyyyyyyyyy"
                #expect(ChunkerProperties.violations(of: text, limit: 16) == [])
            }
        }
        // Of another version of Unicode than the standard library's; cut as that one says.
        if !differ.isEmpty { print("\(name): \(differ.count) of \(count) segmented otherwise by Swift:", differ) }
        #expect(count > 500 && differ.count < count / 50)
    }

    private static func text(_ codePoints: Substring) -> String {
        let scalars = codePoints.split(whereSeparator: { $0 == " " || $0 == "×" || $0 == "\t" }).compactMap {
            UInt32($0, radix: 16).flatMap(Unicode.Scalar.init)
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
