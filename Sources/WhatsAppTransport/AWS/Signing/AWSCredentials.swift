public import WhatsAppCore

/// What a request to AWS is signed with.
public struct AWSCredentials: Sendable, Hashable {
    /// The access key's id. It is no secret, and stands in every request.
    public var accessKeyID: String
    /// The secret access key.
    public var secretAccessKey: Secret
    /// The session token, which temporary credentials have.
    public var sessionToken: Secret?
    /// When they cease to be valid; `nil` for those that do not.
    public var expiration: UnixTime?

    /// Makes credentials.
    public init(
        accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil, expiration: UnixTime? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }
}
