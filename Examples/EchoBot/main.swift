// The smallest bot: what a user writes comes back. The backend is a closure; the rest of the pipeline is the library's.
//
//     META_ANSARI_APP_SECRET=… META_WEBHOOK_VERIFY_TOKEN=… META_BUSINESS_PHONE_NUMBER_ID=… \
//     META_ACCESS_TOKEN_FROM_SYS_USER=… swift run echo-bot
import Foundation
import WhatsAppCore
import WhatsAppTransport

let names = [
    "META_BUSINESS_PHONE_NUMBER_ID", "META_ACCESS_TOKEN_FROM_SYS_USER", "META_WEBHOOK_VERIFY_TOKEN",
    "META_ANSARI_APP_SECRET",
]
let settings = names.compactMap { ProcessInfo.processInfo.environment[$0] }
guard settings.count == names.count else {
    Log.standardError("Set \(names.joined(separator: ", ")).\n")
    exit(78)
}
let (numberID, accessToken) = (settings[0], Secret(settings[1]))
let (verifyToken, appSecret) = (Secret(settings[2]), Secret(settings[3]))
let log = Log(format: .pretty)
let observer = LogObserver(log)

let echo = ClosureBackend { question in "You wrote: \(question.text)" }
let sender = CloudAPIClient(
    configuration: .init(phoneNumberID: numberID, accessToken: accessToken), http: DefaultHTTPClient())

do {
    let store = try JournalStore(directory: "echo-data") { log($0) }
    let pipeline = try await MessagePipeline(
        store: store, backend: echo, sender: sender, formatter: .whatsApp, chunker: .whatsApp, observer: observer)
    let webhook = WebhookEndpoint(
        configuration: .init(verifyToken: verifyToken, appSecrets: [appSecret]),
        admission: AdmissionPolicy(phoneNumberID: numberID), intake: pipeline, observer: observer)
    try await runUntilShutdown {
        let server = try HTTP1Server(configuration: .init(port: 8001))
        try await pipeline.serve(Router(["/whatsapp": webhook]), on: server)
    }
    await store.close()
} catch {
    Log.standardError("\(error)\n")
    exit(1)
}
