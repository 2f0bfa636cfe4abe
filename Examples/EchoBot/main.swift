// The smallest bot: what a user writes comes back. The backend is a closure; the rest of the pipeline is the library's.
//
//     META_ANSARI_APP_SECRET=… META_WEBHOOK_VERIFY_TOKEN=… META_BUSINESS_PHONE_NUMBER_ID=… \
//     META_ACCESS_TOKEN_FROM_SYS_USER=… swift run echo-bot
import Foundation
import WhatsAppCore
import WhatsAppTransport

func setting(_ name: String) -> String {
    guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
        Log.standardError("\(name) is not set.\n")
        exit(78)
    }
    return value
}

let numberID = setting("META_BUSINESS_PHONE_NUMBER_ID")
let observer = LogObserver(Log(format: .pretty))

let echo = ClosureBackend { question in
    AsyncThrowingStream<String, any Error> { pieces in
        pieces.yield("You wrote: \(question.text)")
        pieces.finish()
    }
}
let sender = CloudAPIClient(
    configuration: .init(phoneNumberID: numberID, accessToken: Secret(setting("META_ACCESS_TOKEN_FROM_SYS_USER"))),
    http: URLSessionHTTPClient())
let pipeline = try await MessagePipeline(
    backend: echo, sender: sender, formatter: .whatsApp, chunker: .whatsApp, observer: observer)
let webhook = WebhookEndpoint(
    configuration: .init(
        verifyToken: Secret(setting("META_WEBHOOK_VERIFY_TOKEN")),
        appSecrets: [Secret(setting("META_ANSARI_APP_SECRET"))]),
    admission: AdmissionPolicy(phoneNumberID: numberID), intake: pipeline, observer: observer)
let server = try HTTP1Server(configuration: .init(port: 8001))

try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { await pipeline.run() }
    group.addTask { try await server.run(Router(["/whatsapp": webhook])) }
    try await group.waitForAll()
}
