public import WhatsAppCore

extension AWSCredentialsCache {
    /// Credentials from the first place that has them, in the order of AWS's own tools: the environment, the shared file,
    /// the container's endpoint, the instance's metadata.
    ///
    /// | place | told by |
    /// |---|---|
    /// | environment | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` |
    /// | file `~/.aws/credentials` | `AWS_SHARED_CREDENTIALS_FILE`, `AWS_PROFILE` (`default`) |
    /// | container (ECS, EKS) | `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `_FULL_URI`, `AWS_CONTAINER_AUTHORIZATION_TOKEN` or `_TOKEN_FILE` |
    /// | instance (EC2, metadata v2) | unless `AWS_EC2_METADATA_DISABLED` is `true`; `AWS_EC2_METADATA_SERVICE_ENDPOINT` |
    /// - Parameters:
    ///   - readFile: the text of a file; `nil` when there is none.
    ///   - http: reaches the two endpoints.
    public convenience init(
        environment: [String: String], readFile: @escaping @Sendable (String) throws -> String?, http: any HTTPClient,
        clock: any ServiceClock = .system
    ) {
        let chain = AWSCredentialsChain(environment: environment, readFile: readFile, http: http)
        self.init(clock: clock) { try await chain.credentials() }
    }
}

/// The places where credentials may be, one after the other. A place that is named and has none is an error: to go on would
/// act as somebody else than was meant.
struct AWSCredentialsChain: Sendable {
    let environment: [String: String]
    let readFile: @Sendable (String) throws -> String?
    let http: any HTTPClient

    func credentials() async throws -> AWSCredentials {
        if let credentials = try fromEnvironment() { return credentials }
        if let credentials = try fromFile() { return credentials }
        if let credentials = try await fromContainer() { return credentials }
        if let credentials = try await fromInstance() { return credentials }
        throw AWSCredentialsError(
            "There are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run with a "
                + "role of ECS, EKS or EC2.")
    }

    func setting(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    private func fromEnvironment() throws -> AWSCredentials? {
        switch (setting("AWS_ACCESS_KEY_ID"), setting("AWS_SECRET_ACCESS_KEY")) {
        case (nil, nil): return nil
        case (let id?, let secret?):
            return AWSCredentials(
                accessKeyID: id, secretAccessKey: Secret(secret),
                sessionToken: setting("AWS_SESSION_TOKEN").map { Secret($0) })
        default:
            throw AWSCredentialsError("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: set both, or neither.")
        }
    }

    private func fromFile() throws -> AWSCredentials? {
        let home = setting("HOME").map { $0 + "/.aws/credentials" }
        guard let path = setting("AWS_SHARED_CREDENTIALS_FILE") ?? home else { return nil }
        let profile = setting("AWS_PROFILE") ?? "default"
        let section = try readFile(path).flatMap { Self.section(profile, in: $0) }
        guard let section else {
            guard setting("AWS_PROFILE") == nil else {
                throw AWSCredentialsError("\(path) has no profile '\(profile)': correct AWS_PROFILE or the file.")
            }
            return nil
        }
        guard let id = section["aws_access_key_id"], let secret = section["aws_secret_access_key"] else {
            throw AWSCredentialsError(
                "The profile '\(profile)' in \(path) needs aws_access_key_id and aws_secret_access_key.")
        }
        return AWSCredentials(
            accessKeyID: id, secretAccessKey: Secret(secret),
            sessionToken: section["aws_session_token"].map { Secret($0) })
    }

    /// The settings below `[name]`; `nil` where there is no such heading.
    static func section(_ name: String, in text: String) -> [String: String]? {
        var settings: [String: String]?
        var isInside = false
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingBlanks
            if line.hasPrefix("[") {
                isInside = line.dropFirst().prefix { $0 != "]" }.trimmingBlanks == name
                if isInside { settings = settings ?? [:] }
            } else if isInside, !line.hasPrefix("#"), !line.hasPrefix(";") {
                let halves = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if halves.count == 2 { settings?[halves[0].trimmingBlanks] = halves[1].trimmingBlanks }
            }
        }
        return settings
    }
}

extension StringProtocol {
    /// The text without blanks at its ends.
    var trimmingBlanks: String {
        let start = drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(start[...last])
    }
}
