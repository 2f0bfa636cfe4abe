import Testing
import WhatsAppTesting

@testable import WhatsAppCore

@Suite struct JSONDocumentTests {
    /// Every byte at every place of a string: long runs are looked at eight bytes at a time.
    @Test func everyByteAtEveryPlaceOfAString() throws {
        for place in 0..<20 {
            for byte in UInt8.min...UInt8.max {
                var text = Array(repeating: UInt8(ascii: "a"), count: 20)
                text[place] = byte
                let isPlain = byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                let document = try? JSONDocument([UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")])
                #expect(document?.root.string == (isPlain ? String(decoding: text, as: UTF8.self) : nil))
            }
        }
    }

    private func root(_ text: String) throws -> JSONValue { try JSONDocument(Array(text.utf8)).root }

    @Test(arguments: [
        "{}", "[]", "null", "true", "false", "0", "-0", "1.5", "1e5", "1E+5", "1e-5", "-12.25e10", #""""#, #""a""#,
        " \t\r\n{ \"a\" : [ 1 , { } , [ ] ] } \n", #"{"a":1,"a":2}"#, #""\ud83d""#, #""\u0000\b\f\n\r\t\/\"\\""#,
        "\"\u{7f}\u{80}\u{7ff}\u{800}\u{ffff}\u{10000}\u{10ffff}\"", String(repeating: "9", count: 400),
        "1e" + String(repeating: "9", count: 10_000),
    ])
    func takes(text: String) throws {
        _ = try root(text)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "]", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}",
        "{\"a\" 1}", "{1:2}", "[1}", "{\"a\":1]", "nul", "nulll", "True", "NaN", "Infinity", "-Infinity", "+1", "01",
        "-",
        "1.", ".5", "1e", "1e+", "0x1", "- 1", "\"", "\"a", #""\"#, #""\x""#, #""\u12"#, #""\u12g4""#, "\"\n\"",
        "\"\0\"",
        "1 1", "{}{}", "{}x", "// a\n1", "\u{feff}{}", "１",
    ])
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try JSONDocument(Array(text.utf8)) }
    }

    @Test(
        arguments: [
            [0x22, 0xff, 0x22], [0x22, 0xc0, 0xaf, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
            [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22],
            [0x22, 0xe2, 0x82, 0x22], [0x22, 0x80, 0x22], [0x22, 0xf8, 0x88, 0x80, 0x80, 0x80, 0x22], [0x22, 0xc3],
            [0x5b, 0x00, 0x5d], [0x7b, 0x7d, 0x00],
        ] as [[UInt8]])
    func refusesWhatIsNotUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONDocument(bytes) }
    }

    @Test func nestingIsBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try root(nested(JSONDocument.maximumDepth))
        #expect(throws: JSONError.self) { try root(nested(JSONDocument.maximumDepth + 1)) }
        #expect(throws: JSONError.self) { try root(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONError.self) { try root(String(repeating: #"{"a":"#, count: 100_000)) }
    }

    @Test func readsValues() throws {
        let json = try root(
            #"{"s":"a\n\u00e9\ud83d\ude00\/","n":-42,"big":12345678901234567890,"f":1.5,"t":true,"f2":false,"z":null,"a":[1,[2],{"x":3}],"o":{"k":"v"}}"#
        )
        #expect(json["s"]?.string == "a\né😀/")
        #expect(json["n"]?.integer == -42)
        #expect(json["big"]?.integer == nil)
        #expect(json["big"]?.stringOrNumber == "12345678901234567890")
        #expect(json["f"]?.double == 1.5)
        #expect(json["f"]?.integer == nil)
        #expect(json["t"]?.bool == true)
        #expect(json["f2"]?.bool == false)
        #expect(json["z"]?.isNull == true)
        #expect(json["a"]?.elements.count == 3)
        #expect(json["a"]?.elements[1].elements[0].integer == 2)
        #expect(json["a"]?.elements[2]["x"]?.integer == 3)
        #expect(json["o"]?["k"]?.string == "v")
        #expect(json["missing"] == nil)
        #expect(json["s"]?["k"] == nil)
        #expect(json["s"]?.integer == nil)
        #expect(json["n"]?.string == nil)
        #expect(try root("1e999").double == nil)
    }

    @Test(arguments: [
        (#""\ud83d""#, "\u{fffd}"), (#""\ude00""#, "\u{fffd}"), (#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
        (#""\ud83dA""#, "\u{fffd}A"), (#""\ud83d\u0041""#, "\u{fffd}A"), (#""\ud83d\n""#, "\u{fffd}\n"),
    ])
    func aLoneSurrogateIsReplaced(text: String, expected: String) throws {
        #expect(try root(text).string == expected)
    }

    @Test func rawBytesAreThoseOfTheText() throws {
        let json = try root(#"{"a" : [ 1, "x\u00e9" ] ,"b":"s"}"#)
        #expect(String(decoding: try #require(json["a"]).rawBytes, as: UTF8.self) == #"[ 1, "x\u00e9" ]"#)
        #expect(String(decoding: try #require(json["b"]).rawBytes, as: UTF8.self) == #""s""#)
        #expect(String(decoding: try #require(json["a"]?.elements[1]).rawBytes, as: UTF8.self) == #""x\u00e9""#)
    }

    @Test func aRepeatedKeyIsSeenAndTheLastWins() throws {
        let json = try root(#"{"a":1,"b":2,"a":3,"\u0062":4}"#)
        #expect(json["a"]?.integer == 3)
        #expect(json.repeats(anyOf: ["a"]))
        #expect(json.repeats(anyOf: ["b"]))
        #expect(!json.repeats(anyOf: ["c"]))
    }

    @Test(
        "Whether a name is repeated does not depend on how many there are",
        arguments: [
            (#"{"text":1,"type":2,"from":3}"#, false), (#"{"text":1,"type":2,"type":3}"#, true),
            (#"{"from":1,"from":2,"type":3}"#, false), (#"{"":1,"":2,"type":3}"#, false),
            (#"{"type":{"type":1}}"#, false), (#"{"a":[{"type":1}],"type":2,"typ\u0065":3}"#, true),
            (#"[{"type":1,"type":2}]"#, false),
        ])
    func repeats(text: String, isRepeated: Bool) throws {
        #expect(try root(text).repeats(anyOf: ["type", "text"]) == isRepeated)
        let many = (0..<30).map { #","\#($0)":0"# }.joined()
        guard text.hasPrefix("{") else { return }
        #expect(try root(text.dropLast() + many + "}").repeats(anyOf: ["type", "text"]) == isRepeated)
    }

    /// Their indexes use the same room, one after the other.
    @Test func textsThatAreReadAtOnceDoNotMeet() async {
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask {
                    let numbers = Array(repeating: Int64(number), count: number % 60)
                    let json = try? root("\(numbers)")
                    await Task.yield()
                    #expect(json?.elements.map(\.integer) == numbers)
                }
            }
        }
    }

    @Test func keysAreComparedAsBytes() throws {
        let json = try root("{\"\u{e9}\":1,\"e\u{301}\":2}")
        #expect(json["\u{e9}"]?.integer == 1)
        #expect(json["e\u{301}"]?.integer == 2)
    }

    @Test func whatIsWrittenCanBeRead() throws {
        let text = "q\" b\\ s/ \n\r\t\u{1} é 😀 \u{2028}"
        let bytes = JSONWriter.object {
            $0.add("text", text)
            $0.add("none", String?.none)
            $0.add("number", -7)
            $0.add("zero", 0)
            $0.add("least", Int64.min)
            $0.add("yes", true)
            $0.addNull("null")
            $0.object("empty") { _ in }
            $0.array("list") { list in for number in 0..<3 { list.object { $0.add("n", Int64(number)) } } }
        }
        let json = try JSONDocument(bytes).root
        #expect(json["text"]?.string == text)
        #expect(json["none"] == nil)
        #expect(json["number"]?.integer == -7)
        #expect(json["zero"]?.integer == 0)
        #expect(json["least"]?.integer == .min)
        #expect(json["null"]?.isNull == true)
        #expect(json["list"]?.elements.map { $0["n"]?.integer } == [0, 1, 2])
        #expect(
            String(decoding: bytes.suffix(51), as: UTF8.self)
                == #","null":null,"empty":{},"list":[{"n":0},{"n":1},{"n":2}]}"#.suffix(51))
    }

    /// No input crashes the reader: every cut and every changed byte of a text gives a value or an error.
    @Test @LongWork func anyDamageIsAnErrorOrAValue() {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00é",true,null,{"b":{}}],"c":"d"}"#.utf8)
        for index in text.indices {
            _ = try? JSONDocument(Array(text[..<index])).root["a"]?.elements.map(\.string)
            for byte in UInt8.min...UInt8.max {
                var damaged = text
                damaged[index] = byte
                _ = try? JSONDocument(damaged).root["a"]?.elements.map(\.stringOrNumber)
            }
        }
    }
}
