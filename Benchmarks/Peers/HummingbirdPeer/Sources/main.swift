// The webhook's work as one would write it with Hummingbird: read the body, check Meta's signature over it, decode the
// JSON, answer 200. It keeps nothing.
//
//     hummingbird-peer PORT SECRET
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOPosix

struct Payload: Decodable {
    struct Entry: Decodable { var changes: [Change] }
    struct Change: Decodable { var value: Value }
    struct Value: Decodable { var messages: [Message] }
    struct Message: Decodable {
        struct Text: Decodable { var body: String }
        var id, from, timestamp, type: String
        var text: Text?
    }
    var entry: [Entry]
}

struct Answer: ResponseEncodable {
    var success = true
    var message = "Message processed successfully"
}

let arguments = CommandLine.arguments
guard arguments.count == 3, let port = Int(arguments[1]), let signature = HTTPField.Name("X-Hub-Signature-256") else {
    fatalError("usage: hummingbird-peer PORT SECRET")
}
let key = SymmetricKey(data: Data(arguments[2].utf8))

/// What hexadecimal digits in lower case stand for. Other characters give bytes that are no valid code.
@Sendable func bytes(_ digits: some Collection<UInt8>) -> [UInt8] {
    let values = digits.map { $0 < 0x3a ? $0 &- 0x30 : $0 &- 0x57 }
    return stride(from: 1, to: values.count, by: 2).map { values[$0 - 1] << 4 | values[$0] }
}

let router = Router()
router.get("/") { _, _ in "up" }
router.post("whatsapp/v2") { request, _ -> Answer in
    let body = try await request.body.collect(upTo: 4 << 20)
    let content = Data(buffer: body)
    let code = bytes((request.headers[signature] ?? "").utf8.dropFirst("sha256=".count))
    guard HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: content, using: key) else {
        throw HTTPError(.forbidden)
    }
    let payload = try JSONDecoder().decode(Payload.self, from: content)
    guard !payload.entry.isEmpty else { throw HTTPError(.badRequest) }
    return Answer()
}

let application = Application(
    router: router,
    configuration: .init(address: .hostname("127.0.0.1", port: port)),
    eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 1)))
try await application.run()
