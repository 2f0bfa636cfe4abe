import Testing
import WhatsAppCore
import WhatsAppTesting

@testable import WhatsAppTransport

@Suite struct QueuedMessageTests {
    private static let notices: [Notice] = [
        .maintenance, .registrationFailed, .historyUnavailable, .threadFailed, .answerFailed, .emptyAnswer, .unexpected,
        .unsupported(MessageKind(rawValue: "a:b")),
    ]
    private static let messages: [AcceptedMessage] =
        [.text("What is patience?")]
        + notices.map { .text("x", plan: .notice($0)) } + [.text("x", plan: .ignore(.tooOld))]
        + [
            AcceptedMessage(
                key: MessageKey(phoneNumberID: "9", messageID: "m"), phoneNumberID: "9", messageID: nil,
                user: WhatsAppUser(userID: "US.1"), kind: .image, text: nil, acceptedAt: UnixTime(milliseconds: -1),
                plan: .answer)
        ]

    @Test(arguments: messages, [false, true])
    func whatIsWrittenIsRead(message: AcceptedMessage, isDeadLetter: Bool) {
        let queued = QueuedMessage(message, isDeadLetter: isDeadLetter)
        #expect(QueuedMessage(body: queued.body) == queued)
    }

    /// docs.aws.amazon.com, SendMessage: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.
    @Test func theQueueTakesEveryCharacterOfTheBody() {
        let scalars = [0, 1, 8, 0xb, 0x1f, 0x7f, 0x85, 0xd7ff, 0xfdd0, 0xfffd, 0xfffe, 0xffff, 0x1_0000, 0x1_fffe]
        let text = String(String.UnicodeScalarView(scalars.compactMap { Unicode.Scalar(UInt32($0)) }))
        let body = QueuedMessage(.text(text)).body
        let isTaken = body.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x9, 0xa, 0xd, 0x20...0xd7ff, 0xe000...0xfffd, 0x1_0000...0x10_ffff: true
            default: false
            }
        }
        #expect(isTaken)
        #expect(QueuedMessage(body: body)?.message.text == text)
    }

    @Test(arguments: ["", "{}", "[]", #"{"version":2}"#, #"{"version":1,"key":"x"}"#])
    func whatThisVersionDidNotWriteIsNotRead(body: String) { #expect(QueuedMessage(body: body) == nil) }

    @Test func aPlanThatIsUnknownIsNotRead() {
        let body = QueuedMessage(.text("x")).body
        #expect(body.contains(#""plan":"answer""#))
        for plan in ["answer:x", "notice", "notice:x", "ignore:x", "y"] {
            let changed = body.split(separator: #""plan":"answer""#).joined(separator: "\"plan\":\"\(plan)\"")
            #expect(QueuedMessage(body: changed) == nil, "\(plan)")
        }
    }

    @Test func aGroupIsOneUserOfOneNumberAndNamesNeither() {
        let group = QueuedMessage(.text("x")).group
        #expect(group == QueuedMessage(.text("y", id: "wamid.2")).group)
        #expect(group != QueuedMessage(.text("x", from: "15550100002")).group)
        var other = AcceptedMessage.text("x")
        other.phoneNumberID = "8"
        #expect(group != QueuedMessage(other).group)
        #expect(!group.contains("1555") && group.utf8.count == 32)
    }
}

@Suite struct SendBatchTests {
    private func entry(_ group: Int, bytes: Int = 10) -> SendBatch.Entry {
        SendBatch.Entry(deduplicationID: "\(group)", group: "g\(group)", body: String(repeating: "x", count: bytes))
    }

    @Test func tenEntriesFillABatch() {
        #expect(SendBatch.batches(of: []).isEmpty)
        #expect(SendBatch.batches(of: (0..<10).map { entry($0) }).map(\.entries.count) == [10])
        #expect(SendBatch.batches(of: (0..<21).map { entry($0) }).map(\.entries.count) == [10, 10, 1])
    }

    @Test func aMebibyteFillsABatch() {
        let half = SendBatch.mostBytes / 2
        #expect(SendBatch.batches(of: [entry(0, bytes: half), entry(1, bytes: half)]).count == 1)
        #expect(SendBatch.batches(of: [entry(0, bytes: half), entry(1, bytes: half + 1)]).count == 2)
    }

    /// What fails of a batch is sent again after the rest of it, so two messages of one user are never in one.
    @Test func aBatchHasOneEntryOfAGroup() {
        let batches = SendBatch.batches(of: [entry(0), entry(1), entry(0), entry(0), entry(2)])
        #expect(batches.map { $0.entries.map(\.group) } == [["g0", "g1"], ["g0"], ["g0", "g2"]])
    }
}
