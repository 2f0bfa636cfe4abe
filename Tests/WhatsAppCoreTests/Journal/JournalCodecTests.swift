import Testing
import WhatsAppTesting

@testable import WhatsAppCore

@Suite struct JournalCodecTests {
    // RFC 3720, appendix B.4.
    @Test(
        "CRC-32C of the RFC's examples",
        arguments: [
            ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
            ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
            (Array(0..<32), 0x46dd_794e),
            (Array((0..<32).reversed()), 0x113f_db5c),
            (
                [0x01, 0xc0] + [UInt8](repeating: 0, count: 14)
                    + [0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0, 0x14, 0, 0, 0, 0x18, 0x28]
                    + [UInt8](repeating: 0, count: 7) + [0x02] + [UInt8](repeating: 0, count: 7), 0xd996_3a56
            ),
            (Array("123456789".utf8), 0xe306_9283),
            ([], 0),
        ] as [([UInt8], UInt32)])
    func checksums(bytes: [UInt8], expected: UInt32) {
        #expect(CRC32C.checksum(bytes, in: bytes.indices) == expected)
        #expect(CRC32C.checksum([7] + bytes + [7], in: 1..<bytes.count + 1) == expected)
    }

    @Test func sipHashIsTheOneOfItsAuthors() {
        // Checked against OpenSSL's SIPHASH with 16 bytes of output: key and message 00 01 … 0f.
        let key = IDFingerprint.Key(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908)
        let hash = IDFingerprint.sipHash(SIMD16(0..<16), key: key)
        #expect(hash.low == 0xbb54_b067_caa4_e26e)
        #expect(hash.high == 0x7705_2385_bf15_33fd)
    }

    @Test(
        "A text that is not UTF-8 is refused, whatever it would be decoded to",
        arguments: [[0xF0, 0x9F, 0x98], [0x61, 0x62, 0xFF], [0xED, 0xA0, 0x80], [0xC0, 0xAF, 0x61]] as [[UInt8]])
    func textsAreUTF8(text: [UInt8]) {
        var reader = ByteReader([3] + text, in: 0..<4)
        #expect(throws: JournalCodingError.self) { try reader.text() }
    }

    static let allRecords: [JournalRecord] = {
        var media = AcceptedMessage.sample(text: nil, kind: .missing, plan: .notice(.unsupported(.image)))
        media.user = WhatsAppUser(userID: "US.1")
        media.messageID = nil
        media.acceptedAt = UnixTime(milliseconds: -1)
        let key = media.key
        let notices: [Notice] = [
            .maintenance, .registrationFailed, .historyUnavailable, .threadFailed, .answerFailed, .emptyAnswer,
            .unexpected, .unsupported(MessageKind(rawValue: "")),
        ]
        let outcomes: [MessageOutcome] =
            [.answered(parts: 300), .ignored(.developmentMessage), .failed(reason: "é\0"), .deadLettered(reason: "x")]
            + notices.map { .noticed($0) }
        return [
            .accepted(.sample(text: String(repeating: "سلام 👋🏽\r\n", count: 40))),
            .accepted(media), .accepted(.sample(plan: .ignore(.tooOld))),
            .ignored(key, acceptedAt: UnixTime(seconds: 7), .expectsNoAnswer),
            .progress(key, []),
            .progress(key, [.attempted, .threadOpened(nil), .threadOpened(""), .sending(part: 0)]),
            .progress(key, [.replied(Reply(parts: [], outcome: outcomes[0])), .suspended, .notSent(part: 3)]),
            .progress(key, outcomes.map { .replied(Reply(parts: ["a", ""], outcome: $0)) }),
            .progress(key, [.sent(part: 128, id: "wamid.x"), .sent(part: 1, id: "")] + outcomes.map { .finished($0) }),
            .snapshot(SnapshotHead(fingerprintKey: .init(low: 1, high: .max), nextSequence: 5, chain: 6)),
            .ids([]), .ids([IDIndex.Slot(IDFingerprint(low: 1, high: 2), acceptedAt: 3)]), .end(records: .max),
        ]
    }()

    @Test("Records are read as they were written, and no cut is taken for one", arguments: allRecords)
    func recordsRoundTrip(record: JournalRecord) throws {
        let bytes = record.encoded
        var reader = ByteReader([9] + bytes + [9], in: 1..<bytes.count + 1)
        #expect(try JournalRecord(from: &reader, in: [9] + bytes + [9]) == record)
        #expect(reader.isAtEnd)
        for end in 0..<bytes.count {
            #expect(throws: JournalCodingError.self) {
                var reader = ByteReader(bytes, in: 0..<end)
                _ = try JournalRecord(from: &reader, in: bytes)
            }
        }
    }

    @Test func theKeyIsInTheRecordsHead() {
        let message = AcceptedMessage.sample()
        let bytes = JournalRecord.accepted(message).encoded
        #expect(Array(bytes[5..<21]) == message.key.bytes.indices.map { message.key.bytes[$0] })
    }

    @Test("What is not known is told from what is broken", arguments: [UInt8(0), 4, 15, 19, 255])
    func unknownTypes(type: UInt8) {
        let bytes: [UInt8] = [1, 0, 0, 0, type]
        #expect {
            var reader = ByteReader(bytes, in: bytes.indices)
            _ = try JournalRecord(from: &reader, in: bytes)
        } throws: {
            if case JournalCodingError.unknown = $0 { true } else { false }
        }
    }

    @Test func anyByteChangedInAFrameIsSeen() throws {
        var frame = JournalFrame(firstSequence: 3, synced: 2, salt: 4, previous: 5)
        let bytes = frame.encode([JournalRecord.progress(AcceptedMessage.sample().key, [.attempted]).encoded])
        let (head, payload) = try JournalFrame.frame(in: bytes, at: 0)
        #expect(head == frame)
        #expect(head.nextSequence == 4)
        #expect(payload == JournalFrame.headLength..<bytes.count)
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                #expect(throws: JournalFrame.Flaw.self) { try JournalFrame.frame(in: changed, at: 0) }
            }
            #expect(throws: JournalFrame.Flaw.self) { try JournalFrame.frame(in: Array(bytes[..<index]), at: 0) }
        }
    }

    @Test func recordsAreSplitIntoFramesThatFollowOneAnother() throws {
        var chain = FrameChain(nextSequence: 1, previous: 0, salt: 9, maximumPayload: 100)
        let bytes =
            chain.frame([], synced: 0)
            + chain.encode(RecordBytes((1...10).map { Array(repeating: 1, count: $0 * 10) }), synced: 0)
        var cursor = FrameCursor(bytes, nextSequence: 1, chain: 0)
        var counts: [UInt32] = []
        while let found = try cursor.next() { counts.append(found.head.recordCount) }
        #expect(counts == [0, 4, 1, 1, 1, 1, 1, 1])
        #expect(cursor.nextSequence == 11)
    }

    @Test(
        "Names are read as they were written",
        arguments: [
            "snapshot-0000000001", "segment-0000000012", "ballast", "lock", "segment-0000000003.tmp",
            "segment-0000000003.17.torn",
        ])
    func names(text: String) { #expect(JournalName(text)?.text == text) }

    @Test(
        "Other files are not the journal's",
        arguments: ["segment-1", "segment-+000000001", "snapshot-", "a.b", "core", ""])
    func otherNames(text: String) { #expect(JournalName(text) == nil) }
}
