internal import WhatsAppCore

/// The requests that the store makes: items by their key, each with an end of its life.
struct DynamoDBTable: Sendable {
    let name: String
    let client: AWSClient

    /// The item, as it is after all writes that have returned.
    func get(_ key: String) async throws -> JSONValue? {
        try await client.call("GetItem") {
            $0.add("TableName", name)
            $0.object("Key") { $0.text(Attribute.key, key) }
            $0.add("ConsistentRead", true)
        }["Item"]
    }

    func put(_ key: String, _ add: (inout JSONWriter) -> Void) async throws {
        _ = try await client.call("PutItem") {
            $0.add("TableName", name)
            $0.object("Item") {
                $0.text(Attribute.key, key)
                add(&$0)
            }
        }
    }

    func delete(_ key: String) async throws {
        _ = try await client.call("DeleteItem") {
            $0.add("TableName", name)
            $0.object("Key") { $0.text(Attribute.key, key) }
        }
    }

    /// Changes an item if a condition holds; one that is not there is made.
    /// - Returns: the item as it is then.
    /// - Throws: ``ConditionFailure``, with the item as it is.
    func update(
        _ key: MessageKey, _ expression: String, if condition: String, _ values: (inout JSONWriter) -> Void
    ) async throws -> JSONValue? {
        try await client.call("UpdateItem") {
            $0.add("TableName", name)
            $0.object("Key") { $0.text(Attribute.key, key.description) }
            $0.add("UpdateExpression", expression)
            $0.add("ConditionExpression", condition)
            $0.object("ExpressionAttributeValues", values)
            $0.add("ReturnValues", "ALL_NEW")
            $0.add("ReturnValuesOnConditionCheckFailure", "ALL_OLD")
        }["Attributes"]
    }
}

/// The attributes of a message's item. None is a reserved word of DynamoDB.
enum Attribute {
    /// The partition key: the message's key, or that and where it stands in its reply.
    static let key = "pk"
    /// When DynamoDB may remove it, in seconds since 1970.
    static let expiresAt = "expires_at"
    /// Who works on it; another name with each claim.
    static let owner = "lease_owner"
    /// Until when, in milliseconds since 1970.
    static let until = "lease_until"
    /// Grows with each claim. Each write names the one it was made under.
    static let version = "lease_version"
    /// What was recorded, in order.
    static let progress = "progress"
    /// The part whose outcome nobody knows yet.
    static let openPart = "open_part"
    /// The id under which a status showed that part as sent.
    static let arrivedID = "arrived_id"
    /// How it ended.
    static let outcome = "outcome"
    /// A piece of a reply.
    static let content = "content"
}
