/// Records as they are written, one behind the other.
package struct RecordBytes: Sendable, ExpressibleByArrayLiteral {
    private var writer = ByteWriter()
    /// Where each record ends.
    private var ends: [Int] = []

    /// Takes records that are encoded already.
    package init(_ records: [[UInt8]]) {
        for record in records { add(record) }
    }

    /// Takes records that are encoded already.
    package init(arrayLiteral records: [UInt8]...) { self.init(records) }

    /// The records' bytes.
    package var bytes: [UInt8] { writer.bytes }

    /// How many records there are.
    package var count: Int { ends.count }

    /// Adds a record, and tells its length in bytes.
    package mutating func append(_ record: JournalRecord) -> Int {
        let start = writer.bytes.count
        writer.record(record)
        ends.append(writer.bytes.count)
        return writer.bytes.count - start
    }

    /// Takes back all but the first records.
    package mutating func keepFirst(_ count: Int) {
        ends.removeLast(ends.count - count)
        writer.keepFirst(ends.last ?? 0)
    }

    /// The same records in parts of so many bytes at most. One that is longer by itself is a part of its own.
    package func split(maximum: Int) -> [RecordBytes] {
        var parts: [RecordBytes] = []
        var start = 0
        for end in ends {
            let record = Array(bytes[start..<end])
            if let last = parts.last, last.bytes.count + record.count <= maximum {
                parts[parts.count - 1].add(record)
            } else {
                parts.append([record])
            }
            start = end
        }
        return parts
    }

    private mutating func add(_ record: [UInt8]) {
        writer.raw(record)
        ends.append(writer.bytes.count)
    }
}
