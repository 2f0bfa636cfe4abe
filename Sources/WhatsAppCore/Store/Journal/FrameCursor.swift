/// Walks over the frames of one file and checks that each follows from the one before.
struct FrameCursor {
    let bytes: [UInt8]
    private(set) var offset = 0
    /// The number of the next record.
    private(set) var nextSequence: UInt64
    /// The checksum of the last frame.
    private(set) var chain: UInt32
    /// The file's salt, once its first frame was read.
    private var salt: UInt64?

    init(_ bytes: [UInt8], nextSequence: UInt64, chain: UInt32) {
        self.bytes = bytes
        self.nextSequence = nextSequence
        self.chain = chain
    }

    /// A frame, and where it lies.
    struct Found {
        var head: JournalFrame
        var payload: Range<Int>
        var offset: Int
    }

    /// Why there is no next frame.
    enum Stop: Error {
        case version(UInt32)
        case flaw(String)
    }

    /// The next frame; `nil` where the file ends, or nothing but zeros follows: it grows by them. After a throw the cursor
    /// stands where it stood.
    mutating func next() throws(Stop) -> Found? {
        guard offset < bytes.count || salt == nil else { return nil }
        let found: Found
        do {
            let (head, payload) = try JournalFrame.frame(in: bytes, at: offset)
            found = Found(head: head, payload: payload, offset: offset)
        } catch {
            switch error {
            case .head:
                if salt != nil, rest.isEmpty { return nil }
                throw .flaw("there is no frame")
            case .payload: throw .flaw("a frame's payload is cut off or changed")
            case .version(let version): throw .version(version)
            }
        }
        if let salt {
            guard found.head.salt == salt else { throw .flaw("a frame belongs to another file") }
        } else {
            guard found.head.recordCount == 0 else { throw .flaw("the file's first frame is missing") }
        }
        guard found.head.firstSequence == nextSequence, found.head.previous == chain else {
            throw .flaw("a frame does not follow from the one before")
        }
        step(over: found)
        return found
    }

    /// What follows, but for the zeros at the end of the file.
    var rest: ArraySlice<UInt8> {
        let end = bytes[offset...].lastIndex { $0 != 0 }.map { $0 + 1 }
        return bytes[offset..<(end ?? offset)]
    }

    /// Whether some frame from here on says that the next record was durable when it was written.
    ///
    /// Heads alone are looked at: a head's checksum and salt are proof enough, whatever became of its payload.
    func provesNextWasSynced() -> Bool {
        (offset..<max(offset, bytes.count)).contains { at in
            guard let head = try? JournalFrame.head(in: bytes, at: at) else { return false }
            return (salt == nil || head.salt == salt) && head.synced >= nextSequence
        }
    }

    /// For salvage: the next whole frame of this file, whatever is missing before it.
    mutating func skipToWholeFrame() -> Found? {
        var at = offset + 1
        while at < bytes.count {
            if let (head, payload) = try? JournalFrame.frame(in: bytes, at: at), salt == nil || head.salt == salt,
                head.firstSequence >= nextSequence
            {
                let found = Found(head: head, payload: payload, offset: at)
                step(over: found)
                return found
            }
            at += 1
        }
        return nil
    }

    private mutating func step(over found: Found) {
        salt = found.head.salt
        offset = found.payload.upperBound
        nextSequence = found.head.nextSequence
        chain = found.head.checksum
    }
}
