import Testing
import WhatsAppCore

@Suite("Citations: JSON")
struct CitedJSONTests {
    private func texts(_ content: String) throws -> [String] {
        let cited = try #require(CitedAnswer("**Citations**:\n[1] T:\n\(content)\n\n"))
        return try #require(cited.citations.first).texts.map { "\($0.language) \($0.words)" }
    }

    @Test(arguments: [
        (#"[{"lang":"ar","text":"نص"},{"lang":"en","text":"text"}]"#, ["ar نص", "en text"]),
        (#"[{"lang": "ar", "text": "نص"}, {"lang": "en", "text": "text"}]"#, ["ar نص", "en text"]),
        (#"[{"text":"text","lang":"en"},{"text":"نص","lang":"ar"}]"#, ["en text", "ar نص"]),
        ("[\n  {\n    \"lang\": \"ar\",\n    \"text\": \"نص\"\n  }\n]", ["ar نص"]),
        (#"{"lang":"en","text":"text"}"#, ["en text"]),
        (#"Text: [{"lang":"en-GB","text":"text"}]"#, ["en text"]),
        (#"[{"lang":"fr","text":"texte"}]"#, ["fr texte"]),
        (#"[{"lang":"","text":"text"},{"text":"نص"}]"#, ["en text", "ar نص"]),
        (
            #"[{"lang":"ar","text":"\u0646\u0635"},{"lang":"en","text":"a \"b\"\n\n\u00e9 \ud83d\ude00"}]"#,
            ["ar نص", "en a \"b\"\né 😀"]
        ),
        (#"[{"lang":"ar","text":"نص"}] and more"#, ["ar نص", "en and more"]),
        (#"[{"lang":"ar","text":"نص"},{"lang":"en","text":""}]"#, ["ar نص"]),
        // Not of this shape: left as it is.
        (#"[{"id":7,"text":"text"}]"#, [#"en [{"id":7,"text":"text"}]"#]),
        (#"[{"title":"a"}]"#, [#"en [{"title":"a"}]"#]),
        (#"[sic] "text" and "lang""#, [#"en [sic] "text" and "lang""#]),
        (#"C:\users and \x"#, [#"en C:\users and \x"#]),
        // Escapes without any JSON around them.
        (#"\u0646\u0635 \u06"#, ["ar نص"]),
    ])
    func lists(_ content: String, expected: [String]) throws {
        #expect(try texts(content) == expected)
    }

    @Test(arguments: [
        (#"[{"lang":"ar","text":"نص طوي"#, ["ar نص طوي"]),
        (#"[{"lang":"ar","text":"\u0646\u0635\u06"#, ["ar نص"]),
        (#"[{"lang":"en","text":"a\"#, ["en a"]),
        (#"[{"lang":"ar","text":"نص"},{"lang":"e"#, ["ar نص"]),
        (#"[{"lang":"ar","text":"نص"},{"la"#, ["ar نص"]),
        (#"[{"lang":"ar","text":"نص"},{"lang":"en","te"#, ["ar نص"]),
        (#"[{"la"#, []),
        (#"\u0646\u0635"},{"lang":"en","text":"text"}]"#, ["ar نص", "en text"]),
        (#"نص","lang":"ar"},{"lang":"en","text":"text"}]"#, ["ar نص", "en text"]),
        (#"ng":"ar","text":"نص"},{"lang":"en","text":"text"}]"#, ["ar نص", "en text"]),
        (#"r","text":"نص"}]"#, ["ar نص"]),
        (#"","text":"نص"}]"#, ["ar نص"]),
        (#""},{"lang":"en","text":"text"}]"#, ["en text"]),
        (#"xt":"نص"},{"lang":"en","text":"te"#, ["ar نص", "en te"]),
        (#"},{"lang":"en","text":"text"}]"#, ["en text"]),
    ])
    func pieces(_ content: String, expected: [String]) throws {
        #expect(try texts(content) == expected)
    }

    @Test("a list that is cut anywhere still gives the beginning of its texts", arguments: [false, true])
    func everyCut(escaped: Bool) throws {
        let arabic = "وَأَقِيمُوا الصَّلَاةَ وَآتُوا"
        let english = "Keep up the \"prayer\""
        func json(_ text: String) -> String {
            text.unicodeScalars.map { scalar in
                let digits = String(scalar.value, radix: 16)
                return escaped && scalar.value > 0x7f
                    ? "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    : scalar == "\"" ? "\\\"" : String(scalar)
            }
            .joined()
        }
        let whole = #"[{"lang": "ar", "text": "\#(json(arabic))"}, {"lang": "en", "text": "\#(json(english))"}]"#
        for length in 3...whole.unicodeScalars.count {
            let cut = String(whole.unicodeScalars.prefix(length))
            for text in try texts(cut) {
                let words = Array(text.dropFirst(3).unicodeScalars)
                let full = text.hasPrefix("ar") ? arabic : english
                #expect(Array(full.unicodeScalars).starts(with: words), "\(cut) gave \(text)")
            }
        }
    }
}
