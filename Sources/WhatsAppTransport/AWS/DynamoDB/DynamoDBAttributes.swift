internal import WhatsAppCore

/// Attribute values as DynamoDB's JSON has them: each an object that names its type.
extension JSONWriter {
    mutating func text(_ name: String, _ value: String) { object(name) { $0.add("S", value) } }
    mutating func number(_ name: String, _ value: Int64) { object(name) { $0.add("N", String(value)) } }
    mutating func binary(_ name: String, _ value: [UInt8]) { object(name) { $0.add("B", Base64.encode(value)) } }

    mutating func list(_ name: String, _ elements: [StoredStep]) {
        object(name) { object in
            object.array("L") { array in
                for element in elements {
                    array.object {
                        switch element {
                        case .step(let step): $0.add("B", Base64.encode(step.encoded))
                        case .reply(let place): $0.add("S", place.description)
                        }
                    }
                }
            }
        }
    }
}

extension JSONValue {
    /// The value of an item's attribute.
    func text(_ name: String) -> String? { self[name]?["S"]?.string }
    func number(_ name: String) -> Int64? { self[name]?["N"]?.string.flatMap { Int64($0) } }
    func binary(_ name: String) -> [UInt8]? { self[name]?["B"]?.string.flatMap { Base64.decode($0) } }

    /// `nil` where one of the elements is nothing that this version writes.
    func steps(_ name: String) -> [StoredStep]? {
        guard let elements = self[name]?["L"]?.elements else { return [] }
        let steps = elements.compactMap { element -> StoredStep? in
            if let place = element["S"]?.string { return ReplyPlace(place).map { .reply($0) } }
            return element["B"]?.string.flatMap { Base64.decode($0) }.flatMap { MessageProgress(encoded: $0) }
                .map { .step($0) }
        }
        return steps.count == elements.count ? steps : nil
    }
}

/// A step as a message's item holds it. A reply is long and has items of its own: an item has 400 KB at most, and each write
/// costs by the size of the whole item.
enum StoredStep: Sendable, Hashable {
    case step(MessageProgress)
    case reply(ReplyPlace)
}

/// Where a reply is kept: in so many items, named after the lease under which they were written, so that whoever lost the
/// lease cannot change what another one sends.
struct ReplyPlace: Sendable, Hashable, CustomStringConvertible {
    var version: Int64
    var count: Int

    init(version: Int64, count: Int) {
        self.version = version
        self.count = count
    }

    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 3, words[0] == "reply", let version = Int64(words[1]), let count = Int(words[2]),
            version >= 0, (0...1000).contains(count)
        else { return nil }
        self.init(version: version, count: count)
    }

    var description: String { "reply \(version) \(count)" }

    /// The keys of the items.
    func keys(of key: MessageKey) -> [String] { (0..<count).map { "\(key)/\(version)/\($0)" } }
}
