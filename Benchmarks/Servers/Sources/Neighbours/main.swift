// Both neighbours of the service in a process of their own: the Graph API and the Ansari backend, answering at once with
// one short part.
//
//     neighbours PORT NUMBER-ID ACCESS-TOKEN API-KEY
//
// GET / tells how many texts have reached users.
import Synchronization
import WhatsAppCore
import WhatsAppTesting
import WhatsAppTransport

let arguments = CommandLine.arguments
guard arguments.count == 5, let port = Int(arguments[1]) else {
    fatalError("usage: neighbours PORT NUMBER-ID ACCESS-TOKEN API-KEY")
}
// They keep little of what they saw: they run long, and are not what is measured.
let graph = SimulatedGraph(phoneNumberID: arguments[2], accessToken: Secret(arguments[3]), remembering: 100)
let backend = SimulatedBackend(apiKey: Secret(arguments[4]), remembering: 100) { _ in
    "**Patience** is half of faith: whoever is patient in hardship is rewarded without measure."
}

let texts = Atomic(0)
let server = try HTTP1Server(configuration: .init(port: port))
try await runUntilShutdown {
    try await server.run(
        ClosureHTTPHandler { request in
            if request.path == "/" {
                return HTTPResponse(status: 200, body: .text("\(texts.load(ordering: .relaxed))"))
            }
            guard request.path.hasSuffix("/messages") else { return await backend.handle(request) }
            let response = await graph.handle(request)
            let isText = !String(decoding: request.body, as: UTF8.self).contains("typing_indicator")
            if isText, response.status == 200 { texts.add(1, ordering: .relaxed) }
            return response
        })
}
