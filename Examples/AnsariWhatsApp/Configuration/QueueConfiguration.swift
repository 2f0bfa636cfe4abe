internal import WhatsAppCore
internal import WhatsAppTransport

/// How several machines share the work: by a queue and a table of AWS.
struct QueueConfiguration: Sendable {
    /// What this process does of it.
    enum Role: String {
        /// Takes deliveries and puts messages into the queue.
        case webhook
        /// Takes messages from the queue and answers them.
        case worker
        /// Both.
        case all

        var hasDoor: Bool { self != .worker }
        var answers: Bool { self != .webhook }
    }

    var role: Role
    var queue: SQSQueue.Configuration
    var table: String
    /// How long a message belongs to a worker that gives no sign of life.
    var lease: Duration
    var aws: AWSConfiguration
    /// Where a Lambda function asks what there is to do; `nil` elsewhere.
    var lambdaAPI: String?

    /// Reads `ROLE` and the settings of the queue; `nil` without `QUEUE=sqs`.
    init?(_ settings: inout SettingsReader) {
        let kind = settings.choice("QUEUE", default: "embedded", "embedded or sqs") {
            ["embedded", "sqs"].contains($0) ? $0 : nil
        }
        role = settings.choice("ROLE", default: .all, "webhook, worker or all") { Role(rawValue: $0) }
        lambdaAPI = settings.optional("AWS_LAMBDA_RUNTIME_API")
        if lambdaAPI != nil, kind == "sqs", role == .all {
            settings.problem("ROLE is 'all': set it to webhook or worker; a Lambda function is one of them")
        }
        guard kind == "sqs" else {
            if lambdaAPI != nil {
                settings.problem("QUEUE is 'embedded': set it to sqs; a Lambda function keeps nothing")
            }
            if role != .all {
                settings.problem(
                    "ROLE is '\(role.rawValue)': set it to all, or QUEUE to sqs, which processes can share")
            }
            return nil
        }
        queue = Self.queue(&settings)
        table = settings.required("DYNAMODB_TABLE", Self.hint)
        lease = .seconds(
            settings.number("WORKER_LEASE_SECONDS", default: 30, in: 6...600, "a number of seconds").rounded())
        aws = Self.aws(&settings)
    }

    /// The queue and the one for dead letters.
    static func queue(_ settings: inout SettingsReader) -> SQSQueue.Configuration {
        func url(_ name: String) -> String {
            let url = settings.required(name, hint)
            if !url.isEmpty, !url.hasSuffix(".fifo") {
                settings.problem("\(name) is '\(url)': set it to the URL of a FIFO queue, whose name ends in .fifo")
            }
            return url
        }
        return SQSQueue.Configuration(url: url("SQS_QUEUE_URL"), deadLetterURL: url("SQS_DEAD_LETTER_QUEUE_URL"))
    }

    private static let hint = "what 'ansari-whatsapp aws create' prints"

    /// Where AWS is, and as whom to call it, by the variables that all AWS tools know.
    static func aws(_ settings: inout SettingsReader) -> AWSConfiguration {
        var environment: [String: String] = [:]
        for name in names { environment[name] = settings.optional(name) }
        let credentials = AWSCredentialsCache(
            environment: environment, readFile: { try Files.readIfPresent($0) }, http: DefaultHTTPClient())
        if let aws = AWSConfiguration(environment: environment, credentials: credentials) { return aws }
        _ = settings.required("AWS_REGION", "the region of the queue and the table, such as eu-central-1")
        return AWSConfiguration(region: "", credentials: credentials)
    }

    private static let names = [
        "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL_DYNAMODB",
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_EC2_METADATA_DISABLED",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT", "HOME",
    ]
}
