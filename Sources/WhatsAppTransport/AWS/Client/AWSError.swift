/// What an AWS service answered in place of a result.
public struct AWSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The code without its namespace, such as `ConditionalCheckFailedException`; `HTTP 503` where the answer holds none.
    public var code: String
    /// The service's own words.
    public var message: String
    /// The HTTP status.
    public var httpStatus: Int

    /// Makes an error.
    public init(code: String, message: String = "", httpStatus: Int) {
        self.code = code
        self.message = message
        self.httpStatus = httpStatus
    }

    /// Whether the same may succeed at once or soon: the service is throttling, or has a fault of its own.
    public var isTransient: Bool {
        httpStatus >= 500 || httpStatus == 429 || Self.transientCodes.contains(code)
    }

    /// Whether the credentials have expired, so that fresh ones may help.
    var isExpiry: Bool { ["ExpiredTokenException", "ExpiredToken", "RequestExpired"].contains(code) }

    /// Whether this machine's clock differs too much from AWS's.
    var isClockSkew: Bool {
        code == "RequestTimeTooSkewed" || message.contains("Signature expired")
            || message.contains("Signature not yet current")
    }

    /// The code and the message; for a clock that is wrong, what to do.
    public var description: String {
        let text = message.isEmpty ? code : "\(code): \(message)"
        guard isClockSkew else { return text }
        return "This machine's clock is wrong by more than AWS allows: set it, and keep it right with NTP (\(text))"
    }

    // botocore's retry table and the services' own lists of common errors.
    private static let transientCodes: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
        "RequestLimitExceeded", "TooManyRequestsException", "ProvisionedThroughputExceededException",
        "TransactionInProgressException", "PriorRequestNotComplete", "BandwidthLimitExceeded", "LimitExceededException",
        "InternalFailure", "InternalError", "InternalServerError", "ServiceUnavailable", "RequestTimeout",
        "RequestTimeoutException", "OverLimit",
    ]
}
