internal import WhatsAppCore

/// Credentials of a role, which an endpoint beside the program gives.
extension AWSCredentialsChain {
    /// Both endpoints are next door: who does not answer at once is not there.
    private static let timeout = Duration.seconds(2)
    private static let tokenLifetime = "21600"

    /// ECS, EKS (docs.aws.amazon.com, "Container credential provider").
    func fromContainer() async throws -> AWSCredentials? {
        let relative = setting("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").map { "http://169.254.170.2" + $0 }
        guard let url = relative ?? setting("AWS_CONTAINER_CREDENTIALS_FULL_URI") else { return nil }
        guard Self.mayCarryToken(url) else {
            throw AWSCredentialsError(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI has to be https, or to name this machine or the endpoint of ECS or EKS."
            )
        }
        var fields: HTTPFields = [:]
        var token = setting("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        if let path = setting("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            // Read each time: it is replaced from time to time.
            token = try readFile(path).flatMap { $0.split(whereSeparator: \.isNewline).first?.trimmingBlanks }
        }
        if let token { fields["Authorization"] = token }
        return try Self.credentials(
            in: await text(HTTPRequest(target: url, fields: fields, timeout: Self.timeout), of: "container"))
    }

    /// EC2 (docs.aws.amazon.com, "Use the Instance Metadata Service"), version 2 only: a token first.
    func fromInstance() async throws -> AWSCredentials? {
        if setting("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" { return nil }
        let base = (setting("AWS_EC2_METADATA_SERVICE_ENDPOINT") ?? "http://169.254.169.254").droppingTrailingSlashes
        let asked = HTTPRequest(
            method: HTTPMethod(rawValue: "PUT"), target: base + "/latest/api/token",
            fields: ["X-aws-ec2-metadata-token-ttl-seconds": Self.tokenLifetime], timeout: Self.timeout)
        let token: String
        do { token = try await text(asked, of: "instance") } catch is HTTPClientError {
            return nil  // This is no instance.
        }
        func get(_ path: String) async throws -> String {
            try await text(
                HTTPRequest(
                    target: base + "/latest/meta-data/iam/security-credentials/" + path,
                    fields: ["X-aws-ec2-metadata-token": token], timeout: Self.timeout), of: "instance")
        }
        guard let role = try await get("").split(whereSeparator: \.isNewline).first else { return nil }
        return try Self.credentials(in: await get(PercentEncoding.encode(String(role))))
    }

    /// Over plain HTTP a token goes to this machine and to the two well-known addresses alone.
    static func mayCarryToken(_ url: String) -> Bool {
        if url.hasPrefix("https://") { return true }
        guard url.hasPrefix("http://") else { return false }
        let authority = url.dropFirst(7).prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { return false }
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        return ["localhost", "127.0.0.1", "[::1", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23"].contains(host)
    }

    private func text(_ request: HTTPRequest, of place: String) async throws -> String {
        let response = try await http.send(request)
        let bytes = try await response.body.collect(upTo: 64 << 10)
        guard response.status == 200, let text = String(validating: bytes, as: UTF8.self) else {
            throw AWSCredentialsError(
                "The \(place)'s endpoint gives no credentials (HTTP status \(response.status)): give it a role that may "
                    + "use the queue and the table.")
        }
        return text
    }

    private static func credentials(in text: String) throws -> AWSCredentials {
        let json = try? JSONDocument(Array(text.utf8)).root
        guard let id = json?["AccessKeyId"]?.string, let secret = json?["SecretAccessKey"]?.string else {
            throw AWSCredentialsError("An endpoint for credentials answered with something else.")
        }
        return AWSCredentials(
            accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: json?["Token"]?.string.map { Secret($0) },
            expiration: json?["Expiration"]?.string.flatMap { UnixTime(iso8601: $0) })
    }
}
