import WhatsAppCore

enum JSONTarget {
    /// Two readers accept the same texts and find the same values in them.
    static func violations(_ input: FuzzInput) -> [String] {
        let bytes = Array(input.bytes)
        let plain = PlainJSON(bytes)
        do throws(JSONError) {
            let root = try JSONDocument(bytes).root
            guard let plain else { return ["only the one reader accepts \(input.text.debugDescription)"] }
            return compare(root, plain, deep: bytes.count < 400).map { "\($0) in \(input.text.debugDescription)" }
        } catch {
            if plain != nil { return ["refused (\(error)): \(input.text.debugDescription)"] }
            return error.offset <= bytes.count ? [] : ["the offset \(error.offset) is not in the text"]
        }
    }

    private static func compare(_ value: JSONValue, _ plain: PlainJSON, deep: Bool) -> [String] {
        var violations: [String] = []
        func expect(_ condition: Bool, _ promise: String) { if !condition { violations.append("\(promise) \(plain)") } }
        if deep {
            // Any value is a document of its own.
            expect(PlainJSON(value.rawBytes) == plain, "other raw bytes for")
        }
        switch plain {
        case .object(let members):
            expect(
                value.isObject && !value.isArray && value.string == nil && value.elements.isEmpty, "not as an object:")
            for key in members.map(\.key) {
                let same = members.filter { Array($0.key.utf8) == Array(key.utf8) }
                expect(value.repeats(anyOf: [key]) == (same.count > 1), "'\(key)' counted otherwise in")
                guard let found = value[key], let last = same.last else {
                    return violations + ["no '\(key)' in \(plain)"]
                }
                violations += compare(found, last.value, deep: deep)
                if !deep { break }
            }
        case .array(let elements):
            expect(value.isArray && value.elements.count == elements.count, "other elements than")
            for (found, element) in zip(value.elements, elements) { violations += compare(found, element, deep: deep) }
        case .string(let text):
            expect(value.string.map { Array($0.utf8) } == Array(text.utf8), "other text than")
            expect(value.integer == nil && value.double == nil && value.bool == nil, "not only a string:")
        case .number(let text):
            expect(value.stringOrNumber == text && value.string == nil, "another number than")
            expect(value.integer == Int64(text), "another integer than")
            expect(value.double == Double(text).flatMap { $0.isFinite ? $0 : nil }, "another double than")
        case .word(let word):
            expect(value.bool == (word == "null" ? nil : word == "true"), "another word than")
            expect(value.isNull == (word == "null"), "another word than")
        }
        return violations
    }
}
