public import WhatsAppCore

extension DynamoDBStore {
    /// Makes the table, or sets it right where it exists: paid by request, items removed when their time has come. Returns
    /// when it can be used.
    /// - Throws: ``AWSError``, also for a table of this name that has another key; ``WhatsAppCore/HTTPClientError``,
    ///   ``AWSCredentialsError``.
    public static func createTable(
        _ name: String, aws: AWSConfiguration, http: any HTTPClient, clock: any ServiceClock = .system
    ) async throws {
        let client = AWSClient(
            service: .dynamodb, configuration: aws, http: http, clock: clock, patience: .seconds(20),
            random: { Double.random(in: 0...1) })
        do {
            _ = try await client.call("CreateTable") { json in
                json.add("TableName", name)
                json.add("BillingMode", "PAY_PER_REQUEST")
                json.array("AttributeDefinitions") {
                    $0.object {
                        $0.add("AttributeName", Attribute.key)
                        $0.add("AttributeType", "S")
                    }
                }
                json.array("KeySchema") {
                    $0.object {
                        $0.add("AttributeName", Attribute.key)
                        $0.add("KeyType", "HASH")
                    }
                }
            }
        } catch let error as AWSError where error.code == "ResourceInUseException" {}  // It exists.
        try await waitUntilActive(name, client, clock)
        try await setTimeToLive(name, client)
    }

    private static func waitUntilActive(_ name: String, _ client: AWSClient, _ clock: any ServiceClock) async throws {
        for _ in 0..<120 {
            let table = try await client.call("DescribeTable") { $0.add("TableName", name) }["Table"]
            let keys = table?["KeySchema"]?.elements.compactMap { $0["AttributeName"]?.string } ?? []
            guard keys == [Attribute.key] else {
                throw AWSError(
                    code: "OtherTable",
                    message: "The table \(name) has another key than '\(Attribute.key)': name another.",
                    httpStatus: 200)
            }
            if table?["TableStatus"]?.string == "ACTIVE" { return }
            try await clock.sleep(for: .seconds(1))
        }
        throw AWSError(code: "NotActive", message: "The table \(name) is not ready after two minutes.", httpStatus: 200)
    }

    /// To turn on what is on is an error.
    private static func setTimeToLive(_ name: String, _ client: AWSClient) async throws {
        let now = try await client.call("DescribeTimeToLive") { $0.add("TableName", name) }
        let status = now["TimeToLiveDescription"]?["TimeToLiveStatus"]?.string ?? "DISABLED"
        guard status == "DISABLED" || status == "DISABLING" else { return }
        _ = try await client.call("UpdateTimeToLive") {
            $0.add("TableName", name)
            $0.object("TimeToLiveSpecification") {
                $0.add("Enabled", true)
                $0.add("AttributeName", Attribute.expiresAt)
            }
        }
    }
}
