// The webhook's work as one would write it with Hummingbird: read the body, check Meta's signature over it, decode the
// JSON, answer 200. It keeps nothing.
//
//     hummingbird-peer PORT SECRET
import Crypto
import Foundation
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

let port = Int(CommandLine.arguments[1])!
let key = SymmetricKey(data: Data(CommandLine.arguments[2].utf8))

/// The 32 bytes of `sha256=` and 64 hexadecimal digits; `nil` for anything else.
func code(_ field: String?) -> [UInt8]? {
    guard let digits = field?.utf8.dropFirst(7), digits.count == 64 else { return nil }
    var digit = digits.makeIterator()
    return (0..<32).map { _ in UInt8(hexDigit(digit.next()!) << 4 | hexDigit(digit.next()!)) }
}

func hexDigit(_ byte: UInt8) -> UInt8 { byte < 0x3a ? byte &- 0x30 : byte &- 0x57 }

let router = Router()
router.get("/") { _, _ in "up" }
router.post("whatsapp/v2") { request, _ -> Answer in
    let body = try await request.body.collect(upTo: 4 << 20)
    let bytes = Data(buffer: body)
    guard let code = code(request.headers[.init("X-Hub-Signature-256")!]),
        HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: bytes, using: key)
    else { throw HTTPError(.forbidden) }
    let payload = try JSONDecoder().decode(Payload.self, from: bytes)
    guard !payload.entry.isEmpty else { throw HTTPError(.badRequest) }
    return Answer()
}

let application = Application(
    router: router,
    configuration: .init(address: .hostname("127.0.0.1", port: port)),
    eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 1)))
try await application.run()
