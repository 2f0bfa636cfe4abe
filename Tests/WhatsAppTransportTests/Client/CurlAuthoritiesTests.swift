#if Curl
import Foundation
import Testing
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

private let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first {
    FileManager.default.isExecutableFile(atPath: $0)
}

/// Whom the client trusts, against OpenSSL's own server with a certificate that nobody has signed.
@Suite(.timeLimit(.minutes(1)), .enabled(if: openssl != nil, "openssl is not installed"))
struct CurlAuthoritiesTests {
    @Test func trustsWhomItIsToldToAndNobodyElse() async throws {
        let openssl = try #require(openssl)
        let directory = FileManager.default.temporaryDirectory.appending(path: "authorities-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }

        let lines = Recorder<String>()
        let sink = try #require(LineSink { lines.append($0) })
        let server = ServerProcess(
            binary: "/bin/sh",
            arguments: [
                "-c",
                """
                \(openssl) req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem \
                -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2>/dev/null &&
                exec \(openssl) s_server -accept 127.0.0.1:0 -key key.pem -cert cert.pem -www -naccept 3 1>&2
                """,
            ], directory: directory.path, settings: [:], log: sink.descriptor)
        try server.start()
        defer { server.kill() }
        let port = try #require(
            await lines.wait { $0.contains { $0.hasPrefix("ACCEPT ") } }.first { $0.hasPrefix("ACCEPT ") }?
                .split(separator: ":").last)

        let request = HTTPRequest(target: "https://127.0.0.1:\(port)/", timeout: .seconds(20))
        var configuration = CurlHTTPClient.Configuration()
        let error = await #expect(throws: HTTPClientError.self) {
            try await CurlHTTPClient(configuration: configuration).send(request)
        }
        #expect(error?.code == .cannotConnect)
        configuration.certificateAuthorities = directory.appending(path: "cert.pem").path
        #expect(try await CurlHTTPClient(configuration: configuration).send(request).status == 200)
    }
}
#endif
