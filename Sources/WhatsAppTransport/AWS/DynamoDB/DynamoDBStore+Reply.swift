internal import WhatsAppCore

/// Replies, which have items of their own.
extension DynamoDBStore {
    /// An item has 400 KB at most, its names included.
    static let pieceBytes = 300 << 10

    /// Writes a reply, before the step that says where it is.
    func keep(_ reply: Reply, of key: MessageKey, version: Int64) async throws -> ReplyPlace {
        let bytes = MessageProgress.replied(reply).encoded
        let place = ReplyPlace(version: version, count: (bytes.count + Self.pieceBytes - 1) / Self.pieceBytes)
        for (index, name) in place.keys(of: key).enumerated() {
            let piece = bytes[index * Self.pieceBytes..<min((index + 1) * Self.pieceBytes, bytes.count)]
            try await table.put(name) {
                $0.binary(Attribute.content, Array(piece))
                $0.number(Attribute.expiresAt, clock.now.advanced(by: Self.retention).seconds)
            }
        }
        return place
    }

    /// Reads a reply.
    func reply(at place: ReplyPlace, of key: MessageKey) async throws -> Reply {
        var bytes: [UInt8] = []
        for name in place.keys(of: key) {
            guard let piece = try await table.get(name)?.binary(Attribute.content) else {
                throw DynamoDBStoreError.unreadable
            }
            bytes += piece
        }
        guard case .replied(let reply) = MessageProgress(encoded: bytes) else { throw DynamoDBStoreError.unreadable }
        return reply
    }

    /// Removes the text of an answer that was sent, as far as that works; the rest goes when its time has come. A dead letter
    /// keeps its text: it may be tried again.
    func forgetReply(_ place: ReplyPlace?, of key: MessageKey, after progress: [MessageProgress]) async {
        guard let place else { return }
        if case .finished(.deadLettered) = progress.last { return }
        for name in place.keys(of: key) { try? await table.delete(name) }
    }
}
