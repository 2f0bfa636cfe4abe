// The webhook with nothing behind it that costs anything: the backend is a closure and the sender does nothing. So the
// same server can be measured with a journal and without.
//
//     webhook-server PORT SECRET NUMBER-ID [JOURNAL-DIRECTORY]
//
// POST /hold keeps all answers back, POST /release lets them go, GET /answered tells how many went out.
import Synchronization
import WhatsAppCore
import WhatsAppTransport

/// Takes every text for sent, and counts them.
final class CountingSender: MessageSender {
    let count = Atomic(0)

    func send(_ text: OutboundText) async -> SendOutcome {
        .sent(id: "wamid.\(count.wrappingAdd(1, ordering: .relaxed).newValue)")
    }
    func showTyping(for messageID: String) async throws {}
    func markRead(_ messageID: String) async throws {}
}

/// Lets answers pass, or holds them until it is opened again.
final class Door: Sendable {
    private let state = Mutex<(isOpen: Bool, held: [CheckedContinuation<Void, Never>])>((true, []))

    func pass() async {
        await withCheckedContinuation { continuation in
            let passes = state.withLock { state in
                if !state.isOpen { state.held.append(continuation) }
                return state.isOpen
            }
            if passes { continuation.resume() }
        }
    }

    func hold() { state.withLock { $0.isOpen = false } }

    func release() {
        let held = state.withLock { state in
            defer { state = (true, []) }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }
}

let arguments = CommandLine.arguments
guard arguments.count >= 4, let port = Int(arguments[1]) else {
    fatalError("usage: webhook-server PORT SECRET NUMBER-ID [JOURNAL-DIRECTORY]")
}
let store: any IdempotencyStore = arguments.count > 4 ? try JournalStore(directory: arguments[4]) : .inMemory
let (sender, door) = (CountingSender(), Door())

let backend = ClosureBackend { _ in
    await door.pass()
    return AsyncThrowingStream<String, any Error> { pieces in
        pieces.yield("Patience is half of faith.")
        pieces.finish()
    }
}
let pipeline = try await MessagePipeline(
    store: store, backend: backend, sender: sender, formatter: .whatsApp, chunker: .whatsApp)
let webhook = WebhookEndpoint(
    configuration: .init(verifyToken: Secret("unused"), appSecrets: [Secret(arguments[2])]),
    admission: AdmissionPolicy(phoneNumberID: arguments[3]), intake: pipeline)

let routes = Router([
    "/": StatusEndpoint(message: "up"),
    "/whatsapp/v2": webhook,
    "/hold": ClosureHTTPHandler { _ in
        door.hold()
        return HTTPResponse(status: 200)
    },
    "/release": ClosureHTTPHandler { _ in
        door.release()
        return HTTPResponse(status: 200)
    },
    "/answered": ClosureHTTPHandler { _ in
        HTTPResponse(status: 200, body: .text("\(sender.count.load(ordering: .relaxed))"))
    },
])
let server = try HTTP1Server(configuration: .init(port: port))
try await runUntilShutdown { try await pipeline.serve(routes, on: server) }
