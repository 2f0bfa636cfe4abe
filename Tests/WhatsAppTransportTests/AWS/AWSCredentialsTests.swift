import Testing
import WhatsAppCore
import WhatsAppTesting

@testable import WhatsAppTransport

@Suite(.timeLimit(.minutes(1))) struct AWSCredentialsTests {
    private static let file = """
        # comment
        [default]
        aws_access_key_id = file-id
        aws_secret_access_key=file-secret

        [other]
        aws_access_key_id=other-id
        aws_secret_access_key = other=secret
        aws_session_token = other-token
        """
    private static let role =
        #"{"Code":"Success","AccessKeyId":"role-id","SecretAccessKey":"s","Token":"t","Expiration":"2026-07-01T12:00:00Z"}"#

    private func credentials(
        _ environment: [String: String], file: String? = nil, _ handlers: [String: any HTTPHandler] = [:]
    ) async throws -> AWSCredentials {
        try await AWSCredentialsChain(
            environment: environment,
            readFile: { path in
                switch path {
                case "/home/u/.aws/credentials", "/elsewhere": file
                case "/token": "file-token\n"
                default: nil
                }
            }, http: InMemoryHTTPClient(handlers)
        ).credentials()
    }

    @Test func theEnvironmentComesFirst() async throws {
        let found = try await credentials(
            [
                "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
                "HOME": "/home/u",
            ], file: Self.file)
        #expect(
            found
                == AWSCredentials(
                    accessKeyID: "id", secretAccessKey: Secret("secret"), sessionToken: Secret("token")))
        await #expect(throws: AWSCredentialsError.self) { try await credentials(["AWS_ACCESS_KEY_ID": "id"]) }
    }

    @Test func thenTheSharedFile() async throws {
        #expect(try await credentials(["HOME": "/home/u"], file: Self.file).accessKeyID == "file-id")
        let other = try await credentials(
            ["AWS_SHARED_CREDENTIALS_FILE": "/elsewhere", "AWS_PROFILE": "other"], file: Self.file)
        #expect(other.secretAccessKey == Secret("other=secret"))
        #expect(other.sessionToken == Secret("other-token"))
        await #expect(throws: AWSCredentialsError.self) {
            try await credentials(["HOME": "/home/u", "AWS_PROFILE": "nobody"], file: Self.file)
        }
        await #expect(throws: AWSCredentialsError.self) {
            try await credentials(["HOME": "/home/u"], file: "[default]\naws_access_key_id=x")
        }
    }

    @Test(arguments: [
        (["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/role"], "http://169.254.170.2", nil),
        (
            [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v2/role",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "env-token",
            ], "http://169.254.170.23", "env-token"
        ),
        (
            [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "https://own.test/v2/role",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/token",
            ], "https://own.test", "file-token"
        ),
    ])
    func thenTheContainer(environment: [String: String], host: String, token: String?) async throws {
        let seen = Recorder<HTTPRequest>()
        let found = try await credentials(
            environment,
            [
                host: ClosureHTTPHandler { request in
                    seen.append(request)
                    return HTTPResponse(status: 200, body: .text(Self.role))
                }
            ])
        #expect(found.accessKeyID == "role-id")
        #expect(found.expiration == UnixTime(iso8601: "2026-07-01T12:00:00Z"))
        #expect(seen.elements.map(\.target) == ["/v2/role"])
        #expect(seen.elements.first?.fields["Authorization"] == token)
    }

    @Test(arguments: [
        ("https://anywhere.test/", true), ("http://localhost:80/x", true), ("http://127.0.0.1/", true),
        ("http://[::1]:8/x", true), ("http://169.254.170.2/x", true), ("http://[fd00:ec2::23]/x", true),
        ("http://anywhere.test/", false), ("http://localhost@evil.test/", false), ("ftp://localhost/", false),
        ("http://127.0.0.1.evil.test/", false),
    ])
    func theTokenGoesNowhereElse(url: String, isAllowed: Bool) {
        #expect(AWSCredentialsChain.mayCarryToken(url) == isAllowed)
    }

    @Test func thenTheInstance() async throws {
        let instance = ClosureHTTPHandler { request in
            switch (request.method.rawValue, request.target) {
            case ("PUT", "/latest/api/token"): return HTTPResponse(status: 200, body: .text("session"))
            case _ where request.fields["X-aws-ec2-metadata-token"] != "session": return HTTPResponse(status: 401)
            case ("GET", "/latest/meta-data/iam/security-credentials/"):
                return HTTPResponse(status: 200, body: .text("worker\n"))
            case ("GET", "/latest/meta-data/iam/security-credentials/worker"):
                return HTTPResponse(status: 200, body: .text(Self.role))
            default: return HTTPResponse(status: 404)
            }
        }
        #expect(try await credentials([:], ["http://169.254.169.254": instance]).accessKeyID == "role-id")
        await #expect(throws: AWSCredentialsError.self) {
            try await credentials(["AWS_EC2_METADATA_DISABLED": "true"], ["http://169.254.169.254": instance])
        }
        let error = await #expect(throws: AWSCredentialsError.self) { try await credentials([:]) }
        #expect(error?.description.contains("AWS_ACCESS_KEY_ID") == true)
    }

    @Test func theyAreFetchedOnceForAllAndAnewBeforeTheyExpire() async throws {
        let clock = HeldClock()
        let gate = Gate()
        let cache = AWSCredentialsCache(clock: clock) {
            await gate.pass("fetch")
            return AWSCredentials(
                accessKeyID: "id\(gate.arrivals.elements.count)", secretAccessKey: Secret("s"),
                expiration: clock.now.advanced(by: .seconds(3600)))
        }
        async let first = cache.current()
        await gate.arrivals.wait { $0.count == 1 }
        async let second = cache.current()
        gate.open()
        #expect(try await [first, second].map(\.accessKeyID) == ["id1", "id1"])
        clock.advance(by: .seconds(3299))
        #expect(try await cache.current().accessKeyID == "id1")
        clock.advance(by: .seconds(2))
        #expect(try await cache.current().accessKeyID == "id2")
    }

    @Test func whatIsStillValidServesWhileNoneCanBeFetched() async throws {
        struct Outage: Error {}
        let clock = HeldClock()
        let isDown = Gate()
        let cache = AWSCredentialsCache(clock: clock) {
            guard isDown.arrivals.elements.isEmpty else { throw Outage() }
            return AWSCredentials(
                accessKeyID: "id", secretAccessKey: Secret("s"), expiration: clock.now.advanced(by: .seconds(3600)))
        }
        _ = try await cache.current()
        isDown.arrivals.append("down")
        clock.advance(by: .seconds(3400))
        #expect(try await cache.current().accessKeyID == "id")
        clock.advance(by: .seconds(300))
        await #expect(throws: Outage.self) { try await cache.current() }
    }
}
