internal import WhatsAppCore

/// Where AWS is, and as whom to call it.
public struct AWSConfiguration: Sendable {
    /// The region, such as `eu-central-1`.
    public var region: String
    /// The endpoint of SQS; `nil` for the region's own.
    public var sqsEndpoint: String?
    /// The endpoint of DynamoDB; `nil` for the region's own.
    public var dynamoDBEndpoint: String?
    /// Where credentials come from.
    public var credentials: AWSCredentialsCache

    /// Makes a configuration.
    public init(region: String, credentials: AWSCredentialsCache) {
        self.region = region
        self.credentials = credentials
    }

    /// Reads the variables that all AWS tools know: `AWS_REGION` or `AWS_DEFAULT_REGION`, `AWS_ENDPOINT_URL_SQS`,
    /// `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL`. `nil` where no region is named.
    public init?(environment: [String: String], credentials: AWSCredentialsCache) {
        func value(_ names: String...) -> String? { names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } }
        guard let region = value("AWS_REGION", "AWS_DEFAULT_REGION") else { return nil }
        self.init(region: region, credentials: credentials)
        sqsEndpoint = value("AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL")
        dynamoDBEndpoint = value("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL")
    }

    /// The URL that requests go to. China's regions have a domain of their own.
    func endpoint(of service: AWSClient.Service) -> String {
        let given =
            switch service {
            case .sqs: sqsEndpoint
            case .dynamodb: dynamoDBEndpoint
            }
        if let given { return given.droppingTrailingSlashes + "/" }
        let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        return "https://\(service.rawValue).\(region).\(domain)/"
    }
}
