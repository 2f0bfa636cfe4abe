internal import WhatsAppCore

/// Signs requests by AWS Signature Version 4, in header fields (docs.aws.amazon.com, "Create a signed AWS API request").
///
/// It covers every field that the request has, the host and the body. The path and the query have to be percent-encoded, and
/// the path without `.` and `..`, as the requests of JSON services, which go to `/`, always are.
struct SigV4Signer: Sendable {
    var credentials: AWSCredentials
    var region: String
    /// The service's name in scopes, such as `sqs`.
    var service: String

    /// Adds the fields `X-Amz-Date`, `Authorization` and, for temporary credentials, `X-Amz-Security-Token`.
    func sign(_ request: inout HTTPRequest, at now: UnixTime) {
        let time = now.amzDate
        request.fields["X-Amz-Date"] = time
        request.fields["X-Amz-Security-Token"] = credentials.sessionToken?.expose()
        let scope = "\(time.prefix(8))/\(region)/\(service)/aws4_request"
        let (canonical, names) = Self.canonical(request)
        let text = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n\(Hex.encode(SHA256.hash(Array(canonical.utf8)).bytes))"
        let signature = Hex.encode(HMACSHA256(key: key(day: String(time.prefix(8)))).code(for: Array(text.utf8)).bytes)
        request.fields["Authorization"] =
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    }

    /// The key for one day, region and service: each step's code is the key of the next.
    func key(day: String) -> [UInt8] {
        [day, region, service, "aws4_request"].reduce(Array("AWS4\(credentials.secretAccessKey.expose())".utf8)) {
            HMACSHA256(key: $0).code(for: Array($1.utf8)).bytes
        }
    }

    /// The canonical request, and the names of the fields that it covers.
    static func canonical(_ request: HTTPRequest) -> (text: String, names: String) {
        let url = SplitURL(request.target)
        var values: [String: [String]] = ["host": [url.host]]
        for field in request.fields.fields {
            let name = String(decoding: field.name.utf8.map(\.asciiLowercased), as: UTF8.self)
            values[name, default: []].append(trimmed(field.value))
        }
        let fields = values.sorted { $0.key < $1.key }
        let names = fields.map(\.key).joined(separator: ";")
        let lines = [
            request.method.rawValue, url.canonicalPath, url.canonicalQuery,
            fields.map { "\($0.key):\($0.value.joined(separator: ","))\n" }.joined(), names,
            Hex.encode(SHA256.hash(request.body).bytes),
        ]
        return (lines.joined(separator: "\n"), names)
    }

    /// Without blanks at the ends, and with one in the place of several.
    private static func trimmed(_ value: String) -> String {
        value.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.map { String($0) ?? "" }
            .joined(separator: " ")
    }
}

/// The pieces of an absolute URL that a signature covers.
private struct SplitURL {
    /// The host as it stands in the field `Host`: without a port that the scheme implies.
    var host: String
    private var path: Substring
    private var query: Substring

    init(_ target: String) {
        let isSecure = target.hasPrefix("https://")
        let rest = target.dropFirst(isSecure ? 8 : 7)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let port = isSecure ? ":443" : ":80"
        host = String(authority.hasSuffix(port) ? authority.dropLast(port.count) : authority)
        let halves = rest.dropFirst(authority.count).split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = halves.first ?? ""
        query = halves.count > 1 ? halves[1] : ""
    }

    /// Encoded once more, as all services but S3 want it.
    var canonicalPath: String {
        guard !path.isEmpty else { return "/" }
        return path.split(separator: "/", omittingEmptySubsequences: false).map { PercentEncoding.encode(String($0)) }
            .joined(separator: "/")
    }

    /// The pairs in the order of their bytes, each with its `=`.
    var canonicalQuery: String {
        let pairs = query.split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(halves[0]), value: halves.count > 1 ? String(halves[1]) : "")
        }
        return pairs.sorted { ($0.name, $0.value) < ($1.name, $1.value) }.map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }
}

extension UnixTime {
    /// The time to the second, as `20260701T100000Z`.
    var amzDate: String {
        let digits = iso8601.utf8.filter { $0.isASCIIDigit || $0 == UInt8(ascii: "T") }
        return String(decoding: digits.prefix(15), as: UTF8.self) + "Z"
    }
}
