import Testing
import WhatsAppCore

@testable import WhatsAppTransport

private let credentials = AWSCredentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))

@Suite struct SigV4SignerTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var request: HTTPRequest
        var service = "service"
        var signature: String
    }

    /// From AWS's Signature Version 4 test suite and from the guide's example of `ListUsers`.
    private static let published = [
        Vector(
            testDescription: "get-vanilla", request: HTTPRequest(target: "https://example.amazonaws.com/"),
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Vector(
            testDescription: "post-vanilla",
            request: HTTPRequest(method: .post, target: "https://example.amazonaws.com/"),
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        Vector(
            testDescription: "get-vanilla-query-order-key-case",
            request: HTTPRequest(target: "https://example.amazonaws.com/?Param2=value2&Param1=value1"),
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        Vector(
            testDescription: "ListUsers",
            request: HTTPRequest(
                target: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
                fields: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"]),
            service: "iam", signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"),
    ]

    @Test(arguments: published) func publishedVectors(vector: Vector) {
        var request = vector.request
        let signer = SigV4Signer(credentials: credentials, region: "us-east-1", service: vector.service)
        signer.sign(&request, at: UnixTime(iso8601: "2015-08-30T12:36:00Z")!)
        #expect(request.fields["X-Amz-Date"] == "20150830T123600Z")
        #expect(request.fields["X-Amz-Security-Token"] == nil)
        #expect(request.fields["Authorization"]?.hasSuffix("Signature=\(vector.signature)") == true)
    }

    @Test func theWholeField() {
        var request = HTTPRequest(
            method: .post, target: "https://sqs.cn-north-1.amazonaws.com.cn/",
            fields: ["Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage"],
            body: Array(#"{"QueueUrl":"q"}"#.utf8))
        var temporary = credentials
        temporary.sessionToken = Secret("tok/with+signs==")
        let signer = SigV4Signer(credentials: temporary, region: "cn-north-1", service: "sqs")
        signer.sign(&request, at: UnixTime(iso8601: "2028-02-29T23:59:59Z")!)
        #expect(
            request.fields["Authorization"]?.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20280229/cn-north-1/sqs/aws4_request, "
                    + "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=")
                == true)
        #expect(request.fields["X-Amz-Security-Token"] == "tok/with+signs==")
    }

    /// The guide's example of a derived key.
    @Test func signingKey() {
        let signer = SigV4Signer(credentials: credentials, region: "us-east-1", service: "iam")
        #expect(
            Hex.encode(signer.key(day: "20150830"))
                == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9")
    }

    @Test(arguments: [
        ("http://127.0.0.1:4566/", "127.0.0.1:4566"), ("https://a.test:443/x", "a.test"),
        ("http://a.test:80", "a.test"),
        ("http://[::1]:8000/", "[::1]:8000"),
    ])
    func theHostIsThatOfTheRequest(target: String, host: String) {
        #expect(SigV4Signer.canonical(HTTPRequest(target: target)).text.contains("\nhost:\(host)\n"))
    }

    /// Requests that `Tests/AWS/sigv4` made, with what botocore makes of them: one JSON object a line.
    @Test(.enabled(if: TestSettings["SIGV4_CASES"] != nil))
    func generatedRequestsAreSignedAsBotocoreDoes() throws {
        let lines = try #require(TestSettings.lines(of: TestSettings["SIGV4_CASES"] ?? ""))
        #expect(lines.count >= 1000)
        for line in lines {
            let json = try JSONDocument(Array(line.utf8)).root
            func text(_ name: String) throws -> String { try #require(json[name]?.string) }
            var request = HTTPRequest(
                method: HTTPMethod(rawValue: try text("method")), target: try text("url"),
                fields: HTTPFields(
                    json["fields"]?.elements.map {
                        .init(name: $0["name"]?.string ?? "", value: $0["value"]?.string ?? "")
                    } ?? []), body: Array(try text("body").utf8))
            let signer = SigV4Signer(
                credentials: AWSCredentials(
                    accessKeyID: try text("id"), secretAccessKey: Secret(try text("secret")),
                    sessionToken: json["token"]?.string.map { Secret($0) }),
                region: try text("region"), service: try text("service"))
            signer.sign(&request, at: try #require(UnixTime(iso8601: try text("time"))))
            #expect(request.fields["Authorization"] == json["authorization"]?.string, "\(line)")
        }
    }
}
