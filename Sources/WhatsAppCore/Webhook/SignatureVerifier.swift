/// Checks that a delivery comes from Meta: the header `X-Hub-Signature-256` holds the HMAC-SHA256 of the raw body under
/// the app secret (developers.facebook.com, "Webhooks: Getting Started").
///
/// Several secrets may be valid at once, while a secret is rotated or where several apps share a URL.
public struct SignatureVerifier: Sendable {
    /// The name of the header that carries the signature.
    public static let headerName = "X-Hub-Signature-256"

    private let keys: [HMACSHA256]

    /// Prepares the secrets.
    /// - Parameter secrets: the app secrets. An empty one is left out, because anyone can compute a code under an empty
    ///   key; with none left every delivery is refused.
    public init(secrets: [Secret]) {
        keys = secrets.filter { !$0.isEmpty }.map { HMACSHA256(key: Array($0.expose().utf8)) }
    }

    /// Whether `body` was signed with one of the secrets.
    ///
    /// Exactly one header value of the form `sha256=` and 64 hexadecimal digits, of either case, is accepted. The codes
    /// of all secrets are computed and compared in full, so that the time tells nothing.
    public func isValid(signatures: [String], body: [UInt8]) -> Bool {
        signatures.count == 1 && isValid(Array(signatures[0].utf8)[...], body: body)
    }

    /// Whether a delivery was signed with one of the secrets; see ``isValid(signatures:body:)``.
    public func isValid(_ delivery: HTTPRequest) -> Bool {
        delivery.fields.onlyValue(Self.headerName).map { isValid($0, body: delivery.body) } ?? false
    }

    private func isValid(_ signature: ArraySlice<UInt8>, body: [UInt8]) -> Bool {
        let signature = signature.span
        guard signature.count == Self.prefix.utf8CodeUnitCount + 2 * SHA256.digestLength else { return false }
        let hasPrefix = Self.prefix.withUTF8Buffer { prefix in
            for index in prefix.indices where signature[index] != prefix[index] { return false }
            return true
        }
        guard hasPrefix else { return false }
        let digits = signature.extracting(Self.prefix.utf8CodeUnitCount...)
        var isValid = false
        for key in keys where Hex.spells(key.code(for: body), digits) { isValid = true }
        return isValid
    }

    /// The header value that signs `body` with `secret`: for simulators and tests.
    public static func sign(_ body: [UInt8], with secret: Secret) -> String {
        prefix.description + Hex.encode(HMACSHA256(key: Array(secret.expose().utf8)).code(for: body).bytes)
    }

    private static let prefix: StaticString = "sha256="
}
